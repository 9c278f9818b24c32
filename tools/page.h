/* SPDX-License-Identifier: GPL-2.0-only */
/* page: what an HTML report shows of a run, or of two that are compared. */
#ifndef FGAGG_PAGE_H
#define FGAGG_PAGE_H

#include <stddef.h>

#include "error.h"
#include "export.h"
#include "heat.h"
#include "tree.h"

/**
 * struct fgagg_part - a run in a page
 * @path: the file, NULL for the live module
 * @src: what it holds
 * @paths: where its nodes are in the page's tree, by their order
 * @nodes: the other way round; NULL for what it has not, or is not selected
 * @heat: over time; no columns if it has no intervals
 */
struct fgagg_part {
	const char *path;
	const struct fgagg_source *src;
	struct fgagg_node **paths;
	const struct fgagg_node **nodes;
	struct fgagg_heat heat;
};

/**
 * struct fgagg_page - a page
 * @all: the paths of all runs, selected or not
 * @paths: those that are shown, callers before callees
 * @numbers: the place in @paths of a node of @all, by its order
 * @nr_paths: number of @paths
 * @parts: the runs; of two, the one to compare with comes first
 * @nr_parts: number of @parts
 */
struct fgagg_page {
	struct fgagg_tree *all;
	const struct fgagg_node **paths;
	size_t *numbers;
	size_t nr_paths;
	struct fgagg_part parts[2];
	size_t nr_parts;
};

int fgagg_page_fill(struct fgagg_page *page, const struct fgagg_export *ex);
void fgagg_page_empty(struct fgagg_page *page);

#endif /* FGAGG_PAGE_H */
