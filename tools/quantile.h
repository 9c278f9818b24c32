/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FGAGG_QUANTILE_H
#define FGAGG_QUANTILE_H

#include "dist.h"

/* Quantiles are given in parts of ten thousand, for p99.9 to be exact. */
#define FGAGG_QUANTILE_ONE	10000

__u64 fgagg_quantile(const struct fgagg_dist *dist, unsigned int k,
		     unsigned int q);
void fgagg_quantile_bounds(const struct fgagg_dist *dist, unsigned int k,
			   __u64 *min, __u64 *max);
__u64 fgagg_quantile_ns(__u64 ticks, __u64 clock_khz);

#endif /* FGAGG_QUANTILE_H */
