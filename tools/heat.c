// SPDX-License-Identifier: GPL-2.0-only
#include "heat.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "align.h"
#include "interval.h"

static int add_cell(struct fgagg_heat *heat, const struct fgagg_node *path,
		    __u32 row, __u64 count)
{
	struct fgagg_heat_cell *last, *more;
	size_t room = heat->room ? 2 * heat->room : 1024;

	last = heat->nr ? &heat->cells[heat->nr - 1] : NULL;
	if (last && last->path == path && last->row == row &&
	    last->column == heat->columns) {
		last->count += count;
		return 0;
	}
	if (!heat->cells || heat->nr == heat->room) {
		more = reallocarray(heat->cells, room, sizeof(*more));
		if (!more)
			return -ENOMEM;
		heat->cells = more;
		heat->room = room;
	}
	heat->cells[heat->nr++] = (struct fgagg_heat_cell) {
		.path = path,
		.column = heat->columns,
		.row = row,
		.count = count,
	};
	return 0;
}

/* Rows rise with the buckets, so those of one row follow each other. */
static int add_node(struct fgagg_heat *heat, const struct fgagg_node *path,
		    const struct fgagg_node *node, unsigned int k)
{
	size_t i;
	int ret;

	for (i = 0; i < node->dist.nr; i++) {
		__u64 low = fgagg_bucket_low(node->dist.buckets[i].index, k);

		ret = add_cell(heat, path,
			       fgagg_bucket_index(low, heat->precision),
			       node->dist.buckets[i].count);
		if (ret)
			return ret;
	}
	return 0;
}

static int add_column(struct fgagg_heat *heat, struct fgagg_tree *all,
		      struct fgagg_tree *tree)
{
	unsigned int k = fgagg_tree_totals(tree)->precision;
	struct fgagg_node **paths = fgagg_align_add(all, tree);
	const struct fgagg_node *node;
	int ret = paths ? 0 : -ENOMEM;
	size_t i;

	heat->precision = k < FGAGG_HEAT_PRECISION ? k : FGAGG_HEAT_PRECISION;
	for (i = 0; !ret && i < fgagg_tree_count(tree); i++) {
		node = fgagg_tree_node(tree, i);
		if (paths[node->order]->shown)
			ret = add_node(heat, paths[node->order], node, k);
	}
	free(paths);
	heat->columns++;
	return ret;
}

/**
 * fgagg_heat_load - read the latencies over time
 * @heat: set; to be given back also on failure
 * @all: a tree that has the run's paths; those with @shown are wanted
 * @src: a run file, with at least one interval
 * @err: set on failure
 *
 * Paths that only the intervals have are added to @all, which is therefore
 * finished only after this.
 *
 * Return: 0 or a negative errno.
 */
int fgagg_heat_load(struct fgagg_heat *heat, struct fgagg_tree *all,
		    const struct fgagg_source *src, struct fgagg_error *err)
{
	size_t nr = src->intervals, before = src->range.first - 1, columns, i;
	struct fgagg_range range = src->range;
	struct fgagg_interval iv;
	int ret = 0;

	memset(heat, 0, sizeof(*heat));
	range.last = before;
	columns = nr < FGAGG_HEAT_COLUMNS ? nr : FGAGG_HEAT_COLUMNS;
	for (i = 0; !ret && i < columns; i++) {
		range.first = range.last + 1;
		range.last = before + (i + 1) * nr / columns;
		ret = fgagg_interval_load(src->run, &range, &iv, err);
		if (!ret && add_column(heat, all, iv.tree))
			ret = fgagg_error_nomem(err);
		heat->edges[i + 1] = heat->edges[i] + iv.duration;
		fgagg_interval_free(&iv);
	}
	return ret;
}

static int by_path(const void *a, const void *b)
{
	const struct fgagg_heat_cell *x = a, *y = b;

	if (x->path->order != y->path->order)
		return x->path->order < y->path->order ? -1 : 1;
	if (x->column != y->column)
		return x->column < y->column ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/**
 * fgagg_heat_sort - put the cells in order
 * @heat: read, and its tree finished
 */
void fgagg_heat_sort(struct fgagg_heat *heat)
{
	if (heat->nr)
		qsort(heat->cells, heat->nr, sizeof(*heat->cells), by_path);
}

/**
 * fgagg_heat_free - give back what was read
 * @heat: set by fgagg_heat_load(), or all zero
 */
void fgagg_heat_free(struct fgagg_heat *heat)
{
	free(heat->cells);
}
