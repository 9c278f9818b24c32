/* SPDX-License-Identifier: GPL-2.0-only */
/* top_grid: the rows of top on a part of the screen. */
#ifndef FGAGG_TOP_GRID_H
#define FGAGG_TOP_GRID_H

#include <stdbool.h>

#include "top_model.h"

/* The colour pairs of slow calls. */
enum fgagg_top_pair {
	FGAGG_TOP_SLOW = 1,
	FGAGG_TOP_VERY_SLOW,
};

/**
 * struct fgagg_top_area - a part of the screen
 * @y: its first line
 * @x: its first column
 * @height: lines
 * @width: columns
 */
struct fgagg_top_area {
	int y;
	int x;
	int height;
	int width;
};

/**
 * struct fgagg_top_looks - what the terminal can do
 * @color: paint what is slow
 * @utf8: show more than ASCII
 */
struct fgagg_top_looks {
	bool color;
	bool utf8;
};

void fgagg_top_grid_put(int y, int x, int width, const char *text);
void fgagg_top_grid_draw(const struct fgagg_top_area *area,
			 struct fgagg_top_model *model,
			 const struct fgagg_top_looks *looks);

#endif /* FGAGG_TOP_GRID_H */
