/* SPDX-License-Identifier: GPL-2.0-only */
/* view: which paths of a tree are shown, in what order, and how a row looks. */
#ifndef FGAGG_VIEW_H
#define FGAGG_VIEW_H

#include <stdbool.h>
#include <stdio.h>

#include "tree.h"

/**
 * struct fgagg_filter - which paths; all zero is all that have calls
 * @func: a function, see fgagg_view_matches(); NULL for all
 * @some_context: only those of @context
 * @context: &enum fgagg_context
 * @min_count: with at least so many calls; 0 is 1
 * @depth: no deeper; 0 is no limit
 */
struct fgagg_filter {
	const char *func;
	bool some_context;
	unsigned int context;
	__u64 min_count;
	unsigned int depth;
};

bool fgagg_view_matches(const char *name, const char *pattern);
int fgagg_view_context(const char *name, unsigned int *context);
bool fgagg_view_is_sort(const char *key);
const char *fgagg_view_sort(size_t i);

bool fgagg_view_selects(const struct fgagg_node *node,
			const struct fgagg_filter *filter);
int fgagg_view_rows(const struct fgagg_tree *tree,
		    const struct fgagg_filter *filter, const char *sort,
		    struct fgagg_node ***rows, size_t *nr);
int fgagg_view_mark(struct fgagg_tree *tree, const struct fgagg_filter *filter,
		    const char *sort);

size_t fgagg_view_path(const struct fgagg_node *node,
		       const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX]);
void fgagg_view_print_path(FILE *out, const struct fgagg_node *node);
void fgagg_view_print_titles(FILE *out, const char *last);
void fgagg_view_print_columns(FILE *out, const struct fgagg_summary *sum,
			      bool color);
void fgagg_view_print_slowest(FILE *out, const struct fgagg_node *node);
void fgagg_view_print_losses(FILE *out, const struct fgagg_totals *totals);

#endif /* FGAGG_VIEW_H */
