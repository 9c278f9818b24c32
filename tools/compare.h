/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compare: two runs, path by path, and which differences are more than noise.
 *
 * If both are run files with enough intervals, each is cut into stretches of
 * equal length, and a metric's values in the stretches of one run are ranked
 * against those of the other.  Calls within a stretch resemble each other, and
 * this does not mind: the stretch is the sample, not the call (the method of
 * batch means: Law and Kelton, Simulation Modeling and Analysis).  The longer it
 * is the longer is the longest call in it, so maxima are tested only where the
 * stretches of both runs are about as long.
 *
 * Otherwise all calls of a path are one distribution, which is compared with the
 * other's.  That says nothing about sums and maxima, which are not tested then.
 *
 * What is significant need not matter: a difference is told from noise if it is
 * also a change of some size, and for what is read off a histogram of more than
 * a bucket.
 */
#ifndef FGAGG_COMPARE_H
#define FGAGG_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "interval.h"
#include "metric.h"
#include "source.h"

/* The rank test needs so many stretches, and takes no more. */
#define FGAGG_COMPARE_STRETCHES_MIN	5
#define FGAGG_COMPARE_STRETCHES_MAX	10

/**
 * struct fgagg_pair - a call path in both runs
 * @base: in the run to compare with; it may have no calls there
 * @now: in the other
 * @was: metrics of @base
 * @is: metrics of @now
 * @p: the probability of such a difference by chance; NAN if not tested
 */
struct fgagg_pair {
	const struct fgagg_node *base;
	const struct fgagg_node *now;
	double was[FGAGG_METRIC_NR];
	double is[FGAGG_METRIC_NR];
	double p[FGAGG_METRIC_NR];
};

/**
 * struct fgagg_compare - two runs
 * @base: the run to compare with, its tree has every path of either
 * @now: the other, likewise
 * @pairs: the paths, by &struct fgagg_node.order
 * @nr: number of @pairs
 * @per_second: whether sums are per second
 * @stretches: of each run in the rank test; 0 if calls are tested
 * @alike: those of one run last about as long as those of the other
 * @alpha: a difference less probable by chance than this is significant
 * @min_change: a change by less than this share does not matter
 */
struct fgagg_compare {
	struct fgagg_source *base;
	struct fgagg_source *now;
	struct fgagg_pair *pairs;
	size_t nr;
	bool per_second;
	size_t stretches[2];
	bool alike;
	double alpha;
	double min_change;
};

int fgagg_compare_pair(struct fgagg_compare *cmp, struct fgagg_error *err);
void fgagg_compare_free(struct fgagg_compare *cmp);

bool fgagg_compare_by_stretches(struct fgagg_compare *cmp, int *ret,
				struct fgagg_error *err);
void fgagg_compare_by_calls(struct fgagg_compare *cmp);

bool fgagg_compare_in_both(const struct fgagg_pair *pair);
const struct fgagg_node *fgagg_compare_node(const struct fgagg_pair *pair);
double fgagg_compare_change(const struct fgagg_pair *pair,
			    enum fgagg_metric metric);
bool fgagg_compare_is_tested(const struct fgagg_compare *cmp,
			     enum fgagg_metric metric);
bool fgagg_compare_is_shift(const struct fgagg_compare *cmp,
			    const struct fgagg_pair *pair,
			    enum fgagg_metric metric);

#endif /* FGAGG_COMPARE_H */
