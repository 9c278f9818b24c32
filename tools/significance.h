/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * significance: could two samples be of one distribution?
 *
 * Two tests, both without assumptions about its shape, because latencies have
 * no simple one.  Which applies is for compare.h to decide.
 */
#ifndef FGAGG_SIGNIFICANCE_H
#define FGAGG_SIGNIFICANCE_H

#include <stddef.h>

#include "dist.h"

/* Samples of the rank test are not larger, for all ways to mix two. */
#define FGAGG_SIGNIFICANCE_RANKS_MAX	10

/**
 * struct fgagg_scaled - a distribution with its scale
 * @dist: the calls
 * @precision: of its buckets
 * @clock_khz: ticks per millisecond
 */
struct fgagg_scaled {
	const struct fgagg_dist *dist;
	unsigned int precision;
	__u64 clock_khz;
};

double fgagg_significance_ranks(const double *a, size_t m, const double *b,
				size_t n);
double fgagg_significance_distance(const struct fgagg_scaled *a,
				   const struct fgagg_scaled *b);
double fgagg_significance_calls(const struct fgagg_scaled *a,
				const struct fgagg_scaled *b);

#endif /* FGAGG_SIGNIFICANCE_H */
