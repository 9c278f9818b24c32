// SPDX-License-Identifier: GPL-2.0-only
/* Stretches of a run: any two snapshots, resets between them, bad wishes. */
#include "test_tools_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "interval.h"
#include "runfile.h"
#include "source.h"

#define SNAPSHOTS	8
#define R(a, b)		{ .first = a, .last = b }
#define RESET		5	/* the first snapshot after a reset */

static const struct fgagg_cpulist all_cpus;
static char path[64];

/*
 * In interval n there are n calls of n ticks of "a", and n of "a;b" of 100 * n;
 * the reset happens right after a snapshot, so none is missing.
 */
static int setup(void **state)
{
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	struct build b;
	int i, fd;

	(void)state;
	snprintf(path, sizeof(path), P_tmpdir "/fgagg-interval-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(fgagg_runfile_create(path, "{}", &writer, &err), 0);
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 7, 7, 1000);
	for (i = 0; i < SNAPSHOTS; i++) {
		if (i == RESET) {
			build_free(&b);
			build_init(&b);
			b.head.epoch = 2;
			build_wait(&b, (i - 1) * 1000000000ULL);
		}
		if (i) {
			build_call(&b, i % 2, FGAGG_CTX_TASK, "a", i, i, i);
			build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 100 * i, 1, i);
			build_wait(&b, 1000000000);
		}
		snap = build_snapshot(&b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
	}
	build_free(&b);
	return fgagg_runfile_close(writer, &err);
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static struct fgagg_intervals *open_run(void)
{
	struct fgagg_intervals *ivs = NULL;
	struct fgagg_error err = { "" };
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	if (fgagg_interval_open(fd, &all_cpus, &ivs, &err))
		fail_msg("%s", err.text);
	return ivs;
}

static void check_stretch(struct fgagg_intervals *ivs, size_t first,
			  size_t last)
{
	struct fgagg_range range = { .first = first, .last = last };
	__u64 count = 0, total = 0, i;
	struct fgagg_error err = { "" };
	struct fgagg_interval iv;
	struct fgagg_node *a, *ab;
	size_t j;

	if (fgagg_interval_load(ivs, &range, &iv, &err))
		fail_msg("%zu..%zu: %s", first, last, err.text);
	for (i = first; i <= last; i++) {
		count += i;
		total += i * i;
	}
	a = fgagg_tree_root(iv.tree, FGAGG_CTX_TASK)->child;
	ab = a->child;
	assert_string_equal(ab->name, "b");
	assert_int_equal(a->sum.count, count);
	assert_int_equal(a->sum.total, total);
	assert_int_equal(ab->sum.count, count);
	assert_int_equal(ab->sum.total, 100 * total);
	/* Below 2^(k+1) each value has a bucket, so all are known. */
	assert_int_equal(a->dist.nr, last - first + 1);
	for (j = 0; j < a->dist.nr; j++) {
		assert_int_equal(a->dist.buckets[j].index, first + j);
		assert_int_equal(a->dist.buckets[j].count, first + j);
	}
	assert_int_equal(fgagg_tree_totals(iv.tree)->entered, 2 * count);
	assert_int_equal(iv.start, (first - 1) * 1000000000);
	assert_int_equal(iv.duration, (last - first + 1) * 1000000000);
	assert_int_equal(iv.resets, first <= RESET && last >= RESET);
	fgagg_interval_free(&iv);
}

/* Up and down, so that what is kept of the last one cannot be the reason. */
static void test_every_stretch(void **state)
{
	struct fgagg_intervals *ivs = open_run();
	struct fgagg_range all = { 0 };
	struct fgagg_error err;
	size_t first, last;

	(void)state;
	assert_int_equal(fgagg_interval_resolve(ivs, &all, &err), 0);
	assert_int_equal(all.first, 1);
	assert_int_equal(all.last, SNAPSHOTS - 1);
	for (first = 1; first < SNAPSHOTS; first++)
		for (last = first; last < SNAPSHOTS; last++)
			check_stretch(ivs, first, last);
	for (last = SNAPSHOTS - 1; last; last--)
		for (first = last; first; first--)
			check_stretch(ivs, first, last);
	fgagg_interval_close(ivs);
}

static void test_open_ends(void **state)
{
	static const struct fgagg_range wish[] = {
		R(0, 0), R(3, 0), R(0, 3), R(2, 6),
	}, want[] = {
		R(1, 7), R(3, 7), R(1, 3), R(2, 6),
	};
	struct fgagg_intervals *ivs = open_run();
	struct fgagg_range range;
	struct fgagg_error err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(wish); i++) {
		range = wish[i];
		assert_int_equal(fgagg_interval_resolve(ivs, &range, &err), 0);
		assert_int_equal(range.first, want[i].first);
		assert_int_equal(range.last, want[i].last);
	}
	fgagg_interval_close(ivs);
}

static void test_out_of_range(void **state)
{
	struct fgagg_range range = R(8, 8);
	struct fgagg_intervals *ivs = open_run();
	struct fgagg_interval iv;
	struct fgagg_error err;

	(void)state;
	assert_int_equal(fgagg_interval_load(ivs, &range, &iv, &err), -ERANGE);
	assert_string_equal(err.text,
			    "there is no interval 8: the run has intervals 1 to 7");
	fgagg_interval_free(&iv);
	range.first = 2;
	range.last = 9;
	assert_int_equal(fgagg_interval_load(ivs, &range, &iv, &err), -ERANGE);
	assert_non_null(strstr(err.text, "no interval 9"));
	fgagg_interval_free(&iv);
	fgagg_interval_close(ivs);
}

static void test_source(void **state)
{
	const struct fgagg_range range = R(2, 3);
	struct fgagg_error err = { "" };
	struct fgagg_source src;

	(void)state;
	if (fgagg_source_load_range(&src, NULL, path, &all_cpus, &range, &err))
		fail_msg("%s", err.text);
	assert_int_equal(fgagg_tree_node(src.tree, 0)->sum.count, 5);
	assert_int_equal(src.intervals, 2);
	assert_int_equal(src.duration, 2000000000);
	assert_int_equal(src.resets, 0);
	fgagg_source_free(&src);
}

static void test_between(void **state)
{
	struct fgagg_snap *base, *last, *later;
	struct fgagg_error err = { "" };
	struct fgagg_interval iv;
	struct build b;

	(void)state;
	build_init(&b);
	b.head.realtime_ns = 10000;
	b.head.boottime_ns = 1000;
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 7, 7, 10);
	base = build_snapshot(&b);
	/* The time of day is set back meanwhile. */
	b.head.realtime_ns -= 5000;
	b.head.boottime_ns += 500;
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 9, 9, 3);
	last = build_snapshot(&b);
	b.head.epoch++;
	b.head.boottime_ns -= 1000;
	later = build_snapshot(&b);
	build_free(&b);
	assert_int_equal(fgagg_interval_between(base, last, &all_cpus, &iv,
						&err), 0);
	assert_int_equal(fgagg_tree_node(iv.tree, 0)->sum.count, 3);
	assert_int_equal(fgagg_tree_node(iv.tree, 0)->sum.min, 9);
	assert_int_equal(iv.duration, 500);
	assert_int_equal(iv.resets, 0);
	fgagg_interval_free(&iv);
	/* Counting began anew, and what comes later says it was earlier. */
	assert_int_equal(fgagg_interval_between(last, later, &all_cpus, &iv,
						&err), 0);
	assert_int_equal(fgagg_tree_node(iv.tree, 0)->sum.count, 13);
	assert_int_equal(iv.duration, 0);
	assert_int_equal(iv.resets, 1);
	fgagg_interval_free(&iv);
	/* In the wrong order they have no difference. */
	assert_int_equal(fgagg_interval_between(last, base, &all_cpus, &iv,
						&err), -ERANGE);
	fgagg_interval_free(&iv);
	fgagg_snapshot_free(base);
	fgagg_snapshot_free(last);
	fgagg_snapshot_free(later);
}

static void test_parse(void **state)
{
	static const struct {
		const char *text;
		struct fgagg_range range;
	} good[] = {
		{ "1", R(1, 1) }, { "17", R(17, 17) }, { "2..5", R(2, 5) },
		{ "5..5", R(5, 5) }, { "3..", R(3, 0) }, { "..4", R(0, 4) },
	};
	static const char *const bad[] = {
		"", "0", "0..3", "3..0", "..", "5..4", "1...3", "1..2..3", "a",
		"1-3", "-1", " 1", "1 ", "2..b", "99999999999999999999999",
	};
	struct fgagg_range range = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		assert_int_equal(fgagg_range_parse(good[i].text, &range), 0);
		assert_memory_equal(&range, &good[i].range, sizeof(range));
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (fgagg_range_parse(bad[i], &range) != -EINVAL)
			fail_msg("'%s' is taken", bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_stretch),
		cmocka_unit_test(test_open_ends),
		cmocka_unit_test(test_out_of_range),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_between),
		cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
