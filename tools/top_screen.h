/* SPDX-License-Identifier: GPL-2.0-only */
/* top_screen: top on a terminal, by curses. */
#ifndef FGAGG_TOP_SCREEN_H
#define FGAGG_TOP_SCREEN_H

#include "error.h"
#include "print.h"
#include "top_model.h"

struct fgagg_top_screen;

int fgagg_top_screen_open(enum fgagg_color color,
			  struct fgagg_top_screen **screen,
			  struct fgagg_error *err);
void fgagg_top_screen_close(struct fgagg_top_screen *screen);
int fgagg_top_screen_key(struct fgagg_top_screen *screen);
void fgagg_top_screen_draw(struct fgagg_top_screen *screen,
			   struct fgagg_top_model *model);

#endif /* FGAGG_TOP_SCREEN_H */
