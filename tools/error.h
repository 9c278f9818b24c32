/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * error: one line of text that travels up to the command, which prints it.
 *
 * Functions that can fail for more than one reason take a struct fgagg_error,
 * return a negative errno, and leave in it what is wrong and what would be
 * right, without "fgagg: " and without a newline.
 */
#ifndef FGAGG_ERROR_H
#define FGAGG_ERROR_H

#include "macros.h"

struct fgagg_error {
	char text[512];
};

__printf(3, 4)
int fgagg_error_set(struct fgagg_error *err, int code, const char *fmt, ...);
int fgagg_error_prefix(struct fgagg_error *err, int code, const char *prefix);
int fgagg_error_nomem(struct fgagg_error *err);

#endif /* FGAGG_ERROR_H */
