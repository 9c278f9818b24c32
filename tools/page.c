// SPDX-License-Identifier: GPL-2.0-only
#include "page.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "align.h"

/* Only the paths with the most total time have a heatmap, to bound the page. */
#define HEAT_PATHS	1000

static int by_total(const void *a, const void *b)
{
	const struct fgagg_node *x = *(struct fgagg_node *const *)a;
	const struct fgagg_node *y = *(struct fgagg_node *const *)b;

	if (x->sum.total != y->sum.total)
		return x->sum.total > y->sum.total ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static int mark_hottest(const struct fgagg_part *part,
			const struct fgagg_paths *paths)
{
	struct fgagg_node **rows;
	size_t i;

	rows = calloc(paths->nr + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	memcpy(rows, paths->rows, paths->nr * sizeof(*rows));
	qsort(rows, paths->nr, sizeof(*rows), by_total);
	for (i = 0; i < paths->nr && i < HEAT_PATHS; i++)
		part->paths[rows[i]->order]->shown = true;
	free(rows);
	return 0;
}

static int add_run(struct fgagg_page *page, const char *path,
		   const struct fgagg_source *src,
		   const struct fgagg_paths *paths)
{
	struct fgagg_part *part = &page->parts[page->nr_parts++];
	struct fgagg_error ignored;

	part->path = path;
	part->src = src;
	*fgagg_tree_totals(page->all) = *fgagg_tree_totals(src->tree);
	part->paths = fgagg_align_add(page->all, src->tree);
	if (!part->paths || mark_hottest(part, paths))
		return -ENOMEM;
	/* Without times there is nothing to draw them against. */
	if (!src->duration)
		return 0;
	return fgagg_heat_load(&part->heat, page->all, src, &ignored);
}

/* The paths that are selected, and their callers. */
static int select_nodes(const struct fgagg_page *page, struct fgagg_part *part,
			const struct fgagg_paths *paths)
{
	const struct fgagg_node **shown, *node;
	size_t i;

	part->nodes = calloc(fgagg_tree_count(page->all) + 1, sizeof(node));
	if (!part->nodes)
		return -ENOMEM;
	for (i = 0; i < paths->nr; i++) {
		for (node = paths->rows[i]; node->depth; node = node->parent) {
			shown = &part->nodes[part->paths[node->order]->order];
			if (*shown)
				break;
			*shown = node;
		}
	}
	return 0;
}

static bool is_shown(const struct fgagg_page *page, size_t order)
{
	size_t i;

	for (i = 0; i < page->nr_parts; i++)
		if (page->parts[i].nodes[order])
			return true;
	return false;
}

static int number_paths(struct fgagg_page *page)
{
	size_t i, nr = fgagg_tree_count(page->all);
	const struct fgagg_node *node;

	page->paths = calloc(nr + 1, sizeof(node));
	page->numbers = calloc(nr + 1, sizeof(*page->numbers));
	if (!page->paths || !page->numbers)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		node = fgagg_tree_node(page->all, i);
		page->paths[node->order] = node;
	}
	for (i = 0; i < nr; i++) {
		page->numbers[i] = page->nr_paths;
		if (is_shown(page, i))
			page->paths[page->nr_paths++] = page->paths[i];
	}
	return 0;
}

/**
 * fgagg_page_fill - gather what a page shows
 * @page: all zero; to be given back also on failure
 * @ex: what is exported; has to live as long as @page
 *
 * Run files are read once more, interval by interval.
 *
 * Return: 0; -ENOMEM; as fgagg_heat_load().
 */
int fgagg_page_fill(struct fgagg_page *page, const struct fgagg_export *ex)
{
	int ret = 0;
	size_t i;

	page->all = fgagg_tree_new();
	if (!page->all)
		return -ENOMEM;
	if (ex->base)
		ret = add_run(page, ex->base_path, ex->base, &ex->base_paths);
	if (!ret)
		ret = add_run(page, ex->path, ex->src, &ex->paths);
	if (!ret)
		ret = fgagg_tree_finish(page->all);
	for (i = 0; !ret && i < page->nr_parts; i++)
		fgagg_heat_sort(&page->parts[i].heat);
	if (!ret && ex->base)
		ret = select_nodes(page, &page->parts[0], &ex->base_paths);
	if (!ret)
		ret = select_nodes(page, &page->parts[page->nr_parts - 1],
				   &ex->paths);
	return ret ? ret : number_paths(page);
}

/**
 * fgagg_page_empty - give back what a page holds
 * @page: as it was filled
 */
void fgagg_page_empty(struct fgagg_page *page)
{
	size_t i;

	for (i = 0; i < page->nr_parts; i++) {
		fgagg_heat_free(&page->parts[i].heat);
		free(page->parts[i].nodes);
		free(page->parts[i].paths);
	}
	free(page->numbers);
	free(page->paths);
	fgagg_tree_free(page->all);
}
