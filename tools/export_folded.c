// SPDX-License-Identifier: GPL-2.0-only
#include "export.h"

#include "view.h"

/**
 * fgagg_export_folded - write folded stacks, as flame graphs are made of
 * @out: where to
 * @rows: the paths
 * @nr: how many
 *
 * A line is "[context];a;b;c SELF", with the self time in nanoseconds, so that
 * a frame's width is its inclusive time.
 */
void fgagg_export_folded(FILE *out, struct fgagg_node *const *rows, size_t nr)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	size_t i, j, n;

	for (i = 0; i < nr; i++) {
		n = fgagg_view_path(rows[i], path);
		fprintf(out, "[%s]", fgagg_tree_context(rows[i]->context));
		for (j = 0; j < n; j++)
			fprintf(out, ";%s", path[j]->name);
		fprintf(out, " %llu\n", rows[i]->sum.self);
	}
}
