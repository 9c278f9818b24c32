// SPDX-License-Identifier: GPL-2.0-only
/* What each command prints, see test_tools_command.h. */
#include "test_tools_command.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "runfile.h"

static const char stats[] =
	"version: 1.0\n"
	"state: on\n"
	"hook: graph\n"
	"hook_reason: set by the user\n"
	"clock: tsc\n"
	"clock_khz: 2995200\n"
	"cost_inside: 53\n"
	"cost_outside: 90\n"
	"epoch: 1\n"
	"entered: 1000045\n"
	"recorded: 1000000\n"
	"open: 3\n"
	"lost_full: 40\n"
	"lost_pool: 0\n"
	"lost_overrun: 0\n"
	"lost_miss: 2\n"
	"lost_collision: 0\n"
	"lost_stopped: 0\n"
	"clamped: 0\n"
	"clamped_cost: 17\n"
	"paths: 812\n"
	"functions: 312\n"
	"skipped: 4\n"
	"cpus: 2\n"
	"max_paths: 4096\n"
	"bytes_per_node: 128\n"
	"bytes_per_chunk: 36\n"
	"bytes_per_path: 351\n"
	"bytes_per_cpu: 6291456\n"
	"bytes_total: 12582912\n"
	"last_error: none\n";

static const char attached[] =
	"hooked\tudp_sendmsg\n"
	"hooked\tnf_nat_inet_fn [nf_nat]\n"
	"skipped\tip_frob*\tno function matches\n"
	"skipped\tdo_idle\tnot traceable\n";

static const char sets[] = "nic: napi_*\nstack: udp_* tcp_*\n";

/* An import that waits for its log, with the file that it is to be begun. */
#define CALL		" 0)   1.000 us    |  foo();"
#define IMPORT_FIFO							\
	"rm -f $DIR/fifo $DIR/done; mkfifo $DIR/fifo\n"		\
	"(sh -c 'echo $$ >$DIR/pid; exec $FGAGG import -o $DIR/new $DIR/fifo' 2>&1\n" \
	"echo status $? >$DIR/done) &\n"				\
	"until ls $DIR/new.* >/dev/null 2>&1; do sleep 0.05; done\n"

static const struct command_case cases[] = {
	{ "status", "status" },
	{ "list", "list" },
	{ "list-skipped", "list --skipped" },
	{ "list-sets", "list --sets" },
	{ "tree", "tree" },
	{ "tree-func", "tree --func nf_hook_slow --context task" },
	{ "tree-depth", "tree --depth 1 --sort count --cpu 0" },
	{ "tree-min-count", "tree --min-count 60 --color=always" },
	{ "hist-function", "hist nf_hook_slow" },
	{ "hist-path", "hist 'udp_sendmsg > ip_make_skb' --full" },
	{ "hist-wide", "hist '[task];udp_sendmsg'" },
	{ "hist-two-contexts", "hist --context task '[softirq] net_rx_action'" },
	{ "hist-none", "hist nothing_like_it" },
	{ "report", "report" },
	{ "report-top", "report --sort max --top 2 --color=always" },
	{ "report-func", "report --func 'virtnet_* [virtio_net]'" },
	{ "report-json", "report --json" },
	{ "report-json-cpu", "report --json --cpu 1 --context softirq" },
	{ "report-folded", "report --folded" },
	{ "report-run", "report $DIR/run.fgagg" },
	{ "report-run-json", "report --json $DIR/run.fgagg" },
	{ "report-cut", "report $DIR/cut.fgagg 2>&1 | sed 's/[0-9]* bytes/N bytes/'" },
	{ "top-cut", "top -b -n 1 $DIR/cut.fgagg 2>&1 | sed 's/[0-9]* bytes/N bytes/'" },
	{ "report-snapshot", "report --top 1 $DIR/fgagg/snapshot" },
	{ "report-snapshot", "status >/dev/null; "
			     "cat $DIR/fgagg/snapshot | $FGAGG report --top 1 /dev/stdin" },
	{ "help", "--help" },
	{ "usage-none", "" },
	{ "usage-command", "frobnicate" },
	{ "usage-option", "tree --frobnicate" },
	{ "usage-value", "tree --depth" },
	{ "usage-short", "tree -C" },
	{ "usage-bunch", "tree -qx" },
	{ "usage-no-value", "report --json=2" },
	{ "usage-interval", "top -i 0" },
	{ "usage-path", "hist 'a;;b'" },
	{ "usage-sort", "report --sort name" },
	{ "usage-context", "report --context idle" },
	{ "usage-cpu", "report --cpu 3-1" },
	{ "usage-formats", "report --json --folded" },
	{ "usage-argument", "status now" },
	{ "usage-time", "start --time real" },
	{ "bad-file", "report $DIR/fgagg/stats" },
	{ "bad-pipe", "status >/dev/null; "
		      "cat $DIR/run.fgagg | $FGAGG report --interval 2 /dev/stdin" },
	{ "bad-version", "report $DIR/version" },
	{ "bad-order", "report $DIR/swapped" },
	{ "no-file", "report /nonexistent" },
	{ "no-module", "status --debugfs /nonexistent" },
	{ "record-not-found", "record -o $DIR/x /nonexistent" },
	{ "record-status", "record -o $DIR/x -- sh -c 'exit 3'" },
	{ "record-signal", "record -o $DIR/x -- sh -c 'kill -9 $$'" },
	{ "record-twice",
	  "record -o $DIR/x -- $FGAGG --debugfs $DIR record -o $DIR/x true" },
	{ "record-replaced",
	  "record -o $DIR/x -- sh -c 'ln -s x $DIR/l; for f in x l; do"
	  " $FGAGG merge $DIR/run.fgagg -o $DIR/$f; done; rm $DIR/l'" },
	{ "record-appears", "status >/dev/null\n" IMPORT_FIFO
	  "$FGAGG --debugfs $DIR record -o $DIR/new -- sh -c 'cat $DIR/call >$DIR/fifo\n"
	  "  until [ -e $DIR/done ]; do sleep 0.05; done'\n"
	  "wait; cat $DIR/done; cd $DIR && ls new* && $FGAGG report new | grep -c imported" },
	{ "import-killed", "status >/dev/null\n" IMPORT_FIFO
	  "kill $(cat $DIR/pid)\n"
	  "wait; cat $DIR/done; ls $DIR/new*" },
	{ "import-dangling", "status >/dev/null\n" IMPORT_FIFO
	  "exec 9>$DIR/fifo; rm -f $DIR/new; ln -s $DIR/nowhere/x $DIR/new\n"
	  "cat $DIR/call >&9; exec 9>&-; wait; cat $DIR/done; rm -f $DIR/new" },
	{ "import-closed", "status >/dev/null; cp $DIR/call $DIR/x\n"
	  "$FGAGG import -o $DIR/x $DIR/call >&-; $FGAGG report $DIR/x | tail -n 1" },
	{ "import-stdout", "import -o /dev/stdout $DIR/call >$DIR/x\n"
	  "$FGAGG report $DIR/x | tail -n 1" },
	{ "import-mount", "status >/dev/null; cp $DIR/call $DIR/x; : >$DIR/z\n"
	  "unshare -rm sh -c 'mount --bind $DIR/z $DIR/x && $FGAGG import -o $DIR/x $DIR/call'\n"
	  "$FGAGG report $DIR/z | tail -n 1" },
	{ "import-half", "import -o $DIR/x $DIR/call && cp $DIR/x $DIR/y\n"
	  "$FGAGG import -o $DIR/x $DIR/call /nonexistent; cmp $DIR/x $DIR/y" },
	{ "import-over-stdin", "import -o $DIR/call - <$DIR/call" },
	{ "export-stdout", "status >/dev/null; (exec >>$DIR/out; echo before\n"
	  "$FGAGG export --format folded -o /dev/stdout $DIR/run.fgagg; echo after)\n"
	  "sed -n '1p;$p' $DIR/out; wc -l <$DIR/out" },
	{ "record-hangup", "status >/dev/null\n"
	  "script -qc 'exec $FGAGG --debugfs $DIR record -o $DIR/hung -- sh -c \""
	  "trap \\\"touch $DIR/hup\\\" HUP; touch $DIR/ready; sleep 30 & wait\"' "
	  "/dev/null >$DIR/typed 2>&1 </dev/null &\n"
	  "until [ -e $DIR/ready ]; do sleep 0.05; done; kill -9 $!\n"
	  "for i in $(seq 400); do [ ! -e $DIR/hup ] || break; sleep 0.05; done\n"
	  "ls $DIR/hup" },
	{ "record-long",
	  "record -o $DIR/x true $(yes | head -c 1100000 | tr '\\n' x | fold -w 99999)" },
	{ "record-no-output", "record -o /nonexistent/x true" },
};

/* The run starts with the example's traffic, and adds some. */
static void write_run(struct build *b)
{
	static const char identity[] =
		"{\"machine\":\"lab1\",\"kernel\":\"6.12.95+deb13-amd64\",\n"
		"\"start_ns\":1700000000000000000,\"interval_ns\":1000000000,\n"
		"\"command\":[\"iperf3\",\"-c\",\"lab2\\u001b[2J\"]}\n";
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	char path[PATH_MAX], *data;
	size_t size;
	int i;

	snprintf(path, sizeof(path), "%s/run.fgagg", command_dir());
	assert_int_equal(fgagg_runfile_create(path, identity, &writer, &err),
			 0);
	for (i = 0; i < 4; i++) {
		snap = build_snapshot(b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
		build_call(b, 0, FGAGG_CTX_TASK, "tcp_sendmsg", 40000 + i, 9000,
			   20);
		build_call(b, 1, FGAGG_CTX_TASK, "udp_sendmsg", 9000, 9000, 10);
		b->head.lost[FGAGG_LOST_MISS] += i;
		build_wait(b, 1000000000);
	}
	/* Two seconds after the example, not after the run. */
	b->head.boottime_ns -= 2000000000;
	data = build_bytes(b, &size);
	command_write("next", data, size);
	free(data);
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
	assert_int_equal(fgagg_file_read(path, &data, &size), 0);
	command_write("cut.fgagg", data, size - 1);
	free(data);
}

static void write_directory(void)
{
	struct fgagg_snapshot *head;
	char path[PATH_MAX];
	struct build b;
	size_t size;
	char *bytes;

	snprintf(path, sizeof(path), "%s/fgagg", command_dir());
	assert_int_equal(mkdir(path, 0700), 0);
	command_write("fgagg/stats", stats, strlen(stats));
	command_write("fgagg/attached", attached, strlen(attached));
	command_write("fgagg/sets", sets, strlen(sets));
	command_write("fgagg/inside", "", 0);
	command_write("call", CALL "\n", strlen(CALL) + 1);
	build_init(&b);
	build_example(&b);
	bytes = build_bytes(&b, &size);
	command_write("fgagg/snapshot", bytes, size);
	head = (void *)bytes;
	head->version = 2;
	command_write("version", bytes, size);
	head->magic = __builtin_bswap64(head->magic);
	command_write("swapped", bytes, size);
	free(bytes);
	write_run(&b);
	build_free(&b);
}

static int setup(void **state)
{
	(void)state;
	command_setup();
	write_directory();
	return 0;
}

/* What start writes, which no output shows. */
static void test_start(void **state)
{
	static const char args[] =
		"start -f @nic,udp_sendmsg -f '!ip_rcv' --roots udp_sendmsg \\\n"
		"--pid '' -C 0-3 --depth 3 --depth 12 --time wall --time cpu --softirq inline";
	static const struct {
		const char *file;
		const char *text;
	} want[] = {
		{ "functions", "@nic,udp_sendmsg,!ip_rcv\n" },
		{ "roots", "udp_sendmsg\n" },
		{ "pids", "\n" },
		{ "cpus", "0-3\n" },
		{ "max_depth", "12\n" },
		{ "time", "cpu\n" },
		{ "softirq", "inline\n" },
		{ "enable", "1\n" },
	};
	char path[PATH_MAX], *got;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		snprintf(path, sizeof(path), "fgagg/%s", want[i].file);
		command_write(path, "old\n", 4);
	}
	got = command_run(args);
	assert_string_equal(got, "exit 0\n");
	free(got);
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		snprintf(path, sizeof(path), "%s/fgagg/%s", command_dir(),
			 want[i].file);
		assert_int_equal(fgagg_file_read(path, &got, NULL), 0);
		assert_string_equal(got, want[i].text);
		free(got);
	}
}

/* Once it has read the first snapshot, a second takes its place. */
static void test_top(void **state)
{
	static const char args[] =
		"top -i 10ms --sort count | {\n"
		"	read -r line\n"
		"	mv $DIR/next $DIR/fgagg/snapshot\n"
		"	sed '/ [1-9][0-9]* paths/,$!d' | head -n 5\n"
		"}";
	char *got;

	(void)state;
	got = command_run(args);
	command_compare("top", got);
	free(got);
}

/* Every interval has to be there, and the command's time is what counts. */
static void test_record(void **state)
{
	char path[PATH_MAX], *got;
	struct fgagg_run *run_file;
	struct fgagg_error err;
	const char *identity;
	size_t first, nr;
	int fd;

	(void)state;
	command_write("fgagg/clock", "local_clock\n", 12);
	command_write("fgagg/compensate", "0\n", 2);
	got = command_run("record -i 20ms -o $DIR/record.fgagg sleep 0.2");
	assert_string_equal(got, "exit 0\n");
	free(got);
	snprintf(path, sizeof(path), "%s/record.fgagg", command_dir());
	fd = open(path, O_RDONLY);
	assert_int_equal(fgagg_runfile_open(fd, &run_file, &err), 0);
	/* At its start and at its end at least; in between as time allows. */
	assert_in_range(fgagg_runfile_count(run_file), 2, SIZE_MAX);
	assert_int_equal(fgagg_runfile_damaged(run_file), 0);
	identity = fgagg_runfile_part(run_file, 0, &first, &nr);
	assert_non_null(strstr(identity, "\"command\":[\"sleep\",\"0.2\"]"));
	assert_non_null(strstr(identity,
			       "\"clock\":\"local_clock\",\"compensate\":\"0\""));
	fgagg_runfile_free(run_file);
}

/* A signal to fgagg goes to the command, which may do with it what it wants. */
static void test_record_passes_signals(void **state)
{
	static const char * const signals[] = { "TERM", "QUIT" };
	char args[200], *got;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		snprintf(args, sizeof(args),
			 "record -o $DIR/x -- sh -c 'trap \"exit 7\" %s\n"
			 "	kill -%s $PPID\n"
			 "	while :; do sleep 0.01; done'",
			 signals[i], signals[i]);
		got = command_run(args);
		assert_string_equal(got, "exit 7\n");
		free(got);
	}
}

static void test_record_until_signal(void **state)
{
	static const char * const signals[] = { "INT", "QUIT", "TERM", "HUP" };
	char args[300], *got;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		snprintf(args, sizeof(args),
			 "record -i 10ms -o $DIR/%s & pid=$!\n"
			 "until [ -s $DIR/%s ]; do sleep 0.01; done\n"
			 "kill -%s $pid\n"
			 "wait $pid", signals[i], signals[i], signals[i]);
		got = command_run(args);
		assert_string_equal(got, "exit 0\n");
		free(got);
	}
}

/* The file has become too large; the command runs on, and its files may not. */
static void test_record_limit(void **state)
{
	static const char args[] =
		"status >/dev/null\n"
		"ulimit -f 8\n"
		"$FGAGG --debugfs $DIR record -i 1ms -o $DIR/limit -- sh -c '\n"
		"	while ! grep -q early $DIR/errors && kill -0 $PPID; do\n"
		"		sleep 0.01\n"
		"	done\n"
		"	exec head -c 9999 /dev/zero >$DIR/big'";
	char want[128], *got;

	(void)state;
	got = command_run(args);
	snprintf(want, sizeof(want),
		 "stderr: fgagg: recording ends early: DIR/limit: cannot write: File too large\nexit %d\n",
		 128 + SIGXFSZ);
	assert_string_equal(got, want);
	free(got);
}

/* Without a command there is nothing left to do then. */
static void test_record_limit_alone(void **state)
{
	char *got;

	(void)state;
	got = command_run("status >/dev/null; ulimit -f 8; "
			  "timeout 60 $FGAGG --debugfs $DIR record -i 1ms -o $DIR/limit");
	assert_string_equal(got,
			    "stderr: fgagg: recording ends early: DIR/limit: cannot write: File too large\n"
			    "exit 1\n");
	free(got);
}

/* The terminal has gone, and what has been recorded since is in the file, too. */
static void test_record_without_terminal(void **state)
{
	static const char args[] =
		"status >/dev/null\n"
		"trap '' HUP\n"
		"$FGAGG --debugfs $DIR record -i 10ms -o $DIR/z & pid=$!\n"
		"until [ -s $DIR/z ]; do sleep 0.01; done\n"
		"kill -HUP $pid\n"
		"sleep 0.1\n"
		"size=$(wc -c <$DIR/z)\n"
		"for i in $(seq 2000); do\n"
		"	[ $(wc -c <$DIR/z) -le $size ] || break\n"
		"	sleep 0.01\n"
		"done\n"
		"kill -TERM $pid\n"
		"wait $pid && [ $i -lt 2000 ]";
	char *got;

	(void)state;
	got = command_run(args);
	assert_string_equal(got, "exit 0\n");
	free(got);
}

/* What it finds differs; that each line is a verdict, and counts, does not. */
static void test_doctor(void **state)
{
	char *got = command_run("doctor"), *rest = got, *line;
	bool failed = false;
	int lines = 0;

	(void)state;
	while ((line = strsep(&rest, "\n")) && strncmp(line, "exit ", 5)) {
		if (strncmp(line, "ok    ", 6) && strncmp(line, "warn  ", 6) &&
		    strncmp(line, "fail  ", 6))
			fail_msg("no verdict: %s", line);
		failed |= *line == 'f';
		lines++;
	}
	assert_in_range(lines, 8, 40);
	assert_string_equal(line, failed ? "exit 1" : "exit 0");
	free(got);
}

int main(void)
{
	const struct CMUnitTest more[] = {
		cmocka_unit_test(test_doctor),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_top),
		cmocka_unit_test(test_record),
		cmocka_unit_test(test_record_passes_signals),
		cmocka_unit_test(test_record_until_signal),
		cmocka_unit_test(test_record_limit),
		cmocka_unit_test(test_record_limit_alone),
		cmocka_unit_test(test_record_without_terminal),
	};

	return command_main(cases, ARRAY_SIZE(cases), more, ARRAY_SIZE(more),
			    setup);
}
