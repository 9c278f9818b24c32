// SPDX-License-Identifier: GPL-2.0-only
#include "combine.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "align.h"

#define NANOSECONDS_KHZ	1000000

/**
 * struct spread - a histogram on its way to another clock
 * @from: the clock it is of
 * @to: the clock it goes to
 * @buckets: by rising index
 * @nr: number of @buckets
 */
struct spread {
	struct fgagg_clock from;
	const struct fgagg_clock *to;
	struct fgagg_bucket *buckets;
	size_t nr;
};

/**
 * fgagg_combine_clock - find the clock of several machines
 * @clock: that of the machines so far; all zero if there are none
 * @khz: that of one more
 * @precision: of its histograms
 */
void fgagg_combine_clock(struct fgagg_clock *clock, __u64 khz, __u32 precision)
{
	if (!clock->khz) {
		clock->khz = khz;
		clock->precision = precision;
	} else if (clock->mixed || clock->khz != khz) {
		clock->khz = NANOSECONDS_KHZ;
		clock->precision = FGAGG_PRECISION_MAX;
		clock->mixed = true;
	} else if (precision < clock->precision) {
		clock->precision = precision;
	}
}

static __u64 convert(const struct fgagg_clock *to, __u64 khz, __u64 ticks)
{
	__uint128_t scaled = (__uint128_t)ticks * to->khz / khz;

	if (khz == to->khz)
		return ticks;
	return scaled > INT64_MAX ? INT64_MAX : (__u64)scaled;
}

static void put(struct spread *s, __u64 ticks, __u64 count)
{
	__u64 value = convert(s->to, s->from.khz, ticks);
	struct fgagg_bucket bucket = { .count = count };

	if (!count)
		return;
	if (value > FGAGG_VALUE_MAX)
		value = FGAGG_VALUE_MAX;
	bucket.index = fgagg_bucket_index(value, s->to->precision);
	if (s->nr && s->buckets[s->nr - 1].index == bucket.index)
		s->buckets[s->nr - 1].count += count;
	else
		s->buckets[s->nr++] = bucket;
}

static __u64 middle(const struct fgagg_node *node, __u32 index, unsigned int k)
{
	__u64 low = fgagg_bucket_low(index, k);
	__u64 mid = low + (fgagg_bucket_low(index + 1, k) - 1 - low) / 2;

	return mid < node->min ? node->min : mid > node->max ? node->max : mid;
}

/* A coarser precision of the same clock loses nothing but precision. */
static void put_all(struct spread *s, const struct fgagg_node *node)
{
	unsigned int k = s->from.precision;
	bool exact = s->from.khz == s->to->khz && k >= s->to->precision;
	size_t i, last = node->dist.nr - 1;

	for (i = 0; i < node->dist.nr; i++) {
		const struct fgagg_bucket *b = &node->dist.buckets[i];
		__u64 mid = middle(node, b->index, k), rest = b->count;

		if (exact) {
			put(s, fgagg_bucket_low(b->index, k), rest);
			continue;
		}
		if (!i) {
			put(s, node->min, 1);
			rest--;
		}
		if (i == last && rest) {
			put(s, mid, rest - 1);
			put(s, node->max, 1);
		} else {
			put(s, mid, rest);
		}
	}
}

static int add_dist(struct fgagg_node *to, const struct fgagg_clock *clock,
		    const struct fgagg_node *from,
		    const struct fgagg_totals *totals)
{
	struct spread s = {
		.from = { totals->clock_khz, totals->precision, false },
		.to = clock,
	};
	int ret;

	/* The least and the greatest call may each need one more. */
	s.buckets = calloc(from->dist.nr + 2, sizeof(*s.buckets));
	if (!s.buckets)
		return -ENOMEM;
	if (from->dist.nr)
		put_all(&s, from);
	ret = fgagg_dist_add(&to->dist, s.buckets, s.nr);
	free(s.buckets);
	return ret;
}

static int add_node(struct fgagg_node *to, const struct fgagg_clock *clock,
		    const struct fgagg_node *from,
		    const struct fgagg_totals *totals)
{
	__u64 khz = totals->clock_khz;
	__u64 min = convert(clock, khz, from->min);
	__u64 max = convert(clock, khz, from->max);

	if (from->dist.count && (!to->dist.count || min < to->min))
		to->min = min;
	if (from->dist.count && (!to->dist.count || max > to->max)) {
		to->max = max;
		to->slowest = from->slowest;
		to->slowest.max = convert(clock, khz, from->slowest.max);
	}
	if (__builtin_add_overflow(to->total, convert(clock, khz, from->total),
				   &to->total) ||
	    __builtin_add_overflow(to->self, convert(clock, khz, from->self),
				   &to->self) ||
	    __builtin_add_overflow(to->cost, convert(clock, khz, from->cost),
				   &to->cost))
		return -EOVERFLOW;
	return add_dist(to, clock, from, totals);
}

static int add_totals(struct fgagg_totals *to, const struct fgagg_clock *clock,
		      const struct fgagg_totals *from)
{
	unsigned int i;

	to->clock_khz = clock->khz;
	to->precision = clock->precision;
	if (__builtin_add_overflow(to->entered, from->entered, &to->entered) ||
	    to->entered > INT64_MAX)
		return -EOVERFLOW;
	for (i = 0; i < FGAGG_LOST_NR; i++)
		if (__builtin_add_overflow(to->lost[i], from->lost[i],
					   &to->lost[i]) ||
		    to->lost[i] > INT64_MAX)
			return -EOVERFLOW;
	if (!*to->hook)
		memcpy(to->hook, from->hook, sizeof(to->hook));
	else if (strcmp(to->hook, from->hook))
		snprintf(to->hook, sizeof(to->hook), "mixed");
	return 0;
}

/**
 * fgagg_combine_add - add the tree of a machine to that of others
 * @to: the tree of the others, not finished
 * @clock: that of all, see fgagg_combine_clock()
 * @from: the tree of one machine, finished
 * @err: set on failure, after which @to is of no use
 *
 * Return: 0, -EOVERFLOW or -ENOMEM.
 */
int fgagg_combine_add(struct fgagg_tree *to, const struct fgagg_clock *clock,
		      struct fgagg_tree *from, struct fgagg_error *err)
{
	const struct fgagg_totals *totals = fgagg_tree_totals(from);
	struct fgagg_node **nodes;
	size_t i;
	int ret;

	nodes = fgagg_align_add(to, from);
	if (!nodes)
		return fgagg_error_nomem(err);
	ret = add_totals(fgagg_tree_totals(to), clock, totals);
	for (i = 0; !ret && i < fgagg_tree_count(from); i++) {
		const struct fgagg_node *node = fgagg_tree_node(from, i);

		ret = add_node(nodes[node->order], clock, node, totals);
	}
	free(nodes);
	if (ret == -ENOMEM)
		return fgagg_error_nomem(err);
	return ret ? fgagg_error_set(err, ret,
				     "the counts of all runs together are above 2^63") : 0;
}
