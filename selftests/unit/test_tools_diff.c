// SPDX-License-Identifier: GPL-2.0-only
/* The command diff, see test_tools_command.h. */
#include "test_tools_command.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

#include "runfile.h"

static const struct command_case cases[] = {
	{ "diff", "diff $DIR/base $DIR/slow" },
	{ "diff-noise", "diff $DIR/base $DIR/same" },
	{ "diff-self", "diff --changed $DIR/base $DIR/base" },
	{ "diff-changed", "diff --changed --sort p99 --color=always $DIR/base $DIR/slow" },
	{ "diff-func", "diff --func 'udp_*' --top 1 $DIR/base $DIR/slow" },
	{ "diff-json", "diff --json --top 2 $DIR/base $DIR/slow" },
	{ "diff-short", "diff $DIR/base $DIR/short" },
	{ "diff-interval", "diff --interval 3.. --sort p99 $DIR/base $DIR/slow" },
	{ "diff-interval-snapshot", "diff --interval 3.. $DIR/base $DIR/later" },
	{ "diff-interval-beyond", "diff --interval 3..99 $DIR/base $DIR/slow" },
	{ "diff-snapshots", "diff $DIR/fgagg/snapshot $DIR/later" },
	{ "diff-live", "diff --top 1 $DIR/later" },
	{ "diff-alpha", "diff --alpha 1e-6 --changed $DIR/base $DIR/slow" },
	{ "diff-min-change", "diff --min-change 60% --changed $DIR/base $DIR/slow" },
	{ "diff-holds",
	  "diff --top 1 --fail-if 'p99 > +10%' --fail-if 'count < 1' $DIR/base $DIR/slow" },
	{ "diff-holds-value",
	  "diff --top 1 --fail-if '[softirq] net_rx_action: mean > 1us' $DIR/base $DIR/slow" },
	{ "diff-holds-not",
	  "diff --fail-if 'p99 > +10%' --fail-if 'ip_make_skb: max > 1ms' $DIR/base $DIR/same" },
	{ "diff-no-path",
	  "diff --top 1 --fail-if 'no_such: p99 > +10%' $DIR/base $DIR/same" },
	{ "diff-holds-rate",
	  "diff --top 1 --fail-if 'udp_sendmsg: count > 1' $DIR/base $DIR/slow" },
	{ "diff-not-selected",
	  "diff --context softirq --fail-if 'udp_sendmsg: p99 > 1us' $DIR/base $DIR/slow" },
	{ "diff-bad-condition", "diff --fail-if 'p99 > 10' $DIR/base $DIR/same" },
	{ "diff-bad-metric", "diff --fail-if 'p42 > 10%' $DIR/base $DIR/same" },
	{ "diff-bad-alpha", "diff --alpha 2 $DIR/base $DIR/same" },
	{ "diff-bad-change", "diff --min-change x $DIR/base $DIR/same" },
	{ "diff-none", "diff" },
	{ "diff-three", "diff a b c" },
	{ "diff-many", "import -o $DIR/many $DIR/log $DIR/log $DIR/log $DIR/log $DIR/log && "
		       "$FGAGG diff --top 1 $DIR/many $DIR/many" },
	{ "diff-missing", "diff $DIR/base /nonexistent" },
	{ "diff-help", "diff --help" },
};

/**
 * struct shape - a run that is written
 * @name: of the file
 * @seed: of its noise
 * @intervals: its length, in seconds
 * @slower: time of a call of udp_sendmsg, in %
 * @appears: whether tcp_sendmsg is called, and no interrupt comes
 */
struct shape {
	const char *name;
	__u64 seed;
	unsigned int intervals;
	unsigned int slower;
	bool appears;
};

static const struct shape shapes[] = {
	{ "base", 1, 12, 100, false },
	{ "same", 2, 9, 100, false },
	{ "slow", 3, 23, 150, true },
	{ "short", 4, 4, 150, true },
};

static __u64 noise(__u64 *seed, __u64 most)
{
	*seed = *seed * 2862933555777941757 + 3037000493;
	return (*seed >> 33) % most;
}

static void add_traffic(struct build *b, const struct shape *shape, __u64 *seed)
{
	unsigned int i, calls = 90 + noise(seed, 20);

	for (i = 0; i < calls; i++) {
		__u64 ticks = (20000 + noise(seed, 20000)) * shape->slower / 100;

		build_call(b, i % 2, FGAGG_CTX_TASK, "udp_sendmsg", ticks, 9000,
			   1);
		build_call(b, i % 2, FGAGG_CTX_TASK, "udp_sendmsg;ip_make_skb",
			   4000 + noise(seed, 1000), 4500, 1);
	}
	if (shape->appears)
		build_call(b, 0, FGAGG_CTX_TASK, "tcp_sendmsg", 30000, 30000,
			   10);
	else
		build_call(b, 0, FGAGG_CTX_HARDIRQ, "vring_interrupt", 2000,
			   2000, 10);
	build_call(b, 0, FGAGG_CTX_SOFTIRQ, "net_rx_action",
		   50000 + noise(seed, 30000), 9000, 8 + noise(seed, 5));
	build_wait(b, 1000000000);
}

static void write_run(const struct shape *shape)
{
	static const char identity[] =
		"{\"machine\":\"lab1\",\"kernel\":\"6.12.95+deb13-amd64\",\n"
		"\"start_ns\":1700000000000000000,\"interval_ns\":1000000000,\n"
		"\"command\":[\"iperf3\"]}\n";
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	__u64 seed = shape->seed;
	char path[PATH_MAX];
	struct build b;
	unsigned int i;

	snprintf(path, sizeof(path), "%s/%s", command_dir(), shape->name);
	assert_int_equal(fgagg_runfile_create(path, identity, &writer, &err),
			 0);
	build_init(&b);
	b.head.realtime_ns = 1700000000000000000;
	for (i = 0; i <= shape->intervals; i++) {
		if (i)
			add_traffic(&b, shape, &seed);
		snap = build_snapshot(&b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
	}
	build_free(&b);
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

static void write_snapshot(struct build *b, const char *name)
{
	size_t size;
	void *bytes = build_bytes(b, &size);

	command_write(name, bytes, size);
	free(bytes);
}

/* So many callees that who looks for each among all of them takes minutes. */
static void write_log(void)
{
	char *log, *at;
	int i;

	log = malloc(80000 * 32);
	assert_non_null(log);
	for (at = log, i = 0; i < 80000; i++)
		at += sprintf(at, " 0)   1.000 us    |  f%d();\n", i);
	command_write("log", log, at - log);
	free(log);
}

static int setup(void **state)
{
	char path[PATH_MAX];
	struct build b;
	size_t i;

	(void)state;
	command_setup();
	snprintf(path, sizeof(path), "%s/fgagg", command_dir());
	assert_int_equal(mkdir(path, 0700), 0);
	command_write("fgagg/stats", "state: on\n", 10);
	build_init(&b);
	build_example(&b);
	write_snapshot(&b, "fgagg/snapshot");
	build_call(&b, 0, FGAGG_CTX_TASK, "udp_sendmsg", 30000, 1000, 200);
	write_snapshot(&b, "later");
	build_free(&b);
	for (i = 0; i < ARRAY_SIZE(shapes); i++)
		write_run(&shapes[i]);
	write_log();
	return 0;
}

int main(void)
{
	return command_main(cases, ARRAY_SIZE(cases), NULL, 0, setup);
}
