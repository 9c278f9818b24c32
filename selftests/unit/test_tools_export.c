// SPDX-License-Identifier: GPL-2.0-only
/*
 * What export writes, see test_tools_command.h.  That other programs read it is
 * what ../consumers tests.
 */
#include "test_tools_command.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runfile.h"

/* A command may be followed by others, which see what it wrote. */
static const struct {
	const char *name;
	const char *args;
} cases[] = {
	{ "export-help", "export --help" },
	{ "export-folded", "export --format folded" },
	{ "export-folded-losses", "export --format folded $DIR/new" },
	{ "export-folded-diff", "export --format folded-diff $DIR/old $DIR/new" },
	{ "export-folded-diff-same",
	  "export --format folded-diff --func udp_sendmsg $DIR/old $DIR/old" },
	{ "export-pprof", "export -o $DIR/x.pb.gz $DIR/new; gzip -dc $DIR/x.pb.gz | od -An -c" },
	{ "export-speedscope", "export --format speedscope" },
	{ "export-speedscope-none", "export --format speedscope --func nothing" },
	{ "export-json", "export --format json --cpu 1 --context softirq" },
	{ "export-ndjson", "export --format ndjson --top 2" },
	{ "export-csv", "export --format csv $DIR/odd | sed 's/\\r$/<CR>/'" },
	{ "export-hgrm", "export --format hgrm 'udp_sendmsg'" },
	{ "export-hgrm-function", "export --format hgrm nf_hook_slow $DIR/new" },
	{ "export-hgrm-none", "export --format hgrm nothing" },
	{ "export-hgrm-huge", "export --format hgrm a $DIR/huge | tail -n 6" },
	{ "export-openmetrics", "export --format openmetrics --depth 1" },
	{ "export-openmetrics-odd", "export --format openmetrics $DIR/odd" },
	{ "export-openmetrics-all",
	  "export --format openmetrics --buckets all --func ip_make_skb" },
	{ "export-openmetrics-none", "export --format openmetrics --func nothing" },
	{ "export-prometheus", "export --format prometheus --min-count 150" },
	{ "export-interval", "export --format folded --interval 2 $DIR/run.fgagg" },
	{ "export-interval-live", "export --format folded --interval 2" },
	{ "export-suffix", "export -o $DIR/x.speedscope.json; head -c 60 $DIR/x.speedscope.json" },
	{ "export-device", "export --format csv -o /dev/stdout --top 1 | cat" },
	{ "export-no-format", "export" },
	{ "export-no-suffix", "export -o $DIR/run.txt" },
	{ "export-bad-format", "export --format svg" },
	{ "export-bad-buckets", "export --format prometheus --buckets 12" },
	{ "export-one-run", "export --format folded-diff $DIR/old" },
	{ "export-two-runs", "export --format csv $DIR/old $DIR/new" },
	{ "export-no-path", "export --format hgrm" },
	{ "export-not-of-path", "export --format hgrm --func a b" },
	{ "export-bad-path", "export --format hgrm 'a;;b'" },
	{ "export-no-directory", "export -o /nonexistent/x.csv" },
	{ "export-over-run",
	  "export --format folded-diff -o $DIR//old $DIR/old $DIR/new || $FGAGG report $DIR/old" },
	{ "export-full", "export --format json -o /dev/full" },
	{ "export-full-html", "export --format html -o /dev/full" },
	{ "export-full-stdout", "export --format html >/dev/full" },
};

static void write_snapshot(const char *name, struct build *b)
{
	size_t size;
	char *bytes;

	bytes = build_bytes(b, &size);
	command_write(name, bytes, size);
	free(bytes);
}

/* What happened later: a path more, a path less, and a loss. */
static void write_two_runs(void)
{
	struct build b;

	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "udp_sendmsg", 8000, 3000, 5);
	build_call(&b, 0, FGAGG_CTX_TASK, "udp_sendmsg;ip_make_skb", 5000, 5000,
		   5);
	build_call(&b, 1, FGAGG_CTX_SOFTIRQ, "net_rx_action;nf_hook_slow", 300,
		   300, 2);
	write_snapshot("old", &b);
	build_free(&b);

	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "udp_sendmsg", 9000, 4000, 5);
	build_call(&b, 0, FGAGG_CTX_TASK, "udp_sendmsg;nf_hook_slow", 900, 900,
		   5);
	build_call(&b, 1, FGAGG_CTX_SOFTIRQ, "net_rx_action;nf_hook_slow", 350,
		   350, 2);
	b.head.lost[FGAGG_LOST_MISS] = 3;
	b.head.entered += 3;
	write_snapshot("new", &b);
	build_free(&b);
}

/* Names that need quotes, and times beside and beyond the bounds, at 3 GHz. */
static void write_odd(void)
{
	struct fgagg_record *rec;
	struct build b;

	build_init(&b);
	b.head.clock_khz = 3000000;
	build_call(&b, 0, FGAGG_CTX_NMI, "a\"b,\\c [m]", 0, 0, 1);
	build_call(&b, 0, FGAGG_CTX_NMI, "a\"b,\\c [m]", 303, 303, 2);
	build_call(&b, 0, FGAGG_CTX_NMI, "a\"b,\\c [m]", 3000000000, 1, 3);
	rec = build_path(&b, 0, FGAGG_CTX_NMI, "a\"b,\\c [m]");
	memcpy(rec->max_comm, "k\"\\\n\xc3\xa9", 7);
	build_call(&b, 0, FGAGG_CTX_HARDIRQ, "slow", 1ULL << 40, 1ULL << 40, 1);
	write_snapshot("odd", &b);
	build_free(&b);
}

/* Of three intervals, each with more calls than the one before. */
static void write_run(void)
{
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	char path[PATH_MAX];
	struct build b;
	unsigned int i;

	snprintf(path, sizeof(path), "%s/run.fgagg", command_dir());
	assert_int_equal(fgagg_runfile_create(path, "{}", &writer, &err), 0);
	build_init(&b);
	for (i = 0; i < 4; i++) {
		build_call(&b, 0, FGAGG_CTX_TASK, "udp_sendmsg", 1000, 1000,
			   i + 1);
		snap = build_snapshot(&b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
	}
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
	build_free(&b);
}

/* As many calls as can be, and one that took longer. */
static void write_huge(void)
{
	struct build b;

	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 1, 1, INT64_MAX - 1);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 9, 9, 1);
	write_snapshot("huge", &b);
	build_free(&b);
}

static int setup(void **state)
{
	char path[PATH_MAX];
	struct build b;

	(void)state;
	command_setup();
	snprintf(path, sizeof(path), "%s/fgagg", command_dir());
	assert_int_equal(mkdir(path, 0700), 0);
	command_write("fgagg/stats", "", 0);
	build_init(&b);
	build_example(&b);
	write_snapshot("fgagg/snapshot", &b);
	build_free(&b);
	write_two_runs();
	write_odd();
	write_huge();
	write_run();
	return 0;
}

static void test_case(void **state)
{
	size_t i = (size_t)*state;
	char *got = command_run(cases[i].args);

	command_compare(cases[i].name, got);
	free(got);
}

/* What report writes is the same, by the same code. */
static void test_report(void **state)
{
	static const char *const formats[] = { "json", "folded" };
	char args[64], *report, *export;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		snprintf(args, sizeof(args), "report --%s", formats[i]);
		report = command_run(args);
		snprintf(args, sizeof(args), "export --format %s", formats[i]);
		export = command_run(args);
		assert_string_equal(report, export);
		free(report);
		free(export);
	}
}

/* Who could read the file of before can read the new one, and nobody else. */
static void test_access(void **state)
{
	char *got;

	(void)state;
	got = command_run("export -o $DIR/private.csv\n"
			  "cd $DIR; chown 1:2 private.csv 2>/dev/null\n"
			  "chmod 604 private.csv\n"
			  "stat -c '%a %u:%g' private.csv >before\n"
			  "$FGAGG --debugfs $DIR export -o private.csv\n"
			  "stat -c '%a %u:%g' private.csv | diff before -");
	assert_string_equal(got, "exit 0\n");
	free(got);
}

/* A file of before stays if the new one cannot be made, with nothing beside it. */
static void test_whole_or_not(void **state)
{
	char *got;

	(void)state;
	got = command_run("export -o $DIR/all.csv\n"
			  "mkdir $DIR/sub; cd $DIR/sub; umask 027\n"
			  "run() { $FGAGG --debugfs $DIR export \"$@\"; }\n"
			  "run -o a.csv; cmp a.csv ../all.csv\n"
			  "run -o a.csv --top 1; head -n 2 ../all.csv | cmp - a.csv\n"
			  "(ulimit -f 0; run -o a.csv; echo status $?) 2>&1 | cat\n"
			  "head -n 2 ../all.csv | cmp - a.csv\n"
			  "stat -c '%n %a' *");
	command_compare("export-whole", got);
	free(got);
}

static void test_terminal(void **state)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char *got;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	setenv("TERMINAL", ptsname(fd), 1);
	got = command_run("export --format pprof >$TERMINAL");
	close(fd);
	command_compare("export-terminal", got);
	free(got);
}

#define NR_CASES	ARRAY_SIZE(cases)

int main(void)
{
	const struct CMUnitTest more[] = {
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_access),
		cmocka_unit_test(test_whole_or_not),
		cmocka_unit_test(test_terminal),
	};
	struct CMUnitTest tests[NR_CASES + ARRAY_SIZE(more)] = { 0 };
	size_t i;

	for (i = 0; i < NR_CASES; i++) {
		tests[i].name = cases[i].name;
		tests[i].test_func = test_case;
		tests[i].initial_state = (void *)i;
	}
	memcpy(tests + NR_CASES, more, sizeof(more));
	return cmocka_run_group_tests(tests, setup, command_teardown);
}
