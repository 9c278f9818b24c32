// SPDX-License-Identifier: GPL-2.0-only
/* top on terminals of many sizes: golden/screen-* is what they show. */
#include "test_tools_terminal.h"

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

#include "file.h"
#include "runfile.h"

static void put(struct build *b, const char *name)
{
	size_t size;
	void *bytes;

	bytes = build_bytes(b, &size);
	command_write(name, bytes, size);
	free(bytes);
}

/* One interval on, with some calls more. */
static void put_next(struct build *b, const char *name)
{
	build_call(b, 0, FGAGG_CTX_TASK, "tcp_sendmsg", 40000, 9000, 80);
	build_call(b, 1, FGAGG_CTX_TASK, "udp_sendmsg", 9000, 9000, 40);
	b->head.lost[FGAGG_LOST_MISS] += 6;
	b->head.boottime_ns += 2000000000;
	put(b, name);
}

/* A run of the snapshots that the module gives. */
static void put_run(void)
{
	static const char * const names[] = { "first", "second", "third" };
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	char path[PATH_MAX], *data;
	size_t size, i;

	snprintf(path, sizeof(path), "%s/run.fgagg", command_dir());
	assert_int_equal(fgagg_runfile_create(path, "{}", &writer, &err), 0);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", command_dir(), names[i]);
		assert_int_equal(fgagg_file_read(path, &data, &size), 0);
		assert_int_equal(fgagg_snapshot_parse(data, size, &snap, &err),
				 0);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
	}
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

static int setup(void **state)
{
	char path[PATH_MAX];
	struct build b;

	(void)state;
	command_setup();
	snprintf(path, sizeof(path), "%s/fgagg", command_dir());
	assert_int_equal(mkdir(path, 0700), 0);
	build_init(&b);
	build_example(&b);
	put(&b, "first");
	put_next(&b, "second");
	build_call(&b, 0, FGAGG_CTX_TASK, "tcp_sendmsg", 400000, 9000, 1);
	put_next(&b, "third");
	build_free(&b);
	put_run();
	return 0;
}

/* The module's next snapshot.  It comes when asked for, or in an hour. */
static void swap_in(const char *name)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "cp $DIR/%s $DIR/new && mv $DIR/new $DIR/fgagg/snapshot", name);
	assert_int_equal(system(command), 0);
}

static void start(const char *env, const char *args, int width, int height)
{
	char line[256];

	swap_in("first");
	snprintf(line, sizeof(line), "top -i 3600 %s", args);
	terminal_open(env, line, width, height);
}

static void finish(void)
{
	terminal_press("q");
	terminal_close(0, "");
}

static void test_list(void **state)
{
	(void)state;
	start("", "", 80, 24);
	terminal_expect("screen-first");
	swap_in("second");
	terminal_press("r");
	terminal_expect("screen-interval");
	swap_in("third");
	terminal_press("r s 4");
	terminal_expect("screen-trend");
	terminal_press("i Space");
	terminal_expect("screen-since-start");
	finish();
}

static void test_tree(void **state)
{
	(void)state;
	start("", "--tree", 80, 24);
	terminal_expect("screen-tree");
	terminal_press("Down Down Left");
	terminal_expect("screen-folded");
	terminal_press("Up Enter");
	terminal_expect("screen-pane");
	terminal_press("/ p o l l");
	terminal_expect("screen-search");
	terminal_press("Enter");
	terminal_expect("screen-found");
	finish();
}

static void test_prompts(void **state)
{
	(void)state;
	start("", "--context task", 80, 24);
	terminal_press("s");
	terminal_expect("screen-sort");
	terminal_press("2 f n f '*'");
	terminal_expect("screen-filter");
	terminal_press("Enter");
	terminal_expect("screen-filtered");
	terminal_press("c c");
	terminal_expect("screen-nothing");
	terminal_press("?");
	terminal_expect("screen-help");
	terminal_press("Escape");
	terminal_expect("screen-nothing");
	finish();
}

static void test_sizes(void **state)
{
	(void)state;
	start("", "", 300, 40);
	terminal_expect("screen-300");
	terminal_press("Down Enter");
	terminal_expect("screen-300-pane");
	terminal_resize(40, 8);
	terminal_expect("screen-40");
	terminal_resize(39, 8);
	terminal_expect("screen-too-narrow");
	terminal_resize(80, 7);
	terminal_expect("screen-too-low");
	terminal_resize(120, 30);
	terminal_expect("screen-120");
	finish();
}

/* Colours have been in the others; here is what is without. */
static void test_no_color(void **state)
{
	(void)state;
	start("NO_COLOR=1", "", 80, 24);
	terminal_expect("screen-no-color");
	finish();
	start("", "--color=never", 80, 24);
	terminal_expect("screen-no-color");
	finish();
}

static void test_ascii(void **state)
{
	(void)state;
	start("LC_ALL=C", "", 80, 24);
	terminal_expect("screen-first");
	swap_in("second");
	terminal_press("r");
	terminal_expect("screen-ascii");
	finish();
}

static void test_signal(void **state)
{
	(void)state;
	start("", "", 80, 24);
	terminal_expect("screen-first");
	terminal_press("C-c");
	terminal_close(0, "");
	start("", "", 80, 24);
	terminal_expect("screen-first");
	terminal_press("'C-\\'");
	terminal_close(0, "");
}

/* With SIGHUP ignored, too: there is nothing left to show anything on. */
static void test_hangup(void **state)
{
	start("trap \"\" HUP; ", "", 80, 24);
	terminal_expect("screen-first");
	terminal_kill(state);
	terminal_close(0, "");
}

/* Where there is no screen, lists follow one another. */
static void test_batch(void **state)
{
	char *got;

	(void)state;
	swap_in("first");
	got = command_run("top -b -n 1 -i 1ms --since reset");
	command_compare("top-list", got);
	free(got);
	got = command_run("top -n 2 -i 1ms --since reset --tree --func ip_make_skb");
	command_compare("top-tree", got);
	free(got);
	got = command_run("top --since yesterday");
	command_compare("top-since", got);
	free(got);
}

/* A run is gone through interval by interval, up to its end. */
static void test_run(void **state)
{
	char *got;

	(void)state;
	start("", "$DIR/run.fgagg", 80, 24);
	terminal_expect("screen-first");
	terminal_press("r");
	terminal_expect("screen-run");
	terminal_press("r r");
	terminal_expect("screen-run-end");
	terminal_press("Space r");
	terminal_expect("screen-run-end");
	finish();
	got = command_run("top -b $DIR/run.fgagg");
	command_compare("top-run", got);
	free(got);
	got = command_run("top -n 1 $DIR/run.fgagg | wc -l");
	assert_string_equal(got, "5\nexit 0\n");
	free(got);
	got = command_run("top $DIR/first");
	command_compare("top-no-run", got);
	free(got);
	got = command_run("merge -o $DIR/merged $DIR/run.fgagg $DIR/run.fgagg; "
			  "$FGAGG top -b $DIR/merged");
	command_compare("top-merged", got);
	free(got);
}

/* On a terminal long output goes to the user's pager, in colour. */
static void test_pager(void **state)
{
	(void)state;
	swap_in("first");
	terminal_open("FGAGG_PAGER=\"cat -n\" PAGER=false", "report", 100, 12);
	terminal_close(0, "");
	terminal_open("PAGER=\"head -n 3\"", "report; sleep 60", 100, 12);
	terminal_expect("pager");
	terminal_kill(state);
	terminal_open("PAGER=no_such_pager", "report", 100, 12);
	terminal_close(1, "sh: 1: no_such_pager: not found\n"
			  "fgagg: the pager cannot be run: set FGAGG_PAGER or PAGER to one that can, or use --no-pager\n");
	terminal_open("PAGER=no_such_pager", "report --no-pager", 100, 12);
	terminal_close(0, "");
	terminal_open("FGAGG_PAGER= PAGER=no_such_pager", "report", 100, 12);
	terminal_close(0, "");
}

static bool was_paged(void)
{
	return !system("rm $DIR/paged 2>/dev/null");
}

/* What goes wrong before there is output is said without the pager. */
static void test_pager_late(void **state)
{
	static const char env[] = "FGAGG_PAGER=\"tee $DIR/paged\"";

	(void)state;
	swap_in("first");
	terminal_open(env, "report /nonexistent", 80, 24);
	terminal_close(1, "fgagg: /nonexistent: No such file or directory\n");
	assert_false(was_paged());
	terminal_open(env, "hist nothing_like_it", 80, 24);
	terminal_close(1, "fgagg: no path with calls matches: 'fgagg report' lists those that there are\n");
	assert_false(was_paged());
	terminal_open(env, "hist udp_sendmsg", 80, 24);
	terminal_close(0, "");
	assert_true(was_paged());
}

/* Before there is output Ctrl-C ends it. */
static void test_pager_interrupted(void **state)
{
	(void)state;
	assert_int_equal(system("rm $DIR/fgagg/snapshot; mkfifo $DIR/fgagg/snapshot"),
			 0);
	terminal_open("trap : INT; ", "report 2>/dev/tty; (exit $?)", 80, 24);
	terminal_wait("waiting for the module ...");
	terminal_press("C-c");
	terminal_close(128 + SIGINT, "");
}

/* Standard error is the terminal here, which it is not in the others. */
static void test_progress(void **state)
{
	static const char stats[] = "state: on\n";

	(void)state;
	swap_in("first");
	command_write("fgagg/stats", stats, strlen(stats));
	terminal_open("", "record -i 10ms -o $DIR/run 2>/dev/tty; (exit $?)", 80, 24);
	terminal_wait("recording until Ctrl-C: ");
	terminal_press("C-c");
	terminal_close(0, "");
}

/* Ctrl-C reaches a command that has left the terminal's process group, too. */
static void test_record_other_group(void **state)
{
	(void)state;
	terminal_open("trap : INT; ",
		      "record -o $DIR/run setsid sh -c \"touch $DIR/ready; exec sleep 60\"",
		      80, 24);
	assert_int_equal(system("for i in $(seq 400); do\n"
				"[ ! -e $DIR/ready ] || exit 0; sleep 0.05\n"
				"done; exit 1"), 0);
	terminal_press("C-c");
	terminal_close(128 + SIGINT, "");
}

/* A write that takes long: to a pipe that nobody reads yet. */
static void test_patience(void **state)
{
	(void)state;
	assert_int_equal(system("mkfifo $DIR/fgagg/enable"), 0);
	terminal_open("", "stop 2>/dev/tty; (exit $?)", 80, 24);
	terminal_wait("waiting for the module ...");
	assert_int_equal(system("[ \"$(cat $DIR/fgagg/enable)\" = 0 ]"), 0);
	terminal_close(0, "");
}

/* The module may go while one looks. */
static void test_unloaded(void **state)
{
	char error[PATH_MAX];

	(void)state;
	start("", "", 80, 24);
	terminal_expect("screen-first");
	assert_int_equal(system("mv $DIR/fgagg/snapshot $DIR/gone"), 0);
	terminal_press("r");
	snprintf(error, sizeof(error),
		 "fgagg: %s/fgagg/snapshot: no such file: the module is not loaded (insmod fgagg.ko, or modprobe fgagg) or of another release\n",
		 command_dir());
	terminal_close(1, error);
}

/* What cannot show a screen says so. */
static void test_dumb(void **state)
{
	(void)state;
	start("TERM=dumb", "", 80, 24);
	terminal_close(1, "fgagg: a terminal of type 'dumb' cannot show a screen: set TERM, or use --batch\n");
}

#define TEST(name)	cmocka_unit_test_teardown(name, terminal_kill)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_list),
		TEST(test_tree),
		TEST(test_prompts),
		TEST(test_sizes),
		TEST(test_no_color),
		TEST(test_ascii),
		TEST(test_signal),
		TEST(test_hangup),
		TEST(test_run),
		TEST(test_dumb),
		TEST(test_progress),
		TEST(test_record_other_group),
		TEST(test_patience),
		TEST(test_unloaded),
		TEST(test_pager),
		TEST(test_pager_late),
		TEST(test_pager_interrupted),
		TEST(test_batch),
	};

	return cmocka_run_group_tests(tests, setup, command_teardown);
}
