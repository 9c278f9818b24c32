/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * heatmap: how a distribution changes, time from left to right, latency from
 * bottom to top, in characters.
 */
#ifndef FGAGG_HEATMAP_H
#define FGAGG_HEATMAP_H

#include <stdbool.h>
#include <stdio.h>

#include "dist.h"
#include "error.h"
#include "tree.h"

/* No terminal is wider; of more columns the oldest are dropped. */
#define FGAGG_HEATMAP_MAX	1024

/* What stands left of the first column. */
#define FGAGG_HEATMAP_LABEL	11

/**
 * struct fgagg_heatmap_column - what happened in some time
 * @dist: the calls, in ticks
 * @duration: how long that was, in ns
 */
struct fgagg_heatmap_column {
	struct fgagg_dist dist;
	__u64 duration;
};

/**
 * struct fgagg_heatmap - a distribution over time; all zero is empty
 * @columns: from the oldest to the newest
 * @nr: number of @columns
 * @count: calls in all of them
 * @dropped: columns that there is no room for any more, before @columns
 * @elapsed: when the first column that is left begins, in ns
 * @clock_khz: ticks per millisecond
 * @precision: of the histograms
 */
struct fgagg_heatmap {
	struct fgagg_heatmap_column columns[FGAGG_HEATMAP_MAX];
	size_t nr;
	__u64 count;
	size_t dropped;
	__u64 elapsed;
	__u64 clock_khz;
	__u32 precision;
};

/**
 * struct fgagg_heatmap_size - what there is room for
 * @rows: lines for the picture, without axis and legend
 * @width: characters in a line, with the labels
 * @color: paint the cells, instead of shading them with characters
 */
struct fgagg_heatmap_size {
	size_t rows;
	size_t width;
	bool color;
};

int fgagg_heatmap_add(struct fgagg_heatmap *map, struct fgagg_dist *dist,
		      __u64 duration, const struct fgagg_totals *totals,
		      struct fgagg_error *err);
int fgagg_heatmap_draw(FILE *out, const struct fgagg_heatmap *map,
		       const struct fgagg_heatmap_size *size);
void fgagg_heatmap_free(struct fgagg_heatmap *map);

#endif /* FGAGG_HEATMAP_H */
