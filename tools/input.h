/* SPDX-License-Identifier: GPL-2.0-only */
/* input: a file of any size, read piece by piece, and decompressed if need be. */
#ifndef FGAGG_INPUT_H
#define FGAGG_INPUT_H

#include <stddef.h>

#include <linux/types.h>

#include "error.h"

struct fgagg_input;

int fgagg_input_open(const char *path, struct fgagg_input **input,
		     struct fgagg_error *err);
void fgagg_input_free(struct fgagg_input *input);
int fgagg_input_read(struct fgagg_input *input, const char **buf, size_t *len,
		     struct fgagg_error *err);
__u64 fgagg_input_done(const struct fgagg_input *input);
__u64 fgagg_input_size(const struct fgagg_input *input);

#endif /* FGAGG_INPUT_H */
