/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * output: a file that takes the place of another one as a whole.
 *
 * Who reads the file while it is written, such as a collector of metrics, sees
 * the old one or the new one.  A device, a pipe or a link is written to as it
 * is.  What another fgagg is writing stays as it is.
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
int fgagg_output_commit(struct fgagg_output *output, struct fgagg_error *err);
void fgagg_output_abort(struct fgagg_output *output);
bool fgagg_output_replaces(const char *path, const char *other);

#endif /* FGAGG_OUTPUT_H */
