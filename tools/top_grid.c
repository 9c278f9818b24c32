// SPDX-License-Identifier: GPL-2.0-only
#include "top_grid.h"

#include <stdlib.h>
#include <string.h>

#include "top_column.h"
#include "top_text.h"

/* Names that are short and many; last, for no header to meet them. */
#include <curses.h>

/* What the call path gets at least. */
#define PATH_WIDTH	32

/**
 * fgagg_top_grid_put - put text on the screen, cut where its place ends
 * @y: which line
 * @x: from which column on
 * @width: columns that there are
 * @text: the text, ASCII
 */
void fgagg_top_grid_put(int y, int x, int width, const char *text)
{
	if (width > 0)
		mvaddnstr(y, x, text, width);
}

/**
 * struct layout - where the columns of a row are
 * @columns: which are shown
 * @nr: number of @columns
 * @trend: width of the trend, 0 if it does not fit
 * @path: where the call path begins
 */
struct layout {
	enum fgagg_top_column columns[FGAGG_TOP_COLUMNS];
	size_t nr;
	int trend;
	int path;
};

static struct layout lay_out(const struct fgagg_top_model *model, int width)
{
	struct layout l = { .trend = FGAGG_TOP_TREND_LEN };
	int room = width - PATH_WIDTH;

	while (l.trend > 8 && l.trend > width / 8)
		l.trend /= 2;
	if (room < l.trend + 1 + FGAGG_TOP_COLUMN_WIDTH + 1)
		l.trend = 0;
	room -= l.trend ? l.trend + 1 : 0;
	l.nr = fgagg_top_column_choose(l.columns, model->sel.sort,
				       room > 0 ? room : 0);
	l.path = l.nr * (FGAGG_TOP_COLUMN_WIDTH + 1) +
		 (l.trend ? l.trend + 1 : 0);
	return l;
}

static void draw_titles(const struct fgagg_top_model *model,
			const struct layout *l, int y, int width)
{
	bool p99 = fgagg_top_model_trend(model) == FGAGG_TOP_TREND_P99;
	__u64 ns = fgagg_top_text_per(model);
	size_t i;

	attron(A_BOLD);
	for (i = 0; i < l->nr; i++)
		mvprintw(y, i * (FGAGG_TOP_COLUMN_WIDTH + 1), "%*s",
			 FGAGG_TOP_COLUMN_WIDTH,
			 fgagg_top_column_title(l->columns[i], ns));
	if (l->trend)
		mvprintw(y, l->path - l->trend - 1, "%*s", l->trend,
			 l->trend < 16 ? "trend" :
			 p99 ? "trend of p99" : "trend of total");
	fgagg_top_grid_put(y, l->path, width - l->path, "call path");
	attroff(A_BOLD);
}

static int paint(const struct fgagg_top_looks *looks, char mark)
{
	if (!looks->color || mark == ' ' || mark == '+')
		return 0;
	return COLOR_PAIR(mark == '!' ? FGAGG_TOP_SLOW : FGAGG_TOP_VERY_SLOW);
}

/* The end of a path says more than its start, unless it is one function. */
static void put_path(const struct fgagg_top_model *model, int y, int x,
		     int width, const char *text)
{
	int len = strlen(text);

	if (len <= width || model->tree || width < 4) {
		fgagg_top_grid_put(y, x, width, text);
		return;
	}
	fgagg_top_grid_put(y, x, 3, "...");
	fgagg_top_grid_put(y, x + 3, width - 3, text + len - (width - 3));
}

static void draw_cells(const struct fgagg_top_looks *looks,
		       const struct fgagg_top_model *model,
		       const struct fgagg_top_row *row, const struct layout *l,
		       int y)
{
	char cell[FGAGG_PRINT_LEN + FGAGG_TOP_COLUMN_WIDTH];
	__u64 ns = fgagg_top_text_per(model);
	int color;
	FILE *mem;
	size_t i;

	for (i = 0; i < l->nr; i++) {
		mem = fmemopen(cell, sizeof(cell), "w");
		if (!mem)
			return;
		fgagg_top_column_print(mem, l->columns[i], row->node, ns,
				       false);
		fclose(mem);
		color = paint(looks, fgagg_top_column_mark(l->columns[i],
							   &row->node->sum));
		attron(color);
		fgagg_top_grid_put(y, i * (FGAGG_TOP_COLUMN_WIDTH + 1),
				   FGAGG_TOP_COLUMN_WIDTH, cell);
		attroff(color);
	}
}

static void draw_row(const struct fgagg_top_looks *looks,
		     const struct fgagg_top_model *model,
		     const struct fgagg_top_row *row, const struct layout *l,
		     int y, int width)
{
	char *text = NULL;
	size_t size;
	FILE *mem;

	draw_cells(looks, model, row, l, y);
	mem = open_memstream(&text, &size);
	if (!mem)
		return;
	if (l->trend && row->node->depth)
		fgagg_top_text_trend(mem, model, row, l->trend, looks->utf8);
	fputc('\0', mem);
	fgagg_top_text_path(mem, model, row);
	fclose(mem);
	/* Its length in bytes is not that on the screen. */
	mvaddstr(y, l->path - l->trend - 1, text);
	put_path(model, y, l->path, width - l->path, text + strlen(text) + 1);
	free(text);
}

/**
 * fgagg_top_grid_draw - draw titles and those rows that fit
 * @area: where the rows go; the titles go above it
 * @model: the state; it gets to know how many rows fit
 * @looks: what the terminal can do
 */
void fgagg_top_grid_draw(const struct fgagg_top_area *area,
			 struct fgagg_top_model *model,
			 const struct fgagg_top_looks *looks)
{
	struct layout l = lay_out(model, area->width);
	size_t row;
	int i;

	draw_titles(model, &l, area->y - 1, area->width);
	fgagg_top_model_resize(model, area->height);
	for (i = 0; i < area->height; i++) {
		row = model->first + i;
		if (row >= model->rows.nr)
			break;
		attrset(row == model->cursor ? A_REVERSE : A_NORMAL);
		mvprintw(area->y + i, 0, "%*s", area->width, "");
		draw_row(looks, model, &model->rows.row[row], &l, area->y + i,
			 area->width);
	}
	attrset(A_NORMAL);
	if (!model->rows.nr)
		fgagg_top_grid_put(area->y, 2, area->width - 2,
				   "no call path to show: nothing was called, or nothing matches");
}
