// SPDX-License-Identifier: GPL-2.0-only
#include "sum.h"

/**
 * fgagg_sum_add - add a call path to others
 * @sum: the others, all zero if there are none; its histogram is the caller's
 *	to free, and its summary to be made
 * @node: a path of a finished tree
 *
 * Return: as fgagg_dist_add().
 */
int fgagg_sum_add(struct fgagg_node *sum, const struct fgagg_node *node)
{
	if (!sum->dist.count || node->min < sum->min)
		sum->min = node->min;
	if (!sum->dist.count || node->max > sum->max) {
		sum->max = node->max;
		sum->slowest = node->slowest;
	}
	sum->total += node->total;
	sum->self += node->self;
	sum->cost += node->cost;
	return fgagg_dist_add(&sum->dist, node->dist.buckets, node->dist.nr);
}
