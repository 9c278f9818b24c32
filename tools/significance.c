// SPDX-License-Identifier: GPL-2.0-only
#include "significance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RANKS_MAX	FGAGG_SIGNIFICANCE_RANKS_MAX

/* Twice the greatest sum of ranks of one sample. */
#define SUM_MAX		(2 * RANKS_MAX * 2 * RANKS_MAX)

/*
 * Twice the rank of @value among both samples, the mean rank where values are
 * equal: so it is a whole number.
 */
static unsigned int twice_rank(double value, const double *all, size_t nr)
{
	unsigned int rank = 1;
	size_t i;

	for (i = 0; i < nr; i++)
		rank += 2 * (all[i] < value) + (all[i] == value);
	return rank;
}

/*
 * How many of the ways to pick @m of @nr ranks have a sum that is as far or
 * farther from the expected one than @observed, as a share of all ways.
 * ways[k][s] counts those to pick k with the sum s of the ranks seen so far.
 */
static double share_as_far(const unsigned int *ranks, size_t nr, size_t m,
			   unsigned int observed)
{
	double ways[RANKS_MAX + 1][SUM_MAX + 1] = { { 1 } };
	double all = 0, far = 0, expected = (double)m * (double)(nr + 1);
	unsigned int s, seen = 0;
	size_t i, k;

	for (i = 0; i < nr; i++) {
		for (k = i < m ? i + 1 : m; k; k--)
			for (s = 0; s <= seen && s + ranks[i] <= SUM_MAX; s++)
				ways[k][s + ranks[i]] += ways[k - 1][s];
		seen += ranks[i];
		if (seen > SUM_MAX)
			seen = SUM_MAX;
	}
	for (s = 0; s <= SUM_MAX; s++) {
		all += ways[m][s];
		if (fabs(s - expected) >= fabs(observed - expected))
			far += ways[m][s];
	}
	return far / all;
}

/**
 * fgagg_significance_ranks - rank test of two small samples
 * @a: a sample
 * @m: its size, at most FGAGG_SIGNIFICANCE_RANKS_MAX
 * @b: another
 * @n: its size, at most the same
 *
 * The test of Wilcoxon (Individual comparisons by ranking methods, Biometrics
 * Bulletin 1, 1945) and of Mann and Whitney (Annals of Mathematical Statistics
 * 18, 1947), two-sided and exact: the sum of ranks of @a is compared with that
 * of every way to deal the values to the two samples, so equal values need no
 * correction.
 *
 * Return: the probability of a difference as great as this one if both are of
 * one distribution; NAN if a sample is empty.
 */
double fgagg_significance_ranks(const double *a, size_t m, const double *b,
				size_t n)
{
	unsigned int ranks[2 * RANKS_MAX], observed = 0;
	double all[2 * RANKS_MAX];
	size_t i;

	if (!m || !n)
		return NAN;
	memcpy(all, a, m * sizeof(*a));
	memcpy(all + m, b, n * sizeof(*b));
	for (i = 0; i < m + n; i++) {
		ranks[i] = twice_rank(all[i], all, m + n);
		observed += i < m ? ranks[i] : 0;
	}
	return share_as_far(ranks, m + n, m, observed);
}

static double bound_ns(const struct fgagg_scaled *s, __u32 index)
{
	return (double)fgagg_bucket_low(index, s->precision) * 1e6 /
	       (double)s->clock_khz;
}

/*
 * The share of calls that took less than @ns.  Within a bucket they are taken
 * to be spread evenly, which matters only if the buckets of the two
 * distributions are not the same.
 */
static double share_below(const struct fgagg_scaled *s, double ns)
{
	const struct fgagg_bucket *b = s->dist->buckets;
	const struct fgagg_bucket *end = b + s->dist->nr;
	double below = 0, low, high;

	for (; b < end; b++) {
		high = bound_ns(s, b->index + 1);
		if (high > ns) {
			low = bound_ns(s, b->index);
			if (ns > low)
				below += (double)b->count * (ns - low) /
					 (high - low);
			break;
		}
		below += (double)b->count;
	}
	return below / (double)s->dist->count;
}

/* The greatest difference at the bounds of the buckets of @of. */
static double distance_at(const struct fgagg_scaled *of,
			  const struct fgagg_scaled *a,
			  const struct fgagg_scaled *b)
{
	double greatest = 0, d;
	unsigned int side;
	size_t i;

	for (i = 0; i < of->dist->nr; i++) {
		for (side = 0; side < 2; side++) {
			double ns = bound_ns(of, of->dist->buckets[i].index +
						 side);

			d = fabs(share_below(a, ns) - share_below(b, ns));
			if (d > greatest)
				greatest = d;
		}
	}
	return greatest;
}

/**
 * fgagg_significance_distance - the distance of two distributions
 * @a: one
 * @b: the other
 *
 * Return: the greatest difference of the shares of calls that took less than
 * some time, of all times that the buckets tell apart: 0 to 1.
 */
double fgagg_significance_distance(const struct fgagg_scaled *a,
				   const struct fgagg_scaled *b)
{
	return fmax(distance_at(a, a, b), distance_at(b, a, b));
}

/* The distribution of Kolmogorov: the probability of a value above @x. */
static double kolmogorov(double x)
{
	double sum = 0, term, sign = 1;
	unsigned int j;

	/* The series does not converge there, and it is 1 to 12 digits. */
	if (x < 0.2)
		return 1;
	for (j = 1; j <= 100; j++) {
		term = exp(-2.0 * j * j * x * x);
		sum += sign * term;
		sign = -sign;
		if (term < 1 / 0x1p53)
			break;
	}
	return fmin(fmax(2 * sum, 0), 1);
}

/**
 * fgagg_significance_calls - test of two distributions of calls
 * @a: one
 * @b: the other
 *
 * The two-sample test of Kolmogorov and Smirnov, with the asymptotic
 * distribution and the correction for small samples of Stephens (Use of the
 * Kolmogorov-Smirnov, Cramer-von Mises and related statistics without extensive
 * tables, Journal of the Royal Statistical Society B 32, 1970).  Calls in one
 * bucket are equal for it, which makes its result greater than it would be, so
 * it errs to the side of noise.
 *
 * It takes calls to be independent.  They are not: neighbours resemble each
 * other.  And with millions of them everything is significant.  So it cannot
 * stand alone; see compare.h.
 *
 * Return: the probability of a distance as great as this one if both are of one
 * distribution; NAN if there are too few calls to say.
 */
double fgagg_significance_calls(const struct fgagg_scaled *a,
				const struct fgagg_scaled *b)
{
	double m = (double)a->dist->count, n = (double)b->dist->count, root;

	if (m + n == 0 || m * n / (m + n) < 4)
		return NAN;
	root = sqrt(m * n / (m + n));
	return kolmogorov((root + 0.12 + 0.11 / root) *
			  fgagg_significance_distance(a, b));
}
