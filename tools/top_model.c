// SPDX-License-Identifier: GPL-2.0-only
#include "top_model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/**
 * fgagg_top_model_new - the state at the start, without a snapshot
 * @sel: which paths in what order
 *
 * Return: the state, or NULL without memory.
 */
struct fgagg_top_model *fgagg_top_model_new(const struct fgagg_select *sel)
{
	struct fgagg_top_model *model = calloc(1, sizeof(*model));

	if (!model)
		return NULL;
	model->paths = fgagg_top_path_new();
	if (!model->paths) {
		free(model);
		return NULL;
	}
	model->sel = *sel;
	model->height = 1;
	if (sel->filter.func) {
		snprintf(model->func, sizeof(model->func), "%s",
			 sel->filter.func);
		model->sel.filter.func = model->func;
	}
	return model;
}

/**
 * fgagg_top_model_free - give the state back
 * @model: the state, or NULL
 */
void fgagg_top_model_free(struct fgagg_top_model *model)
{
	if (!model)
		return;
	fgagg_top_rows_free(&model->rows);
	fgagg_top_data_free(&model->data);
	fgagg_top_path_free(model->paths);
	free(model);
}

/* The page follows the cursor, and has no empty rows as long as there are rows. */
static void scroll(struct fgagg_top_model *model)
{
	size_t height = model->height, nr = model->rows.nr;

	if (model->cursor < model->first)
		model->first = model->cursor;
	if (model->cursor >= model->first + height)
		model->first = model->cursor - height + 1;
	if (model->first + height > nr)
		model->first = nr > height ? nr - height : 0;
}

/* A path that is not shown any more leaves the cursor where it is. */
static void find_selected(struct fgagg_top_model *model)
{
	size_t nr = model->rows.nr, i = 0;

	if (model->selected)
		i = fgagg_top_rows_find(&model->rows, model->selected);
	if (i < nr)
		model->cursor = i;
	else if (model->cursor >= nr)
		model->cursor = nr ? nr - 1 : 0;
	scroll(model);
}

static int make_rows(struct fgagg_top_model *model, struct fgagg_top_rows *rows,
		     bool unfolded, struct fgagg_error *err)
{
	const struct fgagg_top_order order = {
		.filter = &model->sel.filter,
		.sort = model->sel.sort,
		.tree = model->tree,
		.unfolded = unfolded,
	};

	if (fgagg_top_rows_make(rows, model->shown, model->paths, &order))
		return fgagg_error_nomem(err);
	return 0;
}

/**
 * fgagg_top_model_refresh - make the rows anew, after a change of what is shown
 * @model: the state, with at least one snapshot
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_model_refresh(struct fgagg_top_model *model,
			    struct fgagg_error *err)
{
	int ret;

	ret = fgagg_top_data_tree(&model->data, fgagg_top_model_range(model),
				  &model->sel.cpus, &model->shown, err);
	if (!ret)
		ret = make_rows(model, &model->rows, false, err);
	if (!ret)
		find_selected(model);
	return ret;
}

/* Trends are of intervals, whatever is shown. */
static int record_trends(struct fgagg_top_model *model, struct fgagg_error *err)
{
	struct fgagg_top_path **map;
	const struct fgagg_node *node;
	struct fgagg_tree *tree;
	size_t i;
	int ret;

	if (!model->data.interval)
		return 0;
	ret = fgagg_top_data_tree(&model->data, FGAGG_TOP_INTERVAL,
				  &model->sel.cpus, &tree, err);
	if (ret)
		return ret;
	map = fgagg_top_path_map(model->paths, tree);
	if (!map)
		return fgagg_error_nomem(err);
	for (i = 0; i < fgagg_tree_count(tree); i++) {
		node = fgagg_tree_node(tree, i);
		if (node->sum.count)
			fgagg_top_path_record(map[node->order],
					      model->data.interval, &node->sum);
	}
	free(map);
	return 0;
}

/**
 * fgagg_top_model_update - take a further snapshot
 * @model: the state
 * @snap: the snapshot, which is taken over
 * @err: set on failure, after which there are no rows
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_model_update(struct fgagg_top_model *model,
			   struct fgagg_snap *snap, struct fgagg_error *err)
{
	int ret;

	/* Rows point into trees, which go with the snapshot before. */
	fgagg_top_rows_free(&model->rows);
	model->shown = NULL;
	fgagg_top_data_add(&model->data, snap);
	ret = record_trends(model, err);
	return ret ? ret : fgagg_top_model_refresh(model, err);
}

/**
 * fgagg_top_model_resize - say how many rows fit a page
 * @model: the state
 * @height: rows; 0 is taken as 1
 */
void fgagg_top_model_resize(struct fgagg_top_model *model, size_t height)
{
	model->height = height ? height : 1;
	scroll(model);
}

/**
 * fgagg_top_model_select - move the cursor
 * @model: the state
 * @row: to which row; past the last is the last
 *
 * From then on the cursor stays with the path of that row, except for the first
 * row, where it stays with whatever comes first.
 */
void fgagg_top_model_select(struct fgagg_top_model *model, size_t row)
{
	if (!model->rows.nr)
		return;
	if (row >= model->rows.nr)
		row = model->rows.nr - 1;
	model->cursor = row;
	model->selected = row ? model->rows.row[row].path : NULL;
	scroll(model);
}

static struct fgagg_top_row *current(struct fgagg_top_model *model)
{
	return model->rows.nr ? &model->rows.row[model->cursor] : NULL;
}

/**
 * fgagg_top_model_fold - hide the callees of the selected path
 * @model: the state
 * @err: set on failure
 *
 * If there are none to hide, the cursor goes to the caller.
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_model_fold(struct fgagg_top_model *model, struct fgagg_error *err)
{
	struct fgagg_top_row *row = current(model);

	if (!row || !model->tree)
		return 0;
	if (row->callees && !row->path->folded) {
		row->path->folded = true;
		return fgagg_top_model_refresh(model, err);
	}
	if (row->path->parent)
		fgagg_top_model_select(model,
				       fgagg_top_rows_find(&model->rows,
							   row->path->parent));
	return 0;
}

/**
 * fgagg_top_model_unfold - show the callees of the selected path
 * @model: the state
 * @err: set on failure
 *
 * If they are shown, the cursor goes to the first of them.
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_model_unfold(struct fgagg_top_model *model,
			   struct fgagg_error *err)
{
	struct fgagg_top_row *row = current(model);

	if (!row || !row->callees)
		return 0;
	if (row->path->folded) {
		row->path->folded = false;
		return fgagg_top_model_refresh(model, err);
	}
	fgagg_top_model_select(model, model->cursor + 1);
	return 0;
}

/**
 * fgagg_top_model_fold_all - hide the callees of all paths, or show them
 * @model: the state
 * @folded: whether to hide them
 * @err: set on failure
 *
 * Contexts stay unfolded.  The cursor goes to the outermost caller if its path
 * gets hidden.
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_model_fold_all(struct fgagg_top_model *model, bool folded,
			     struct fgagg_error *err)
{
	const struct fgagg_top_path *path = model->selected;
	size_t i;

	for (i = 0; i < fgagg_top_path_count(model->paths); i++)
		fgagg_top_path_get(model->paths, i)->folded = folded;
	for (i = 0; i < FGAGG_CTX_NR; i++)
		fgagg_top_path_root(model->paths, i)->folded = false;
	while (folded && path && path->parent && path->parent->parent)
		path = path->parent;
	model->selected = path;
	return fgagg_top_model_refresh(model, err);
}

/* The row after @from, or before it, whose function has the text in its name. */
static size_t find_text(const struct fgagg_top_rows *rows, size_t from,
			bool backward, const char *text)
{
	const struct fgagg_node *node;
	size_t i, n;

	for (n = 1; n <= rows->nr; n++) {
		i = (from + (backward ? rows->nr - n : n)) % rows->nr;
		node = rows->row[i].node;
		if (node->name && strcasestr(node->name, text))
			return i;
	}
	return rows->nr;
}

/* To unfold its callers makes a row be shown. */
static int show_row(struct fgagg_top_model *model,
		    const struct fgagg_top_row *row, struct fgagg_error *err)
{
	struct fgagg_top_path *path;
	int ret;

	model->selected = row->path;
	for (path = row->path->parent; path; path = path->parent)
		path->folded = false;
	ret = fgagg_top_model_refresh(model, err);
	if (!ret)
		fgagg_top_model_select(model, model->cursor);
	return ret;
}

/**
 * fgagg_top_model_search - go to the next function that has a text in its name
 * @model: the state, with the text in @search
 * @backward: go to the one before instead
 * @err: set on failure
 *
 * Goes around the ends, finds what is folded too, and unfolds it.
 *
 * Return: 0, also if there is none; or a negative errno.
 */
int fgagg_top_model_search(struct fgagg_top_model *model, bool backward,
			   struct fgagg_error *err)
{
	const struct fgagg_top_row *row = current(model);
	struct fgagg_top_rows all = { 0 };
	size_t from, i;
	int ret;

	if (!row || !*model->search)
		return 0;
	ret = make_rows(model, &all, true, err);
	if (ret)
		return ret;
	from = fgagg_top_rows_find(&all, row->path);
	i = find_text(&all, from, backward, model->search);
	if (i < all.nr)
		ret = show_row(model, &all.row[i], err);
	else
		snprintf(model->message, sizeof(model->message),
			 "no function has '%s' in its name", model->search);
	fgagg_top_rows_free(&all);
	return ret;
}

/**
 * fgagg_top_model_node - the path that is selected
 * @model: the state
 *
 * Return: its node, or NULL if it is the root of a context, or there are no
 * rows.
 */
const struct fgagg_node *fgagg_top_model_node(const struct fgagg_top_model *model)
{
	const struct fgagg_node *node;

	if (!model->rows.nr)
		return NULL;
	node = model->rows.row[model->cursor].node;
	return node->depth ? node : NULL;
}

/**
 * fgagg_top_model_range - since when calls are shown
 * @model: the state
 *
 * Return: the range.
 */
enum fgagg_top_range fgagg_top_model_range(const struct fgagg_top_model *model)
{
	return fgagg_top_data_range(&model->data, model->range);
}

/**
 * fgagg_top_model_trend - which trend goes with the order of the rows
 * @model: the state
 *
 * Return: that of the p99 if rows are sorted by the time of calls.
 */
enum fgagg_top_trend fgagg_top_model_trend(const struct fgagg_top_model *model)
{
	const char *sort = model->sel.sort;

	return *sort == 'p' || !strcmp(sort, "max") ? FGAGG_TOP_TREND_P99 :
						      FGAGG_TOP_TREND_TOTAL;
}
