// SPDX-License-Identifier: GPL-2.0-only
#include "top_keys.h"

#include <stdio.h>
#include <string.h>

typedef int (*action)(struct fgagg_top_model *m, struct fgagg_error *err);

static int quit(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)m;
	(void)err;
	return FGAGG_TOP_QUIT;
}

static int toggle_help(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	m->help = !m->help;
	return 0;
}

static int toggle_view(struct fgagg_top_model *m, struct fgagg_error *err)
{
	m->tree = !m->tree;
	return fgagg_top_model_refresh(m, err);
}

static int next_range(struct fgagg_top_model *m, struct fgagg_error *err)
{
	m->range = (m->range + 1) % FGAGG_TOP_RANGES;
	return fgagg_top_model_refresh(m, err);
}

static int toggle_pause(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	m->paused = !m->paused;
	return 0;
}

static int sample(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)m;
	(void)err;
	return FGAGG_TOP_SAMPLE;
}

static int toggle_pane(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	m->pane = !m->pane;
	return 0;
}

static int up(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	if (m->cursor)
		fgagg_top_model_select(m, m->cursor - 1);
	return 0;
}

static int down(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	fgagg_top_model_select(m, m->cursor + 1);
	return 0;
}

static int page_up(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	fgagg_top_model_select(m, m->cursor > m->height ?
				  m->cursor - m->height : 0);
	return 0;
}

static int page_down(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	fgagg_top_model_select(m, m->cursor + m->height);
	return 0;
}

static int to_first(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	fgagg_top_model_select(m, 0);
	return 0;
}

static int to_last(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	fgagg_top_model_select(m, m->rows.nr);
	return 0;
}

static int fold_all(struct fgagg_top_model *m, struct fgagg_error *err)
{
	return fgagg_top_model_fold_all(m, true, err);
}

static int unfold_all(struct fgagg_top_model *m, struct fgagg_error *err)
{
	return fgagg_top_model_fold_all(m, false, err);
}

static int ask(struct fgagg_top_model *m, enum fgagg_top_prompt prompt,
	       const char *text)
{
	m->prompt = prompt;
	memmove(m->text, text, strlen(text) + 1);
	return 0;
}

static int ask_sort(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	return ask(m, FGAGG_TOP_SORT, "");
}

static int ask_search(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	return ask(m, FGAGG_TOP_SEARCH, "");
}

static int ask_filter(struct fgagg_top_model *m, struct fgagg_error *err)
{
	(void)err;
	return ask(m, FGAGG_TOP_FILTER, m->func);
}

static int search_next(struct fgagg_top_model *m, struct fgagg_error *err)
{
	return fgagg_top_model_search(m, false, err);
}

static int search_previous(struct fgagg_top_model *m, struct fgagg_error *err)
{
	return fgagg_top_model_search(m, true, err);
}

/* All, then one after the other. */
static int next_context(struct fgagg_top_model *m, struct fgagg_error *err)
{
	struct fgagg_filter *filter = &m->sel.filter;

	filter->context = filter->some_context ? filter->context + 1 : 0;
	filter->some_context = filter->context < FGAGG_CTX_NR;
	return fgagg_top_model_refresh(m, err);
}

static const struct {
	int key[3];
	action act;
	const char *keys;
	const char *what;
} bindings[] = {
	{ { FGAGG_TOP_KEY_UP, 'k' }, up, "Up, k", "the row above" },
	{ { FGAGG_TOP_KEY_DOWN, 'j' }, down, "Down, j", "the row below" },
	{ { FGAGG_TOP_KEY_PAGE_UP }, page_up, "PgUp", "a page up" },
	{ { FGAGG_TOP_KEY_PAGE_DOWN }, page_down, "PgDn", "a page down" },
	{ { FGAGG_TOP_KEY_HOME, 'g' }, to_first, "Home, g", "the first row" },
	{ { FGAGG_TOP_KEY_END, 'G' }, to_last, "End, G", "the last row" },
	{ { FGAGG_TOP_KEY_LEFT, '-' }, fgagg_top_model_fold, "Left, -",
	  "fold, or go to the caller" },
	{ { FGAGG_TOP_KEY_RIGHT, '+' }, fgagg_top_model_unfold, "Right, +",
	  "unfold, or go to a callee" },
	{ { '{' }, fold_all, "{", "fold all" },
	{ { '}' }, unfold_all, "}", "unfold all" },
	{ { '\n', '\t' }, toggle_pane, "Enter, Tab", "histogram of the path" },
	{ { 'v' }, toggle_view, "v", "list or tree" },
	{ { 'i' }, next_range, "i", "since when calls are shown" },
	{ { 's' }, ask_sort, "s", "sort by ..." },
	{ { 'f' }, ask_filter, "f", "only a function" },
	{ { 'c' }, next_context, "c", "only a context" },
	{ { '/' }, ask_search, "/", "search a function" },
	{ { 'n' }, search_next, "n", "search the next" },
	{ { 'N' }, search_previous, "N", "search the one before" },
	{ { ' ' }, toggle_pause, "Space", "pause, or go on" },
	{ { 'r' }, sample, "r", "the next interval now" },
	{ { '?', 'h' }, toggle_help, "?, h", "this help" },
	{ { 'q' }, quit, "q, Ctrl-C", "quit" },
};

static int set_filter(struct fgagg_top_model *m, struct fgagg_error *err)
{
	memcpy(m->func, m->text, sizeof(m->func));
	m->sel.filter.func = *m->func ? m->func : NULL;
	return fgagg_top_model_refresh(m, err);
}

static int set_search(struct fgagg_top_model *m, struct fgagg_error *err)
{
	if (*m->text)
		memcpy(m->search, m->text, sizeof(m->search));
	return fgagg_top_model_search(m, false, err);
}

/* A character more or less; others are left out, names have none of them. */
static void edit(struct fgagg_top_model *m, int key)
{
	size_t len = strlen(m->text);

	if (key == '\b' || key == 0x7f) {
		if (len)
			m->text[len - 1] = '\0';
	} else if (key == 'U' - '@') {
		m->text[0] = '\0';
	} else if (key >= ' ' && key <= '~' && len + 1 < sizeof(m->text)) {
		m->text[len] = key;
		m->text[len + 1] = '\0';
	}
}

static int answer(struct fgagg_top_model *m, int key, struct fgagg_error *err)
{
	enum fgagg_top_prompt prompt = m->prompt;
	const char *sort;

	if (prompt == FGAGG_TOP_SORT) {
		m->prompt = FGAGG_TOP_NO_PROMPT;
		sort = key > '0' && key <= '9' ? fgagg_view_sort(key - '1') :
						 NULL;
		if (!sort)
			return 0;
		m->sel.sort = sort;
		return fgagg_top_model_refresh(m, err);
	}
	if (key != '\n' && key != FGAGG_TOP_KEY_ESCAPE) {
		edit(m, key);
		return 0;
	}
	m->prompt = FGAGG_TOP_NO_PROMPT;
	if (key == FGAGG_TOP_KEY_ESCAPE)
		return 0;
	return prompt == FGAGG_TOP_SEARCH ? set_search(m, err) :
					    set_filter(m, err);
}

/**
 * fgagg_top_keys_press - do what a key is for
 * @model: the state, with at least one snapshot
 * @key: a character or &enum fgagg_top_key; others do nothing, below 0 is none
 * @err: set on failure
 *
 * Return: &enum fgagg_top_todo, or a negative errno.
 */
int fgagg_top_keys_press(struct fgagg_top_model *model, int key,
			 struct fgagg_error *err)
{
	size_t i, j;

	if (key < 0)
		return 0;
	model->message[0] = '\0';
	if (key == '\r')
		key = '\n';
	if (model->prompt)
		return answer(model, key, err);
	/* Whatever ends the help does no more than that, but for quitting. */
	if (model->help && key != 'q') {
		model->help = false;
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(bindings); i++)
		for (j = 0; j < ARRAY_SIZE(bindings[i].key); j++)
			if (bindings[i].key[j] && bindings[i].key[j] == key)
				return bindings[i].act(model, err);
	return 0;
}

/**
 * fgagg_top_keys_help - say what a key does
 * @i: which, from 0
 * @keys: set to the names of the keys
 * @what: set to what they do
 *
 * Return: false if there are no more than @i.
 */
bool fgagg_top_keys_help(size_t i, const char **keys, const char **what)
{
	if (i >= ARRAY_SIZE(bindings))
		return false;
	*keys = bindings[i].keys;
	*what = bindings[i].what;
	return true;
}
