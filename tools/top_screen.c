// SPDX-License-Identifier: GPL-2.0-only
#include "top_screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "top_grid.h"
#include "top_keys.h"
#include "top_text.h"

/* Names that are short and many; last, for no header to meet them. */
#include <curses.h>

/* Below this nothing useful fits. */
#define MIN_WIDTH	40
#define MIN_HEIGHT	8

/* Status, losses and titles above the rows, one line below. */
#define HEAD		3
#define FOOT		1

/* The pane is beside the rows where both fit: a histogram takes 80. */
#define PANE_WIDTH	82
#define WIDE		(PANE_WIDTH + 80)

/**
 * struct fgagg_top_screen - a screen
 * @term: of curses
 * @looks: what the terminal can do
 */
struct fgagg_top_screen {
	SCREEN *term;
	struct fgagg_top_looks looks;
};

static void setup_color(struct fgagg_top_screen *screen, enum fgagg_color color)
{
	screen->looks.color = fgagg_print_in_color(color, stdout) && has_colors();
	if (!screen->looks.color)
		return;
	start_color();
	use_default_colors();
	init_pair(FGAGG_TOP_SLOW, COLOR_YELLOW, -1);
	init_pair(FGAGG_TOP_VERY_SLOW, COLOR_RED, -1);
}

/**
 * fgagg_top_screen_open - take over the terminal
 * @color: whether to paint slow calls
 * @screen: set to the screen
 * @err: set on failure
 *
 * Return: 0; -ENOTTY if the terminal cannot show a screen; -ENOMEM.
 */
int fgagg_top_screen_open(enum fgagg_color color,
			  struct fgagg_top_screen **screen,
			  struct fgagg_error *err)
{
	const char *type = getenv("TERM");
	struct fgagg_top_screen *s;

	s = calloc(1, sizeof(*s));
	if (!s)
		return fgagg_error_nomem(err);
	setlocale(LC_CTYPE, "");
	s->looks.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	/* The terminal knows its size, and these do not change with it. */
	unsetenv("LINES");
	unsetenv("COLUMNS");
	s->term = newterm(NULL, stdout, stdin);
	/* -1 is how terminfo says that this is no string. */
	if (!s->term || !tigetstr("cup") || (intptr_t)tigetstr("cup") == -1) {
		if (s->term)
			fgagg_top_screen_close(s);
		else
			free(s);
		return fgagg_error_set(err, -ENOTTY,
				       "a terminal of type '%s' cannot show a screen: set TERM, or use --batch",
				       type ? type : "");
	}
	cbreak();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(25);
	curs_set(0);
	setup_color(s, color);
	*screen = s;
	return 0;
}

/**
 * fgagg_top_screen_close - give the terminal back
 * @screen: the screen
 */
void fgagg_top_screen_close(struct fgagg_top_screen *screen)
{
	endwin();
	delscreen(screen->term);
	free(screen);
}

/**
 * fgagg_top_screen_key - the next key that was pressed
 * @screen: the screen
 *
 * Return: a character or &enum fgagg_top_key; -EAGAIN if there is none; -EINTR
 * for a key without a meaning, and after a change of size.
 */
int fgagg_top_screen_key(struct fgagg_top_screen *screen)
{
	static const struct {
		int curses;
		int key;
	} keys[] = {
		{ KEY_UP, FGAGG_TOP_KEY_UP },
		{ KEY_DOWN, FGAGG_TOP_KEY_DOWN },
		{ KEY_LEFT, FGAGG_TOP_KEY_LEFT },
		{ KEY_RIGHT, FGAGG_TOP_KEY_RIGHT },
		{ KEY_PPAGE, FGAGG_TOP_KEY_PAGE_UP },
		{ KEY_NPAGE, FGAGG_TOP_KEY_PAGE_DOWN },
		{ KEY_HOME, FGAGG_TOP_KEY_HOME },
		{ KEY_END, FGAGG_TOP_KEY_END },
		{ KEY_BACKSPACE, '\b' },
		{ KEY_ENTER, '\n' },
	};
	int key = getch();
	size_t i;

	(void)screen;
	if (key == ERR)
		return -EAGAIN;
	if (key < KEY_MIN)
		return key;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].curses == key)
			return keys[i].key;
	return -EINTR;
}

static void draw_status(const struct fgagg_top_model *model, int width)
{
	char *text = NULL, *rest;
	size_t size;
	FILE *mem;

	mem = open_memstream(&text, &size);
	if (!mem)
		return;
	fputs(model->paused ? "[paused] " : "", mem);
	fgagg_top_text_status(mem, model);
	fputc('\n', mem);
	fgagg_view_print_losses(mem, fgagg_tree_totals(model->shown));
	fclose(mem);
	rest = text;
	fgagg_top_grid_put(0, 0, width, strsep(&rest, "\n"));
	fgagg_top_grid_put(1, 0, width, strsep(&rest, "\n"));
	free(text);
}

static void put_lines(const struct fgagg_top_area *area, char *text)
{
	char *line;
	int y;

	for (y = 0; y < area->height && (line = strsep(&text, "\n")); y++)
		fgagg_top_grid_put(area->y + y, area->x, area->width, line);
}

static void draw_pane(const struct fgagg_top_model *model,
		      const struct fgagg_top_area *area)
{
	char *text = NULL;
	size_t size;
	FILE *mem;

	mem = open_memstream(&text, &size);
	if (!mem)
		return;
	fgagg_top_text_pane(mem, model, area->width, area->height);
	fclose(mem);
	put_lines(area, text);
	free(text);
}

/* In two columns where one does not fit. */
static void draw_help(const struct fgagg_top_area *area)
{
	const char *keys, *what;
	int y, x;
	size_t i;

	for (i = 0; fgagg_top_keys_help(i, &keys, &what); i++) {
		y = i % area->height;
		x = i / area->height * 40;
		fgagg_top_grid_put(area->y + y, x, area->width - x, keys);
		fgagg_top_grid_put(area->y + y, x + 12, area->width - x - 12,
				   what);
	}
}

static void draw_sort(const struct fgagg_top_model *model, int y)
{
	const char *sort;
	size_t i;

	mvaddstr(y, 0, "sort by:");
	for (i = 0; (sort = fgagg_view_sort(i)); i++)
		printw(" %zu %s%s", i + 1, sort,
		       strcmp(sort, model->sel.sort) ? "" : "*");
}

static void draw_foot(const struct fgagg_top_model *model, int y, int width)
{
	switch (model->prompt) {
	case FGAGG_TOP_SORT:
		draw_sort(model, y);
		break;
	case FGAGG_TOP_SEARCH:
		mvprintw(y, 0, "search: %s_", model->text);
		break;
	case FGAGG_TOP_FILTER:
		mvprintw(y, 0, "only this function (a glob; empty for all): %s_",
			 model->text);
		break;
	default:
		if (*model->message)
			fgagg_top_grid_put(y, 0, width, model->message);
		else
			fgagg_top_grid_put(y, 0, width,
					   "? help  q quit  v tree  s sort  f filter  / search  Enter histogram");
	}
}

static void draw_small(int height, int width)
{
	char text[64];

	snprintf(text, sizeof(text), "%dx%d is too small: %dx%d is needed",
		 width, height, MIN_WIDTH, MIN_HEIGHT);
	fgagg_top_grid_put(0, 0, width, text);
}

static void draw_all(const struct fgagg_top_screen *screen,
		     struct fgagg_top_model *model, int height, int width)
{
	struct fgagg_top_area rows = {
		.y = HEAD,
		.height = height - HEAD - FOOT,
		.width = width,
	};
	struct fgagg_top_area pane = rows;

	if (model->help) {
		draw_help(&rows);
	} else if (model->pane && width >= WIDE) {
		rows.width -= PANE_WIDTH + 1;
		pane.x = rows.width + 2;
		pane.width = PANE_WIDTH - 1;
		mvvline(HEAD - 1, rows.width, ACS_VLINE, rows.height + 1);
	} else if (model->pane) {
		rows.height = rows.height * 2 / 5;
		pane.y = HEAD + rows.height + 1;
		pane.height -= rows.height + 1;
		mvhline(pane.y - 1, 0, ACS_HLINE, width);
	}
	if (!model->help)
		fgagg_top_grid_draw(&rows, model, &screen->looks);
	if (!model->help && model->pane)
		draw_pane(model, &pane);
}

/**
 * fgagg_top_screen_draw - show the state
 * @screen: the screen
 * @model: the state; it gets to know how many rows fit
 */
void fgagg_top_screen_draw(struct fgagg_top_screen *screen,
			   struct fgagg_top_model *model)
{
	int height, width;

	getmaxyx(stdscr, height, width);
	erase();
	if (height < MIN_HEIGHT || width < MIN_WIDTH) {
		draw_small(height, width);
	} else {
		draw_status(model, width);
		draw_all(screen, model, height, width);
		draw_foot(model, height - 1, width);
	}
	refresh();
}
