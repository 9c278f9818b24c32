// SPDX-License-Identifier: GPL-2.0-only
/* Quantiles against sorted lists, and distributions against plain arrays. */
#include "test_tools_helper.h"

#include <errno.h>
#include <stdbool.h>

#include "dist.h"
#include "quantile.h"

#define MAX_VALUES	3000

static __u64 seed;

static __u64 random64(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* As likely in every power of two, up to 2^@bits. */
static __u64 random_value(unsigned int bits)
{
	return random64() >> (64 - 1 - random64() % bits);
}

static int compare(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return x < y ? -1 : x > y;
}

static void add_value(struct fgagg_dist *dist, __u64 value, unsigned int k)
{
	struct fgagg_bucket b = {
		.index = fgagg_bucket_index(value, k),
		.count = 1,
	};

	assert_int_equal(fgagg_dist_add(dist, &b, 1), 0);
}

static void check_quantiles(const struct fgagg_dist *dist, const __u64 *sorted,
			    size_t n, unsigned int k)
{
	static const unsigned int quantiles[] = {
		0, 1, 100, 5000, 9000, 9900, 9990, 9999, 10000,
	};
	__u64 got, want, off;
	size_t i, rank;

	for (i = 0; i < ARRAY_SIZE(quantiles); i++) {
		rank = (n * quantiles[i] + 9999) / 10000;
		want = sorted[rank ? rank - 1 : 0];
		got = fgagg_quantile(dist, k, quantiles[i]);
		off = got > want ? got - want : want - got;
		if (off > want >> (k + 1))
			fail_msg("k %u, n %zu, q %u: %llu instead of %llu", k,
				 n, quantiles[i], got, want);
	}
}

static void test_sorted_lists(void **state)
{
	static const size_t lengths[] = { 1, 2, 3, 10, 99, 100, 101, 1000,
					  MAX_VALUES };
	static __u64 values[MAX_VALUES];
	struct fgagg_dist dist;
	unsigned int k;
	size_t i, j;

	(void)state;
	seed = 88172645463325252;
	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		for (i = 0; i < ARRAY_SIZE(lengths); i++) {
			memset(&dist, 0, sizeof(dist));
			for (j = 0; j < lengths[i]; j++) {
				values[j] = random_value(FGAGG_VALUE_BITS - 1);
				add_value(&dist, values[j], k);
			}
			qsort(values, lengths[i], sizeof(*values), compare);
			assert_int_equal(dist.count, lengths[i]);
			check_quantiles(&dist, values, lengths[i], k);
			fgagg_dist_free(&dist);
		}
	}
}

static void test_greatest_value(void **state)
{
	struct fgagg_dist dist = { 0 };
	__u64 min = FGAGG_VALUE_MAX, max = FGAGG_VALUE_MAX;

	(void)state;
	add_value(&dist, FGAGG_VALUE_MAX, 4);
	check_quantiles(&dist, &max, 1, 4);
	fgagg_quantile_bounds(&dist, 4, &min, &max);
	assert_int_equal(min, FGAGG_VALUE_MAX);
	assert_int_equal(max, FGAGG_VALUE_MAX);
	fgagg_dist_free(&dist);
}

static void test_no_values(void **state)
{
	struct fgagg_dist dist = { 0 };
	__u64 min = ~0ULL, max = 5;

	(void)state;
	assert_int_equal(fgagg_quantile(&dist, 4, 5000), 0);
	fgagg_quantile_bounds(&dist, 4, &min, &max);
	assert_int_equal(min, 0);
	assert_int_equal(max, 0);
}

/* The count times q does not fit 64 bits. */
static void test_many_values(void **state)
{
	const struct fgagg_bucket b[] = {
		{ .index = 3, .count = 1ULL << 61 },
		{ .index = 9, .count = 1ULL << 61 },
	};
	struct fgagg_dist dist = { 0 };

	(void)state;
	assert_int_equal(fgagg_dist_add(&dist, b, 2), 0);
	assert_int_equal(fgagg_quantile(&dist, 4, 5000), 3);
	assert_int_equal(fgagg_quantile(&dist, 4, 5001), 9);
	assert_int_equal(fgagg_dist_add(&dist, b, 2), -EOVERFLOW);
	assert_int_equal(dist.count, 1ULL << 62);
	fgagg_dist_free(&dist);
}

/* Extremes that do not fit the buckets move to the nearest value that does. */
static void test_bounds(void **state)
{
	const struct fgagg_bucket b[] = {
		{ .index = fgagg_bucket_index(100, 4), .count = 1 },
		{ .index = fgagg_bucket_index(1000, 4), .count = 1 },
	};
	struct fgagg_dist dist = { 0 };
	__u64 min = 5, max = 99999;

	(void)state;
	assert_int_equal(fgagg_dist_add(&dist, b, 2), 0);
	fgagg_quantile_bounds(&dist, 4, &min, &max);
	assert_int_equal(min, 100);
	assert_int_equal(max, 1023);	/* 992 to 1023 is one bucket */
	min = 102;
	max = 1001;
	fgagg_quantile_bounds(&dist, 4, &min, &max);
	assert_int_equal(min, 102);
	assert_int_equal(max, 1001);
	min = ~0ULL;
	max = 0;
	fgagg_quantile_bounds(&dist, 4, &min, &max);
	assert_int_equal(min, 103);
	assert_int_equal(max, 992);
	fgagg_dist_free(&dist);
}

static void test_ns(void **state)
{
	(void)state;
	assert_int_equal(fgagg_quantile_ns(0, 1), 0);
	assert_int_equal(fgagg_quantile_ns(3000000, 3000000), 1000000);
	assert_int_equal(fgagg_quantile_ns(2, 3000000), 0);
	assert_int_equal(fgagg_quantile_ns(3, 3000000), 1);
	/* Where 64 bits, or a double, would not do. */
	assert_int_equal(fgagg_quantile_ns(9007199254740993, 1000000),
			 9007199254740993);
	assert_int_equal(fgagg_quantile_ns(27021597764222979, 3000000),
			 9007199254740993);
	assert_int_equal(fgagg_quantile_ns(~0ULL, 1), INT64_MAX);
}

/* Adding and subtracting at random, against an array with every bucket. */
static void test_add_and_sub(void **state)
{
	enum { BUCKETS = 40, ROUNDS = 2000 };
	__u64 model[BUCKETS] = { 0 }, sum = 0;
	struct fgagg_bucket b[BUCKETS];
	struct fgagg_dist dist = { 0 };
	size_t round, i, j, nr;
	bool fits;

	(void)state;
	seed = 42;
	for (round = 0; round < ROUNDS; round++) {
		bool sub = random64() & 1;

		nr = 0;
		fits = true;
		for (i = 0; i < BUCKETS; i++) {
			if (random64() % 4)
				continue;
			b[nr].index = i;
			b[nr].reserved = 0;
			b[nr].count = random64() % 3;
			if (sub && b[nr].count > model[i])
				fits = false;
			nr++;
		}
		assert_int_equal(sub ? fgagg_dist_sub(&dist, b, nr) :
				       fgagg_dist_add(&dist, b, nr),
				 sub && !fits ? -ERANGE : 0);
		for (j = 0; j < nr && (fits || !sub); j++)
			model[b[j].index] += sub ? -b[j].count : b[j].count;
		for (i = j = sum = 0; i < BUCKETS; i++) {
			if (!model[i])
				continue;
			assert_int_equal(dist.buckets[j].index, i);
			assert_int_equal(dist.buckets[j++].count, model[i]);
			sum += model[i];
		}
		assert_int_equal(dist.nr, j);
		assert_int_equal(dist.count, sum);
	}
	fgagg_dist_free(&dist);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted_lists),
		cmocka_unit_test(test_greatest_value),
		cmocka_unit_test(test_no_values),
		cmocka_unit_test(test_many_values),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_ns),
		cmocka_unit_test(test_add_and_sub),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
