// SPDX-License-Identifier: GPL-2.0-only
/* What commands show of the time of a run, see test_tools_command.h. */
#include "test_tools_command.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "runfile.h"

#define INTERVALS	24

static const struct command_case cases[] = {
	{ "interval-report", "report --interval 3..5 $DIR/time.fgagg" },
	{ "interval-tree", "tree --interval ..2 $DIR/time.fgagg" },
	{ "interval-hist", "hist --interval 24 udp_sendmsg $DIR/time.fgagg" },
	{ "interval-reset", "report --interval 16.. $DIR/time.fgagg" },
	{ "interval-none", "report --interval 25 $DIR/time.fgagg" },
	{ "interval-usage", "tree --interval 5..3 $DIR/time.fgagg" },
	{ "interval-snapshot", "hist --interval 1 a $DIR/fgagg/snapshot" },
	{ "interval-live", "report --interval 2.." },
	{ "heatmap", "heatmap udp_sendmsg $DIR/time.fgagg" },
	{ "heatmap-color",
	  "heatmap --color=always '[task] udp_sendmsg > ip_make_skb' $DIR/time.fgagg" },
	{ "heatmap-interval",
	  "heatmap -i 7..10 --context softirq 'virtnet_*' $DIR/time.fgagg" },
	{ "heatmap-low",
	  "import -o $DIR/wide $DIR/octaves && "
	  "TERM=xterm script -qefc \"stty cols 60 rows 15; $FGAGG heatmap f $DIR/wide\" "
	  "/dev/null </dev/null | tr -d '\\r'" },
	{ "heatmap-none", "heatmap nothing_like_it $DIR/time.fgagg" },
	{ "heatmap-what", "heatmap" },
	{ "heatmap-usage", "heatmap -i 1s a $DIR/time.fgagg" },
	{ "heatmap-time", "heatmap -i 1..3 a" },
	{ "heatmap-file", "heatmap a $DIR/fgagg/stats" },
	{ "stat", "stat $DIR/time.fgagg" },
	{ "stat-func",
	  "stat --interval ..6 --func udp_sendmsg --color=always $DIR/time.fgagg" },
	{ "stat-context", "stat -n 10 --context softirq --func '*' $DIR/time.fgagg" },
	{ "stat-json", "stat -i 16..19 --json --func 'udp*' $DIR/time.fgagg" },
	{ "stat-json-all", "stat -i 5 --json $DIR/time.fgagg" },
	{ "stat-cut",
	  "stat -i 2.. $DIR/cut.fgagg 2>&1 | sed 's/[0-9]* bytes/N bytes/'" },
	{ "stat-pipe",
	  "stat /dev/stdin <$DIR/time.fgagg | wc -l; "
	  "cat $DIR/time.fgagg | $FGAGG stat /dev/stdin; "
	  "cat $DIR/time.fgagg | $FGAGG heatmap a /dev/stdin; "
	  "cat $DIR/time.fgagg | $FGAGG top -b /dev/stdin; "
	  "cat $DIR/time.fgagg | $FGAGG merge -o $DIR/merged /dev/stdin" },
	{ "stat-none", "stat --interval 30.. $DIR/time.fgagg" },
};

/*
 * A sender whose calls take the longer the longer the run is, but for a few
 * that take as long from first to last; from interval 9 on it is interrupted.
 */
static void add_traffic(struct build *b, unsigned int interval)
{
	unsigned int i;

	for (i = 0; i < 40; i++)
		build_call(b, i % 2, FGAGG_CTX_TASK, "udp_sendmsg",
			   8000 + 900 * interval + 200 * i, 3000, interval);
	build_call(b, 0, FGAGG_CTX_TASK, "udp_sendmsg", 2400000, 2000, 1);
	build_call(b, 0, FGAGG_CTX_TASK, "udp_sendmsg;ip_make_skb", 2000, 2000,
		   40 * interval);
	if (interval > 8)
		build_call(b, 1, FGAGG_CTX_SOFTIRQ,
			   "net_rx_action;virtnet_poll [virtio_net]", 150000,
			   120000, 10);
	if (interval % 5 == 0)
		b->head.lost[FGAGG_LOST_FULL] += interval;
	build_wait(b, 1000000000);
}

/* Counting begins anew after interval 17. */
static void write_run(const char *name)
{
	static const char identity[] =
		"{\"machine\":\"lab1\",\"kernel\":\"6.12.95+deb13-amd64\",\n"
		"\"start_ns\":1700000000000000000,\"interval_ns\":1000000000,\n"
		"\"command\":[\"iperf3\"]}\n";
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	char path[PATH_MAX];
	struct build b;
	unsigned int i;

	snprintf(path, sizeof(path), "%s/%s", command_dir(), name);
	assert_int_equal(fgagg_runfile_create(path, identity, &writer, &err),
			 0);
	build_init(&b);
	b.head.realtime_ns = 1700000000000000000;
	for (i = 0; i <= INTERVALS; i++) {
		if (i == 18) {
			build_free(&b);
			build_init(&b);
			b.head.epoch = 2;
			b.head.realtime_ns = 1700000000000000000;
			build_wait(&b, 17000000000);
		}
		if (i)
			add_traffic(&b, i);
		snap = build_snapshot(&b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
	}
	build_free(&b);
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

/* As a recorder leaves it that is killed in the middle of interval 4. */
static void write_cut(void)
{
	char path[PATH_MAX], *data;
	struct fgagg_error err;
	struct fgagg_run *run;
	size_t size;
	int fd;

	snprintf(path, sizeof(path), "%s/time.fgagg", command_dir());
	assert_int_equal(fgagg_file_read(path, &data, &size), 0);
	do {
		command_write("cut.fgagg", data, --size);
		snprintf(path, sizeof(path), "%s/cut.fgagg", command_dir());
		fd = open(path, O_RDONLY);
		assert_int_equal(fgagg_runfile_open(fd, &run, &err), 0);
		fd = fgagg_runfile_count(run);
		fgagg_runfile_free(run);
	} while (fd > 4);
	free(data);
}

/* What the live module shows: at first the example, and next some more. */
static void write_next(void)
{
	struct build b;
	size_t size;
	char *bytes;

	build_init(&b);
	build_example(&b);
	bytes = build_bytes(&b, &size);
	command_write("fgagg/snapshot", bytes, size);
	free(bytes);
	build_call(&b, 1, FGAGG_CTX_TASK, "udp_sendmsg", 12000, 3000, 5);
	build_call(&b, 1, FGAGG_CTX_TASK, "udp_sendmsg", 40000, 3000, 1);
	bytes = build_bytes(&b, &size);
	command_write("next", bytes, size);
	free(bytes);
	build_free(&b);
}

/* Calls whose times have nothing in common. */
static void write_octaves(void)
{
	char log[32 * 64], *at = log;
	unsigned int i;

	for (i = 0; i < 24; i++)
		at += sprintf(at, " 0) %u.%03u us    |  f();\n", (100U << i) / 1000,
			      (100U << i) % 1000);
	command_write("octaves", log, at - log);
}

static int setup(void **state)
{
	char path[PATH_MAX];

	(void)state;
	command_setup();
	snprintf(path, sizeof(path), "%s/fgagg", command_dir());
	assert_int_equal(mkdir(path, 0700), 0);
	command_write("fgagg/stats", "state: on\n", 10);
	write_next();
	write_run("time.fgagg");
	write_cut();
	write_octaves();
	return 0;
}

/* More intervals than columns. */
static void test_narrow(void **state)
{
	char *got;

	(void)state;
	setenv("COLUMNS", "24", 1);
	got = command_run("heatmap udp_sendmsg -C 0 $DIR/time.fgagg");
	setenv("COLUMNS", "80", 1);
	command_compare("heatmap-narrow", got);
	free(got);
}

/* Once it has shown that nothing happens, something does. */
static void test_stat_live(void **state)
{
	static const char args[] =
		"stat -i 10ms --json --func udp_sendmsg | {\n"
		"	read -r line\n"
		"	echo \"$line\" | sed 's/.*\"resets/\"resets/'\n"
		"	mv $DIR/next $DIR/fgagg/snapshot\n"
		"	sed -n '/calls\":[1-9]/{s/.*\"resets/\"resets/p;q}'\n"
		"}";
	char *got;

	(void)state;
	write_next();
	got = command_run(args);
	command_compare("stat-live", got);
	free(got);
}

/* On a terminal, where each interval makes a new picture. */
static void test_heatmap_live(void **state)
{
	static const char args[] =
		"--version >/dev/null\n"
		"TERM=xterm script -qefc \"stty cols 60 rows 20\n"
		"$FGAGG --debugfs $DIR heatmap -i 10ms -n 200 --color=never udp_sendmsg\" /dev/null </dev/null | {\n"
		"	read -r line\n"
		"	mv $DIR/next $DIR/fgagg/snapshot\n"
		"	tr -d '\\r' | sed 's/\033\\[[0-9]*[HKJ]//g' |\n"
		"	sed -n '/: [1-9][0-9]* calls/,/  calls/{s/intervals.*//\n"
		"		s/| *\\(.\\).*/| \\1/;/ +[-+]*$/d;/^ *0 s/d;p;/  calls/q}'\n"
		"}";
	char *got;

	(void)state;
	write_next();
	got = command_run(args);
	command_compare("heatmap-live", got);
	free(got);
}

int main(void)
{
	const struct CMUnitTest more[] = {
		cmocka_unit_test(test_narrow),
		cmocka_unit_test(test_stat_live),
		cmocka_unit_test(test_heatmap_live),
	};

	return command_main(cases, ARRAY_SIZE(cases), more, ARRAY_SIZE(more),
			    setup);
}
