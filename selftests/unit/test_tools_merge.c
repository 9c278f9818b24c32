// SPDX-License-Identifier: GPL-2.0-only
/* Runs of several machines in one file: what adding them up gives, and costs. */
#include "test_tools_command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "combine.h"
#include "interval.h"
#include "quantile.h"
#include "runfile.h"

#define NR_CALLS	20000

static const struct fgagg_cpulist all_cpus;

static const struct command_case cases[] = {
	{ "merge-report", "report $DIR/all.fgagg" },
	{ "merge-tree", "tree --interval 3 $DIR/all.fgagg" },
	{ "merge-hist", "hist udp_sendmsg $DIR/all.fgagg" },
	{ "merge-host", "report --host client $DIR/all.fgagg" },
	{ "merge-host-glob", "hist --host 'lab[2-9]' udp_sendmsg $DIR/all.fgagg" },
	{ "merge-stat", "stat --func udp_sendmsg $DIR/all.fgagg" },
	{ "merge-stat-host", "stat --host lab3 $DIR/all.fgagg" },
	{ "merge-heatmap", "heatmap udp_sendmsg $DIR/all.fgagg" },
	{ "merge-top", "top --batch --host 'lab[3-9]' $DIR/all.fgagg" },
	{ "merge-top-two", "top --batch --host 'lab*' $DIR/all.fgagg" },
	{ "merge-top-no-host", "top --batch --host lab9 $DIR/all.fgagg" },
	{ "merge-top-live", "top --host lab1" },
	{ "merge-again",
	  "merge $DIR/all.fgagg $DIR/lab3.fgagg -o $DIR/again --label client=c && "
	  "$FGAGG report $DIR/again" },
	{ "merge-cut",
	  "merge $DIR/cut $DIR/lab1.fgagg -o $DIR/x 2>$DIR/warning && "
	  "sed 's/[0-9]* bytes/N bytes/' $DIR/warning && "
	  "$FGAGG report $DIR/x" },
	{ "merge-clocks", "merge $DIR/k1 $DIR/k2 -o $DIR/x && "
			  "$FGAGG stat --func a $DIR/x" },
	{ "clocks-report", "report $DIR/k1; $FGAGG report --interval 3 $DIR/k1; "
			   "$FGAGG report --interval 1..2 $DIR/k1" },
	{ "clocks-heatmap", "heatmap a $DIR/k1" },
	{ "clocks-diff", "diff $DIR/k1 $DIR/k2" },
	{ "clocks-more", "merge $DIR/k1 $DIR/lab1.fgagg -o $DIR/x && "
			 "$FGAGG report $DIR/x" },
	{ "merge-no-host", "report --host lab9 $DIR/all.fgagg" },
	{ "merge-host-live", "stat --host lab1" },
	{ "merge-no-label", "merge $DIR/lab1.fgagg -o $DIR/x --label lab7=a" },
	{ "merge-bad-label", "merge $DIR/lab1.fgagg -o $DIR/x --label lab1" },
	{ "merge-odd-label",
	  "merge $DIR/lab1.fgagg -o $DIR/x --label lab1=B\303\274ro" },
	{ "merge-same", "merge $DIR/lab1.fgagg $DIR/lab2.fgagg -o $DIR/lab2.fgagg" },
	{ "merge-no-run", "merge $DIR/errors -o $DIR/x" },
	{ "merge-no-file", "merge $DIR/nothing -o $DIR/x" },
	{ "merge-usage", "merge $DIR/lab1.fgagg" },
};

/* A machine with its own clock, on which a call of "us" takes that many us. */
static void write_run(const char *machine, __u64 khz, __u32 precision,
		      unsigned int intervals, unsigned int us)
{
	char path[PATH_MAX], identity[256];
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	struct build b;
	unsigned int i, j;

	snprintf(path, sizeof(path), "%s/%s.fgagg", command_dir(), machine);
	snprintf(identity, sizeof(identity),
		 "{\"machine\":\"%s\",\"kernel\":\"6.12\",\"start_ns\":1700000000000000000}",
		 machine);
	assert_int_equal(fgagg_runfile_create(path, identity, &writer, &err),
			 0);
	build_init(&b);
	b.head.clock_khz = khz;
	b.head.precision = precision;
	b.head.realtime_ns = 1700000000000000000;
	b.stats = "hook: graph\n";
	for (i = 0; i <= intervals; i++) {
		for (j = 0; i && j < 10; j++) {
			build_call(&b, 0, FGAGG_CTX_TASK, "udp_sendmsg",
				   (us + j) * khz / 1000, khz / 1000, i);
			build_call(&b, 1, FGAGG_CTX_TASK,
				   "udp_sendmsg;ip_make_skb", khz / 1000,
				   khz / 1000, 1);
		}
		if (i)
			build_wait(&b, 1000000000);
		snap = build_snapshot(&b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
	}
	build_free(&b);
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

/* Calls of 100 ns, before and after a reset that has changed the clock. */
static void write_clocks(const char *name)
{
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	char path[PATH_MAX];
	struct build b;
	unsigned int i;

	snprintf(path, sizeof(path), "%s/%s", command_dir(), name);
	assert_int_equal(fgagg_runfile_create(path, "{}", &writer, &err), 0);
	build_init(&b);
	b.head.clock_khz = 3000000;
	for (i = 0; i < 4; i++) {
		if (i == 2) {
			build_free(&b);
			build_init(&b);
			b.head.epoch = 2;
			build_wait(&b, 2000000000);
		}
		build_call(&b, 0, FGAGG_CTX_TASK, "a",
			   b.head.clock_khz / 10000, 1, 10);
		build_wait(&b, 1000000000);
		snap = build_snapshot(&b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
	}
	build_free(&b);
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

static void write_no_json(void)
{
	struct fgagg_writer *writer;
	struct fgagg_error err;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/no-json", command_dir());
	assert_int_equal(fgagg_runfile_create(path, "[]", &writer, &err), 0);
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

static int setup(void **state)
{
	char *got;

	(void)state;
	command_setup();
	write_no_json();
	write_clocks("k1");
	write_clocks("k2");
	write_run("lab1", 2995200, 4, 3, 10);
	write_run("lab2", 2995200, 5, 4, 100);
	write_run("lab3", 2100000, 4, 2, 50);
	got = command_run("merge $DIR/lab[123].fgagg -o $DIR/all.fgagg --label lab1=client");
	assert_string_equal(got, "exit 0\n");
	free(got);
	return system("head -c -1 $DIR/lab3.fgagg >$DIR/cut");
}

/* One of the merged runs is shown as if it had not been merged. */
static void test_nothing_is_lost(void **state)
{
	static const char args[] =
		"report --json $DIR/lab2.fgagg >$DIR/one\n"
		"$FGAGG report --json --host lab2 $DIR/all.fgagg | cmp - $DIR/one";
	char *got;

	(void)state;
	got = command_run(args);
	assert_string_equal(got, "exit 0\n");
	free(got);
	got = command_run("top --batch $DIR/lab2.fgagg >$DIR/one\n"
			  "$FGAGG top --batch --host lab2 $DIR/all.fgagg | cmp - $DIR/one");
	assert_string_equal(got, "exit 0\n");
	free(got);
	got = command_run("diff --json $DIR/lab2.fgagg $DIR/lab2.fgagg >$DIR/one\n"
			  "$FGAGG diff --json --host lab2 $DIR/all.fgagg $DIR/all.fgagg | cmp - $DIR/one");
	assert_string_equal(got, "exit 0\n");
	free(got);
}

/* A file of before stays if the new one cannot be made, with nothing beside it. */
static void test_whole_or_not(void **state)
{
	char *got;

	(void)state;
	got = command_run("merge $DIR/lab1.fgagg -o $DIR/m\n"
			  "mkdir $DIR/sub; cd $DIR/sub; umask 027\n"
			  "run() { $FGAGG merge \"$@\" -o m; echo status $?; } 2>&1\n"
			  "run ../lab1.fgagg; cmp m ../m\n"
			  "run ../lab2.fgagg ../no-json; cmp m ../m\n"
			  "(ulimit -f 1; trap '' XFSZ; run ../all.fgagg) | cat; cmp m ../m\n"
			  "stat -c '%n %a' *\n"
			  "ln -s m l; flock m $FGAGG merge ../lab1.fgagg -o l; cmp m ../m\n"
			  "(ulimit -f 1; $FGAGG merge ../all.fgagg -o l) 2>&1; cmp m ../m\n"
			  "run ../lab1.fgagg ../lab2.fgagg; cmp -s m ../m || echo another\n"
			  "$FGAGG merge ../lab1.fgagg -o l; cmp l ../m; stat -c '%N %a' *");
	command_compare("merge-whole", got);
	free(got);
}

static struct fgagg_tree *tree_of(struct build *b)
{
	struct fgagg_snap *none, *all;
	struct fgagg_interval iv;
	struct fgagg_error err;
	struct build empty;

	build_init(&empty);
	empty.head = b->head;
	empty.head.entered = 0;
	none = build_snapshot(&empty);
	build_free(&empty);
	all = build_snapshot(b);
	if (fgagg_interval_between(none, all, &all_cpus, &iv, &err))
		fail_msg("%s", err.text);
	fgagg_snapshot_free(none);
	fgagg_snapshot_free(all);
	return iv.tree;
}

static int by_value(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

/* Times of nanoseconds to seconds, as many of each order of magnitude. */
static __u64 some_time(unsigned int i)
{
	return (1 + i * 7919ULL % 1000) << (i % 20);
}

/* Machine @i: its clock, its calls, and these in @ns. */
static struct fgagg_tree *some_machine(unsigned int i, __u64 *ns, __u64 *total)
{
	static const __u64 khz[] = { 2995200, 2100000, 3400123 };
	struct fgagg_tree *tree;
	unsigned int j;
	struct build b;
	__u64 ticks;

	build_init(&b);
	b.head.clock_khz = khz[i];
	for (j = 0; j < NR_CALLS; j++) {
		ticks = some_time(j * 3 + i);
		build_call(&b, j % 4, FGAGG_CTX_TASK, "a", ticks, ticks, 1);
		ns[j] = ticks * 1000000 / khz[i];
		*total += ns[j];
	}
	tree = tree_of(&b);
	build_free(&b);
	return tree;
}

static void check_quantile(const char *name, __u64 got, const __u64 *sorted,
			   size_t nr, unsigned int q)
{
	__u64 want = sorted[(nr * q + FGAGG_QUANTILE_ONE - 1) /
			    FGAGG_QUANTILE_ONE - 1];
	double off = got > want ? got - want : want - got;

	/* What combine.h promises, and a nanosecond for rounding. */
	if (off > want * (1. / 32 + 1. / 256) + 1)
		fail_msg("%s: %llu, but it is %llu", name, got, want);
}

/* Clocks differ: counts are exact, and all else as near as combine.h says. */
static void test_error_bounds(void **state)
{
	static __u64 ns[3 * NR_CALLS];
	const struct fgagg_summary *sum;
	struct fgagg_clock clock = { 0 };
	struct fgagg_tree *trees[3], *all = fgagg_tree_new();
	struct fgagg_error err;
	__u64 total = 0;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		trees[i] = some_machine(i, ns + i * NR_CALLS, &total);
		fgagg_combine_clock(&clock,
				    fgagg_tree_totals(trees[i])->clock_khz,
				    fgagg_tree_totals(trees[i])->precision);
	}
	for (i = 0; i < 3; i++) {
		assert_int_equal(fgagg_combine_add(all, &clock, trees[i], &err),
				 0);
		fgagg_tree_free(trees[i]);
	}
	assert_int_equal(fgagg_tree_finish(all), 0);
	qsort(ns, ARRAY_SIZE(ns), sizeof(*ns), by_value);
	sum = &fgagg_tree_node(all, 0)->sum;
	assert_int_equal(sum->count, ARRAY_SIZE(ns));
	assert_int_equal(fgagg_tree_totals(all)->entered, ARRAY_SIZE(ns));
	assert_int_equal(sum->min, ns[0]);
	assert_int_equal(sum->max, ns[ARRAY_SIZE(ns) - 1]);
	/* Each of @total was rounded down, the sum of a machine is once. */
	assert_in_range(sum->total, total, total + ARRAY_SIZE(ns));
	check_quantile("p50", sum->p50, ns, ARRAY_SIZE(ns), 5000);
	check_quantile("p90", sum->p90, ns, ARRAY_SIZE(ns), 9000);
	check_quantile("p99", sum->p99, ns, ARRAY_SIZE(ns), 9900);
	check_quantile("p99.9", sum->p999, ns, ARRAY_SIZE(ns), 9990);
	fgagg_tree_free(all);
}

/* Of one clock, buckets add up at the coarsest precision, and none is moved. */
static void test_exact(void **state)
{
	struct fgagg_clock clock = { 0 };
	struct fgagg_tree *all = fgagg_tree_new(), *tree;
	__u64 want[4096] = { 0 };
	const struct fgagg_dist *dist;
	struct fgagg_error err;
	struct build b;
	unsigned int k, i;
	size_t nr = 0;

	(void)state;
	for (k = 3; k <= 7; k++)
		fgagg_combine_clock(&clock, 3000000, k);
	assert_int_equal(clock.precision, 3);
	for (k = 3; k <= 7; k++) {
		build_init(&b);
		b.head.clock_khz = 3000000;
		b.head.precision = k;
		for (i = 0; i < 5000; i++) {
			build_call(&b, 0, FGAGG_CTX_TASK, "a", some_time(i), 1,
				   1);
			want[fgagg_bucket_index(some_time(i), 3)]++;
		}
		tree = tree_of(&b);
		build_free(&b);
		assert_int_equal(fgagg_combine_add(all, &clock, tree, &err), 0);
		fgagg_tree_free(tree);
	}
	dist = &fgagg_tree_node(all, 0)->dist;
	for (i = 0; i < ARRAY_SIZE(want); i++) {
		if (!want[i])
			continue;
		assert_true(nr < dist->nr);
		assert_int_equal(dist->buckets[nr].index, i);
		assert_int_equal(dist->buckets[nr++].count, want[i]);
	}
	assert_int_equal(nr, dist->nr);
	fgagg_tree_free(all);
}

/* What no file of ours has: a clock that is not among those of all. */
static void test_unknown_clock(void **state)
{
	struct fgagg_clock clock = { .khz = 3000000, .precision = 4 };
	struct fgagg_tree *all = fgagg_tree_new(), *tree;
	const struct fgagg_summary *sum;
	struct fgagg_error err;
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 100, 60, 3);
	tree = tree_of(&b);
	build_free(&b);
	assert_int_equal(fgagg_combine_add(all, &clock, tree, &err), 0);
	fgagg_tree_free(tree);
	assert_int_equal(fgagg_tree_finish(all), 0);
	sum = &fgagg_tree_node(all, 0)->sum;
	assert_int_equal(sum->total, 300);
	assert_int_equal(sum->self, 180);
	assert_int_equal(sum->min, 100);
	assert_int_equal(sum->max, 100);
	assert_int_equal(sum->p50, 100);
	fgagg_tree_free(all);
}

static void test_clock(void **state)
{
	struct fgagg_clock clock = { 0 };

	(void)state;
	fgagg_combine_clock(&clock, 3000000, 5);
	fgagg_combine_clock(&clock, 3000000, 4);
	assert_int_equal(clock.khz, 3000000);
	assert_int_equal(clock.precision, 4);
	assert_false(clock.mixed);
	fgagg_combine_clock(&clock, 2999999, 2);
	/* Nanoseconds by themselves do not make the others exact again. */
	fgagg_combine_clock(&clock, 1000000, 1);
	assert_int_equal(clock.khz, 1000000);
	assert_int_equal(clock.precision, FGAGG_PRECISION_MAX);
	assert_true(clock.mixed);
}

int main(void)
{
	const struct CMUnitTest more[] = {
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_whole_or_not),
		cmocka_unit_test(test_error_bounds),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_unknown_clock),
		cmocka_unit_test(test_clock),
	};

	return command_main(cases, ARRAY_SIZE(cases), more, ARRAY_SIZE(more),
			    setup);
}
