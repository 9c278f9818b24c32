/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FGAGG_FILE_H
#define FGAGG_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "error.h"

/* Nothing that is read as a whole is larger; /dev/zero, for example, is. */
#define FGAGG_FILE_MAX	0x40000000UL

int fgagg_file_read(const char *path, char **data, size_t *size);
int fgagg_file_lock(int fd, const char *path, struct fgagg_error *err);
bool fgagg_file_is_at(int fd, const char *path);
int fgagg_file_create(const char *path, struct fgagg_error *err);
int fgagg_file_write(int fd, const void *data, size_t size);
int fgagg_file_flush(FILE *out);

#endif /* FGAGG_FILE_H */
