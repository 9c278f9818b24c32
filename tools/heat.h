/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * heat: how the latencies of call paths went over the time of a run.
 *
 * A run may have more intervals than anybody can see, and its buckets are finer
 * than a picture of them needs to be.  So adjacent intervals become one column,
 * and buckets rows of a quarter of an octave.
 */
#ifndef FGAGG_HEAT_H
#define FGAGG_HEAT_H

#include "error.h"
#include "source.h"
#include "tree.h"

#define FGAGG_HEAT_COLUMNS	120

/* Rows are numbered as buckets of this precision are, or of the run's own. */
#define FGAGG_HEAT_PRECISION	2

/**
 * struct fgagg_heat_cell - the calls of one path in one column and row
 * @path: the path
 * @column: from 0, the oldest
 * @row: as fgagg_bucket_index() of a time in ticks
 * @count: calls, not 0
 */
struct fgagg_heat_cell {
	const struct fgagg_node *path;
	__u32 column;
	__u32 row;
	__u64 count;
};

/**
 * struct fgagg_heat - what was read; all zero holds nothing
 * @precision: what @row is numbered by
 * @columns: number of columns
 * @edges: when column i began and, at [i + 1], ended; in ns from the
 *	start of the first
 * @cells: by path's place in its tree, column, row
 * @nr: number of @cells
 * @room: room in @cells
 */
struct fgagg_heat {
	unsigned int precision;
	size_t columns;
	__u64 edges[FGAGG_HEAT_COLUMNS + 1];
	struct fgagg_heat_cell *cells;
	size_t nr;
	size_t room;
};

int fgagg_heat_load(struct fgagg_heat *heat, struct fgagg_tree *all,
		    const struct fgagg_source *src, struct fgagg_error *err);
void fgagg_heat_sort(struct fgagg_heat *heat);
void fgagg_heat_free(struct fgagg_heat *heat);

#endif /* FGAGG_HEAT_H */
