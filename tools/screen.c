// SPDX-License-Identifier: GPL-2.0-only
#include "screen.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* term.h defines lower-case macros by the hundred, so it comes last. */
#include <curses.h>
#include <term.h>

/**
 * fgagg_screen_open - find out whether output goes to a terminal
 * @screen: set
 */
void fgagg_screen_open(struct fgagg_screen *screen)
{
	int error;

	screen->frames = 0;
	screen->terminal = isatty(STDOUT_FILENO) &&
			   setupterm(NULL, STDOUT_FILENO, &error) == OK &&
			   cursor_home && clr_eol && clr_eos;
}

/**
 * fgagg_screen_begin - begin a frame
 * @screen: the screen; its size is updated
 */
void fgagg_screen_begin(struct fgagg_screen *screen)
{
	struct winsize size;

	screen->height = SIZE_MAX;
	screen->width = SIZE_MAX;
	if (screen->terminal) {
		if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row &&
		    size.ws_col) {
			screen->height = size.ws_row;
			screen->width = size.ws_col;
		}
		putp(cursor_home);
	} else if (screen->frames) {
		putchar('\n');
	}
	screen->frames++;
}

/**
 * fgagg_screen_line - begin a line, which then is printed to stdout
 * @screen: the screen
 */
void fgagg_screen_line(const struct fgagg_screen *screen)
{
	if (screen->terminal)
		putp(clr_eol);
}

/**
 * fgagg_screen_end - end a frame: nothing of the one before stays
 * @screen: the screen
 */
void fgagg_screen_end(const struct fgagg_screen *screen)
{
	if (screen->terminal)
		putp(clr_eos);
	fflush(stdout);
}
