// SPDX-License-Identifier: GPL-2.0-only
/* What commands show of the time of a run, see test_tools_command.h. */
#include "test_tools_command.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "runfile.h"

#define INTERVALS	24

static const struct {
	const char *name;
	const char *args;
} cases[] = {
	{ "interval-report", "report --interval 3..5 $DIR/time.fgagg" },
	{ "interval-tree", "tree --interval ..2 $DIR/time.fgagg" },
	{ "interval-hist", "hist --interval 24 udp_sendmsg $DIR/time.fgagg" },
	{ "interval-reset", "report --interval 16.. $DIR/time.fgagg" },
	{ "interval-none", "report --interval 25 $DIR/time.fgagg" },
	{ "interval-usage", "tree --interval 5..3 $DIR/time.fgagg" },
	{ "interval-snapshot", "hist --interval 1 a $DIR/fgagg/snapshot" },
	{ "interval-live", "report --interval 2.." },
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
	b->head.realtime_ns += 1000000000;
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
			b.head.realtime_ns = 1700000017000000000;
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

static int setup(void **state)
{
	char path[PATH_MAX];
	struct build b;
	size_t size;
	char *bytes;

	(void)state;
	command_setup();
	snprintf(path, sizeof(path), "%s/fgagg", command_dir());
	assert_int_equal(mkdir(path, 0700), 0);
	command_write("fgagg/stats", "state: on\n", 10);
	build_init(&b);
	build_example(&b);
	bytes = build_bytes(&b, &size);
	command_write("fgagg/snapshot", bytes, size);
	free(bytes);
	build_free(&b);
	write_run("time.fgagg");
	return 0;
}

static void test_case(void **state)
{
	size_t i = (size_t)*state;
	char *got = command_run(cases[i].args);

	command_compare(cases[i].name, got);
	free(got);
}

#define NR_CASES	ARRAY_SIZE(cases)

int main(void)
{
	struct CMUnitTest tests[NR_CASES] = { 0 };
	size_t i;

	for (i = 0; i < NR_CASES; i++) {
		tests[i].name = cases[i].name;
		tests[i].test_func = test_case;
		tests[i].initial_state = (void *)i;
	}
	return cmocka_run_group_tests(tests, setup, command_teardown);
}
