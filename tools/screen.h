/* SPDX-License-Identifier: GPL-2.0-only */
/* screen: lines that are written over in place, where there is a terminal. */
#ifndef FGAGG_SCREEN_H
#define FGAGG_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct fgagg_screen - standard output
 * @terminal: it is a terminal that can be written over
 * @frames: how often it has been
 * @height: lines that fit, SIZE_MAX for no limit
 * @width: characters that fit
 */
struct fgagg_screen {
	bool terminal;
	size_t frames;
	size_t height;
	size_t width;
};

void fgagg_screen_open(struct fgagg_screen *screen);
void fgagg_screen_begin(struct fgagg_screen *screen);
void fgagg_screen_line(const struct fgagg_screen *screen);
void fgagg_screen_end(const struct fgagg_screen *screen);

#endif /* FGAGG_SCREEN_H */
