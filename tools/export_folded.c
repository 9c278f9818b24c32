// SPDX-License-Identifier: GPL-2.0-only
#include "export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "view.h"

static void write_stack(FILE *out, const struct fgagg_node *node)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	size_t i, n = fgagg_view_path(node, path);

	fprintf(out, "[%s]", fgagg_tree_context(node->context));
	for (i = 0; i < n; i++)
		fprintf(out, ";%s", path[i]->name);
}

/**
 * fgagg_export_folded - write folded stacks, as flame graphs are made of
 * @out: where to
 * @ex: what
 *
 * A line is "[context];a;b;c SELF", with the self time in nanoseconds, so that
 * a frame's width is its inclusive time.
 *
 * Return: 0.
 */
int fgagg_export_folded(FILE *out, const struct fgagg_export *ex)
{
	size_t i;

	for (i = 0; i < ex->paths.nr; i++) {
		write_stack(out, ex->paths.rows[i]);
		fprintf(out, " %llu\n", ex->paths.rows[i]->sum.self);
	}
	return 0;
}

/* By context and names, which paths of two trees have in common. */
static int by_names(const struct fgagg_node *a, const struct fgagg_node *b)
{
	const struct fgagg_node *x[FGAGG_TREE_DEPTH_MAX];
	const struct fgagg_node *y[FGAGG_TREE_DEPTH_MAX];
	size_t i, n, m;
	int order;

	if (a->context != b->context)
		return a->context < b->context ? -1 : 1;
	n = fgagg_view_path(a, x);
	m = fgagg_view_path(b, y);
	for (i = 0; i < n && i < m; i++) {
		order = strcmp(x[i]->name, y[i]->name);
		if (order)
			return order;
	}
	return n < m ? -1 : n > m;
}

/* Within a tree that order is known. */
static int by_order(const void *a, const void *b)
{
	const struct fgagg_node *x = *(struct fgagg_node *const *)a;
	const struct fgagg_node *y = *(struct fgagg_node *const *)b;

	return x->order < y->order ? -1 : x->order > y->order;
}

static struct fgagg_node **sorted(const struct fgagg_paths *paths)
{
	struct fgagg_node **rows = calloc(paths->nr + 1, sizeof(*rows));

	if (!rows)
		return NULL;
	memcpy(rows, paths->rows, paths->nr * sizeof(*rows));
	qsort(rows, paths->nr, sizeof(*rows), by_order);
	return rows;
}

/**
 * fgagg_export_folded_diff - write folded stacks of two runs
 * @out: where to
 * @ex: what
 *
 * A line is "[context];a;b;c BEFORE AFTER" for every path of either run, as
 * difffolded.pl writes them for flamegraph.pl.
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_export_folded_diff(FILE *out, const struct fgagg_export *ex)
{
	struct fgagg_node **before = sorted(&ex->base_paths), **x = before;
	struct fgagg_node **after = sorted(&ex->paths), **y = after;
	int order, ret = -ENOMEM;

	if (!before || !after)
		goto free;
	/* Each list ends with a NULL. */
	while (*x || *y) {
		order = !*x ? 1 : !*y ? -1 : by_names(*x, *y);
		write_stack(out, order <= 0 ? *x : *y);
		fprintf(out, " %llu", order <= 0 ? (*x)->sum.self : 0);
		fprintf(out, " %llu\n", order >= 0 ? (*y)->sum.self : 0);
		x += order <= 0;
		y += order >= 0;
	}
	ret = 0;
free:
	free(before);
	free(after);
	return ret;
}
