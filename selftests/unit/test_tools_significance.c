// SPDX-License-Identifier: GPL-2.0-only
/* Tests that tell a difference from noise: against slow ones, and noise. */
#include "test_tools_helper.h"

#include <math.h>
#include <stdio.h>

#include "significance.h"

#define CLOSE	0.000000001

static __u64 seed;

/* The generator of L'Ecuyer (1999), good in its upper bits. */
static double random_share(void)
{
	seed = seed * 2862933555777941757 + 3037000493;
	return (double)(seed >> 11) / (double)(1ULL << 53);
}

static void assert_close(double got, double want)
{
	if (!(fabs(got - want) <= CLOSE))
		fail_msg("%.12g, not %.12g", got, want);
}

/* Twice the statistic U: pairs in which that of @a is greater, ties half. */
static int twice_u(const double *all, size_t nr, unsigned int picked)
{
	size_t i, j;
	int u = 0;

	for (i = 0; i < nr; i++)
		for (j = 0; j < nr; j++)
			if (picked >> i & 1 && !(picked >> j & 1))
				u += 2 * (all[i] > all[j]) +
				     (all[i] == all[j]);
	return u;
}

/* Every way to pick @m of @nr, one by one. */
static double slow_ranks(const double *all, size_t nr, size_t m)
{
	int middle = m * (nr - m), observed, u;
	unsigned int picked, ways = 0, far = 0;

	observed = abs(twice_u(all, nr, (1U << m) - 1) - middle);
	for (picked = 0; picked < 1U << nr; picked++) {
		if (__builtin_popcount(picked) != (int)m)
			continue;
		u = abs(twice_u(all, nr, picked) - middle);
		ways++;
		far += u >= observed;
	}
	return (double)far / ways;
}

static void test_ranks_against_slow(void **state)
{
	double all[12];
	unsigned int round;
	size_t i, m, n;

	(void)state;
	seed = 1;
	for (round = 0; round < 60; round++) {
		m = 1 + (size_t)(random_share() * 6);
		n = 1 + (size_t)(random_share() * 6);
		/* Few different values, so that many are equal. */
		for (i = 0; i < m + n; i++)
			all[i] = floor(random_share() * (round % 2 ? 5 : 1e9));
		assert_close(fgagg_significance_ranks(all, m, all + m, n),
			     slow_ranks(all, m + n, m));
	}
}

static void test_ranks_known(void **state)
{
	static const double low[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
	static const double high[] = { 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 };
	static const double same[] = { 7, 7, 7, 7, 7, 7, 7, 7, 7, 7 };

	(void)state;
	/* 2 of 252 and of 184756 ways. */
	assert_close(fgagg_significance_ranks(low, 5, high, 5), 2.0 / 252);
	assert_close(fgagg_significance_ranks(high, 10, low, 10), 2.0 / 184756);
	assert_close(fgagg_significance_ranks(same, 10, same, 10), 1);
	assert_true(isnan(fgagg_significance_ranks(low, 0, high, 5)));
}

/* Of two samples of one distribution, a share of alpha and no more differs. */
static void test_ranks_of_noise(void **state)
{
	unsigned int round, found = 0;
	double a[10], b[10];
	size_t i;

	(void)state;
	seed = 2;
	for (round = 0; round < 2000; round++) {
		for (i = 0; i < 10; i++) {
			a[i] = -log(1 - random_share());
			b[i] = -log(1 - random_share());
		}
		found += fgagg_significance_ranks(a, 10, b, 10) < 0.05;
	}
	assert_in_range(found, 50, 130);
}

static void add(struct fgagg_dist *dist, __u64 ticks, unsigned int k, __u64 n)
{
	const struct fgagg_bucket bucket = {
		.index = fgagg_bucket_index(ticks, k), .count = n,
	};

	assert_int_equal(fgagg_dist_add(dist, &bucket, 1), 0);
}

/* D = 0.25 of 200 and 200 calls; sqrt(100) + 0.12 + 0.011 is 10.131. */
static void test_calls_known(void **state)
{
	struct fgagg_dist x = { 0 }, y = { 0 }, few = { 0 };
	const struct fgagg_scaled a = { &x, 4, 1000000 };
	const struct fgagg_scaled b = { &y, 4, 1000000 };
	const struct fgagg_scaled c = { &few, 4, 1000000 };
	double root = 10.131 * 0.25, want = 0;
	int j;

	(void)state;
	add(&x, 10, 4, 100);
	add(&x, 1000, 4, 100);
	add(&y, 10, 4, 50);
	add(&y, 1000, 4, 150);
	add(&few, 10, 4, 4);
	for (j = 1; j < 20; j++)
		want += 2 * (j % 2 ? 1 : -1) * exp(-2 * j * j * root * root);
	assert_close(fgagg_significance_distance(&a, &b), 0.25);
	assert_close(fgagg_significance_calls(&a, &b), want);
	assert_close(fgagg_significance_calls(&a, &a), 1);
	assert_true(isnan(fgagg_significance_calls(&a, &c)));
	fgagg_dist_free(&x);
	fgagg_dist_free(&y);
	fgagg_dist_free(&few);
}

/* The same times, by clocks of other speed and with other buckets. */
static void test_calls_scaled(void **state)
{
	struct fgagg_dist x = { 0 }, y = { 0 };
	const struct fgagg_scaled a = { &x, 5, 1000000 };
	const struct fgagg_scaled b = { &y, 3, 2995200 };
	unsigned int i;
	double ns;

	(void)state;
	seed = 3;
	for (i = 0; i < 20000; i++) {
		ns = 1000 - 5000 * log(1 - random_share());
		add(&x, (__u64)ns, 5, 1);
		ns = 1000 - 5000 * log(1 - random_share());
		add(&y, (__u64)(ns * 2.9952), 3, 1);
	}
	/* At 5 %, 0.0136 is the bound; coarse buckets blur by less than that. */
	assert_true(fgagg_significance_distance(&a, &b) < 0.0272);
	fgagg_dist_free(&x);
	fgagg_dist_free(&y);
}

static unsigned int differ(double slower)
{
	unsigned int round, i, found = 0;

	for (round = 0; round < 200; round++) {
		struct fgagg_dist x = { 0 }, y = { 0 };
		const struct fgagg_scaled a = { &x, 4, 1000000 };
		const struct fgagg_scaled b = { &y, 4, 1000000 };

		for (i = 0; i < 500; i++) {
			add(&x, (__u64)(-5000 * log(1 - random_share())), 4, 1);
			add(&y, (__u64)(-5000 * slower *
					log(1 - random_share())), 4, 1);
		}
		found += fgagg_significance_calls(&a, &b) < 0.05;
		fgagg_dist_free(&x);
		fgagg_dist_free(&y);
	}
	return found;
}

static void test_calls_of_noise(void **state)
{
	(void)state;
	seed = 4;
	assert_in_range(differ(1), 0, 20);
	assert_in_range(differ(1.5), 190, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranks_against_slow),
		cmocka_unit_test(test_ranks_known),
		cmocka_unit_test(test_ranks_of_noise),
		cmocka_unit_test(test_calls_known),
		cmocka_unit_test(test_calls_scaled),
		cmocka_unit_test(test_calls_of_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
