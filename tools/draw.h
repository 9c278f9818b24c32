/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FGAGG_DRAW_H
#define FGAGG_DRAW_H

#include <stdbool.h>
#include <stdio.h>

#include "dist.h"
#include "tree.h"

unsigned int fgagg_draw_precision(const struct fgagg_dist *dist,
				  unsigned int from, size_t rows);
void fgagg_draw_histogram_in(FILE *out, const struct fgagg_dist *dist,
			     const struct fgagg_totals *totals, size_t rows);
void fgagg_draw_histogram(FILE *out, const struct fgagg_dist *dist,
			  const struct fgagg_totals *totals, bool full);

#endif /* FGAGG_DRAW_H */
