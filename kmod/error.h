/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The last error, in words: what was wrong and what would be right.  Shown as
 * last_error in the file "stats", beside the errno that the writer got.
 */
#ifndef FGAGG_ERROR_H
#define FGAGG_ERROR_H

#include <linux/compiler.h>

#define FGAGG_ERROR_LEN	160

__printf(2, 3) int fgagg_error(int err, const char *fmt, ...);
void fgagg_error_get(char text[FGAGG_ERROR_LEN]);

#endif /* FGAGG_ERROR_H */
