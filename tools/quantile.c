// SPDX-License-Identifier: GPL-2.0-only
/*
 * quantile: what the buckets still know about the values that went in.
 */
#include "quantile.h"

#include <stdint.h>

static __u64 bucket_last(__u32 index, unsigned int k)
{
	return fgagg_bucket_low(index + 1, k) - 1;
}

/**
 * fgagg_quantile - estimate a quantile
 * @dist: a distribution
 * @k: its precision
 * @q: which, in parts of FGAGG_QUANTILE_ONE
 *
 * The q-quantile of n values is the value of rank ceil(q * n), at least 1, of
 * the sorted list.  Its bucket is known exactly; where in the bucket it lies
 * is not, so the middle is reported.  A bucket that starts at L holds at most
 * L / 2^k values, so the middle is at most L / 2^(k+1) off, and as the true
 * value is not below L:
 *
 *	|estimate - true| <= true * 2^-(k+1)		(3.2 % for k = 4)
 *
 * Below 2^(k+1) every value has a bucket of its own and nothing is estimated.
 * The caller caps the result to the known minimum and maximum, which can only
 * bring it nearer.
 *
 * Return: the estimate, 0 for an empty distribution.
 */
__u64 fgagg_quantile(const struct fgagg_dist *dist, unsigned int k,
		     unsigned int q)
{
	__uint128_t scaled = (__uint128_t)dist->count * q;
	__u64 rank = (scaled + FGAGG_QUANTILE_ONE - 1) / FGAGG_QUANTILE_ONE;
	__u64 seen = 0, low;
	size_t i;

	if (!rank)
		rank = 1;
	for (i = 0; i < dist->nr; i++) {
		seen += dist->buckets[i].count;
		if (seen >= rank) {
			low = fgagg_bucket_low(dist->buckets[i].index, k);
			return low + (bucket_last(dist->buckets[i].index, k) -
				      low) / 2;
		}
	}
	return 0;
}

static __u64 clamp(__u64 value, __u64 low, __u64 high)
{
	return value < low ? low : value > high ? high : value;
}

/**
 * fgagg_quantile_bounds - make minimum and maximum agree with the buckets
 * @dist: a distribution
 * @k: its precision
 * @min: the least value known, corrected
 * @max: the greatest value known, corrected
 *
 * They disagree for two reasons.  A snapshot is taken while calls return, so a
 * bucket may count a call that the maximum does not know yet.  And of two
 * snapshots only buckets can be subtracted: the difference has the extremes of
 * the later one, which may have been set before the earlier one.  In both
 * cases the true extreme is in the outermost bucket, so the nearest value in
 * it is off by less than 2^-k.
 */
void fgagg_quantile_bounds(const struct fgagg_dist *dist, unsigned int k,
			   __u64 *min, __u64 *max)
{
	__u32 first, last;

	if (!dist->nr) {
		*min = 0;
		*max = 0;
		return;
	}
	first = dist->buckets[0].index;
	last = dist->buckets[dist->nr - 1].index;
	*min = clamp(*min, fgagg_bucket_low(first, k), bucket_last(first, k));
	*max = clamp(*max, fgagg_bucket_low(last, k), bucket_last(last, k));
	if (*min > *max)
		*min = *max;
}

/**
 * fgagg_quantile_ns - ticks to nanoseconds
 * @ticks: a time
 * @clock_khz: ticks per millisecond, not 0
 *
 * Return: whole nanoseconds, rounded down; at most INT64_MAX, which is what
 * JSON readers can take (292 years).
 */
__u64 fgagg_quantile_ns(__u64 ticks, __u64 clock_khz)
{
	__uint128_t ns = (__uint128_t)ticks * 1000000 / clock_khz;

	return ns > INT64_MAX ? INT64_MAX : (__u64)ns;
}
