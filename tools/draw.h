/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FGAGG_DRAW_H
#define FGAGG_DRAW_H

#include <stdbool.h>
#include <stdio.h>

#include "dist.h"
#include "tree.h"

/**
 * struct fgagg_scale - how buckets become rows
 * @from: precision of the buckets
 * @k: precision of the rows, at most @from
 * @shift: how many times two rows are made one, if 0 is not coarse enough a @k
 *
 * The buckets of a precision are unions of those of a higher one, so a coarser
 * picture is exact too.  At precision 0 a row is a power of two.
 */
struct fgagg_scale {
	unsigned int from;
	unsigned int k;
	unsigned int shift;
};

struct fgagg_scale fgagg_draw_scale(const struct fgagg_dist *dist,
				    unsigned int from, size_t rows);
__u32 fgagg_draw_row(const struct fgagg_bucket *b, const struct fgagg_scale *scale);
__u64 fgagg_draw_low(__u32 row, const struct fgagg_scale *scale);
void fgagg_draw_histogram_in(FILE *out, const struct fgagg_dist *dist,
			     const struct fgagg_totals *totals, size_t rows);
void fgagg_draw_histogram(FILE *out, const struct fgagg_dist *dist,
			  const struct fgagg_totals *totals, bool full);

#endif /* FGAGG_DRAW_H */
