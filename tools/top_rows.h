/* SPDX-License-Identifier: GPL-2.0-only */
/* top_rows: the rows that top shows of a tree, as a list or as a tree. */
#ifndef FGAGG_TOP_ROWS_H
#define FGAGG_TOP_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "top_path.h"
#include "tree.h"
#include "view.h"

/**
 * struct fgagg_top_row - one row
 * @node: the call path, in a tree also the root of a context
 * @path: what is remembered of it
 * @callees: has callees that are shown, or would be if it were not folded
 */
struct fgagg_top_row {
	const struct fgagg_node *node;
	struct fgagg_top_path *path;
	bool callees;
};

/**
 * struct fgagg_top_rows - all rows; all zero is none
 * @row: the rows
 * @nr: their number
 */
struct fgagg_top_rows {
	struct fgagg_top_row *row;
	size_t nr;
};

/**
 * struct fgagg_top_order - how rows are chosen
 * @filter: which paths
 * @sort: by what, see fgagg_view_is_sort()
 * @tree: as a tree; otherwise as a list
 * @unfolded: show what is folded, too
 */
struct fgagg_top_order {
	const struct fgagg_filter *filter;
	const char *sort;
	bool tree;
	bool unfolded;
};

int fgagg_top_rows_make(struct fgagg_top_rows *rows, struct fgagg_tree *tree,
			struct fgagg_top_paths *paths,
			const struct fgagg_top_order *order);
void fgagg_top_rows_free(struct fgagg_top_rows *rows);
size_t fgagg_top_rows_find(const struct fgagg_top_rows *rows,
			   const struct fgagg_top_path *path);

#endif /* FGAGG_TOP_ROWS_H */
