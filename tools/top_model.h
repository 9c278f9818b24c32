/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_model: the state of top, apart from any screen.
 *
 * Snapshots go in, and what top_keys makes of the user's keys; out come rows,
 * one of which is selected, and those that fit a page of given height.
 */
#ifndef FGAGG_TOP_MODEL_H
#define FGAGG_TOP_MODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "options.h"
#include "snapshot.h"
#include "top_data.h"
#include "top_path.h"
#include "top_rows.h"

/* What a user types: the name of a function at most, see view.c. */
#define FGAGG_TOP_TEXT	640

/**
 * enum fgagg_top_prompt - what the next keys are for
 * @FGAGG_TOP_NO_PROMPT: commands
 * @FGAGG_TOP_SORT: the number of a sort key
 * @FGAGG_TOP_SEARCH: text to search for
 * @FGAGG_TOP_FILTER: a function, as for --func
 */
enum fgagg_top_prompt {
	FGAGG_TOP_NO_PROMPT,
	FGAGG_TOP_SORT,
	FGAGG_TOP_SEARCH,
	FGAGG_TOP_FILTER,
};

/**
 * struct fgagg_top_model - the state; only model and keys write it
 * @sel: which paths in what order; its function is @func, or NULL
 * @range: since when, as the user wants it
 * @tree: as a tree; otherwise as a list
 * @paused: no snapshots are taken
 * @pane: the distribution of the selected path is shown
 * @help: the keys are shown instead of rows
 * @prompt: what the next keys are for
 * @text: what has been typed at the prompt
 * @search: what was searched for last
 * @func: the function that is filtered by
 * @message: what there is to say, until the next key
 * @intervals: how many there will be, 0 if that is not known
 * @data: the snapshots
 * @paths: what is remembered of paths
 * @shown: the tree that @rows are of
 * @rows: all rows
 * @selected: the path that is selected; NULL for whatever comes first
 * @cursor: the row that is selected
 * @first: the first row of the page
 * @height: rows that fit a page, at least 1
 */
struct fgagg_top_model {
	struct fgagg_select sel;
	enum fgagg_top_range range;
	bool tree;
	bool paused;
	bool pane;
	bool help;
	enum fgagg_top_prompt prompt;
	char text[FGAGG_TOP_TEXT];
	char search[FGAGG_TOP_TEXT];
	char func[FGAGG_TOP_TEXT];
	char message[FGAGG_TOP_TEXT + 64];
	size_t intervals;
	struct fgagg_top_data data;
	struct fgagg_top_paths *paths;
	struct fgagg_tree *shown;
	struct fgagg_top_rows rows;
	const struct fgagg_top_path *selected;
	size_t cursor;
	size_t first;
	size_t height;
};

struct fgagg_top_model *fgagg_top_model_new(const struct fgagg_select *sel);
void fgagg_top_model_free(struct fgagg_top_model *model);
int fgagg_top_model_update(struct fgagg_top_model *model,
			   struct fgagg_snap *snap, struct fgagg_error *err);
int fgagg_top_model_refresh(struct fgagg_top_model *model,
			    struct fgagg_error *err);
void fgagg_top_model_resize(struct fgagg_top_model *model, size_t height);

void fgagg_top_model_select(struct fgagg_top_model *model, size_t row);
int fgagg_top_model_fold(struct fgagg_top_model *model, struct fgagg_error *err);
int fgagg_top_model_unfold(struct fgagg_top_model *model,
			   struct fgagg_error *err);
int fgagg_top_model_fold_all(struct fgagg_top_model *model, bool folded,
			     struct fgagg_error *err);
int fgagg_top_model_search(struct fgagg_top_model *model, bool backward,
			   struct fgagg_error *err);

const struct fgagg_node *
fgagg_top_model_node(const struct fgagg_top_model *model);
enum fgagg_top_range fgagg_top_model_range(const struct fgagg_top_model *model);
enum fgagg_top_trend fgagg_top_model_trend(const struct fgagg_top_model *model);

#endif /* FGAGG_TOP_MODEL_H */
