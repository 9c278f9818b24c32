/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * combine: trees of several machines in one.
 *
 * Machines differ in their clocks, and perhaps in the precision that was set.
 * Where the clocks agree, histograms add exactly: at the coarsest precision, of
 * which the buckets are unions of those of the others.  Where they do not,
 * ticks become nanoseconds, and each bucket goes, as its middle, into one of the
 * greatest precision; the least and the greatest call keep their own times.
 * Then counts are exact, sums are less than a nanosecond off for each path and
 * machine, and a quantile of a histogram of precision k, which is off by at most
 * 2^-(k+1) of its value, is then off by 2^-(FGAGG_PRECISION_MAX+1) more: 3.6 %
 * instead of 3.2 % for k = 4.
 */
#ifndef FGAGG_COMBINE_H
#define FGAGG_COMBINE_H

#include <stdbool.h>

#include "error.h"
#include "tree.h"

/**
 * struct fgagg_clock - what ticks and buckets are
 * @khz: ticks per millisecond; 0 if nothing is known yet
 * @precision: of the histograms
 * @mixed: there are several clocks, and this is nanoseconds
 */
struct fgagg_clock {
	__u64 khz;
	__u32 precision;
	bool mixed;
};

void fgagg_combine_clock(struct fgagg_clock *clock, __u64 khz, __u32 precision);
int fgagg_combine_add(struct fgagg_tree *to, const struct fgagg_clock *clock,
		      struct fgagg_tree *from, struct fgagg_error *err);

#endif /* FGAGG_COMBINE_H */
