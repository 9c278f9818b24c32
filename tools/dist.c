// SPDX-License-Identifier: GPL-2.0-only
#include "dist.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

static void replace(struct fgagg_dist *dist, struct fgagg_bucket *buckets,
		    size_t nr, __u64 count)
{
	free(dist->buckets);
	dist->buckets = buckets;
	dist->nr = nr;
	dist->count = count;
}

/**
 * fgagg_dist_add - add a histogram to a distribution
 * @dist: the distribution
 * @b: buckets by rising index
 * @nr: number of @b
 *
 * Return: 0; -EOVERFLOW if the calls no longer fit 63 bits; -ENOMEM.  On
 * failure @dist is as it was.
 */
int fgagg_dist_add(struct fgagg_dist *dist, const struct fgagg_bucket *b,
		   size_t nr)
{
	const struct fgagg_bucket *a = dist->buckets;
	size_t i = 0, j = 0, n = 0;
	__u64 count = dist->count;
	struct fgagg_bucket *sum;

	if (!nr)
		return 0;
	sum = calloc(dist->nr + nr, sizeof(*sum));
	if (!sum)
		return -ENOMEM;
	while (i < dist->nr || j < nr) {
		struct fgagg_bucket *to = &sum[n];

		if (j == nr || (i < dist->nr && a[i].index < b[j].index)) {
			sum[n++] = a[i++];
			continue;
		}
		to->index = b[j].index;
		to->count = b[j].count;
		if (__builtin_add_overflow(count, to->count, &count) ||
		    count > INT64_MAX) {
			free(sum);
			return -EOVERFLOW;
		}
		if (i < dist->nr && a[i].index == b[j].index)
			to->count += a[i++].count;
		n += !!to->count;
		j++;
	}
	replace(dist, sum, n, count);
	return 0;
}

/**
 * fgagg_dist_sub - subtract an earlier histogram from a distribution
 * @dist: the distribution
 * @b: buckets by rising index
 * @nr: number of @b
 *
 * Return: 0; -ERANGE if a bucket of @b holds more calls than that of @dist,
 * which then is not its earlier state; -ENOMEM.  On failure @dist is as it
 * was.
 */
int fgagg_dist_sub(struct fgagg_dist *dist, const struct fgagg_bucket *b,
		   size_t nr)
{
	const struct fgagg_bucket *a = dist->buckets;
	size_t i, j = 0, n = 0;
	__u64 count = dist->count;
	struct fgagg_bucket *rest;

	rest = calloc(dist->nr + 1, sizeof(*rest));
	if (!rest)
		return -ENOMEM;
	for (i = 0; i < dist->nr; i++) {
		rest[n] = a[i];
		while (j < nr && b[j].index < a[i].index && !b[j].count)
			j++;
		if (j < nr && b[j].index == a[i].index) {
			if (b[j].count > a[i].count)
				break;
			rest[n].count -= b[j].count;
			count -= b[j++].count;
		}
		n += !!rest[n].count;
	}
	while (j < nr && !b[j].count)
		j++;
	if (j < nr) {
		free(rest);
		return -ERANGE;
	}
	replace(dist, rest, n, count);
	return 0;
}

/**
 * fgagg_dist_free - empty a distribution
 * @dist: the distribution
 */
void fgagg_dist_free(struct fgagg_dist *dist)
{
	replace(dist, NULL, 0, 0);
}
