/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * output: a file that takes the place of another one as a whole.
 *
 * Who reads the file while it is written, such as a collector of metrics, sees
 * the old one or the new one.  A device or a pipe is written to as it is.  A file that
 * nothing can be beside, or take the place of, is written over when all is there.  Of
 * a link, what it leads to is replaced.  What another fgagg is writing stays as it is.
 *
 * There is one at a time: a signal that ends the program removes what is not whole.
 */
#ifndef FGAGG_OUTPUT_H
#define FGAGG_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "error.h"

struct fgagg_output;

int fgagg_output_open(const char *path, struct fgagg_output **output,
		      struct fgagg_error *err);
FILE *fgagg_output_file(struct fgagg_output *output);
int fgagg_output_dup(const struct fgagg_output *output,
		     struct fgagg_error *err);
int fgagg_output_commit(struct fgagg_output *output, struct fgagg_error *err);
void fgagg_output_abort(struct fgagg_output *output);
bool fgagg_output_replaces(const char *path, const char *other);

#endif /* FGAGG_OUTPUT_H */
