/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Blobs: what a reader gets, made as a whole when a file is opened, so that it
 * is of one moment however slowly it is read.
 */
#ifndef FGAGG_BLOB_H
#define FGAGG_BLOB_H

#include <linux/compiler.h>
#include <linux/types.h>

/**
 * struct fgagg_blob - bytes that grow
 * @data: the bytes
 * @len: how many
 * @size: how many there is room for
 * @err: -ENOMEM once something did not fit; what is added then is dropped
 */
struct fgagg_blob {
	char	*data;
	size_t	len;
	size_t	size;
	int	err;
};

void *fgagg_blob_array(size_t nr, size_t size);
void *fgagg_blob_add(struct fgagg_blob *b, size_t len);
__printf(2, 3) void fgagg_blob_printf(struct fgagg_blob *b, const char *fmt, ...);
void fgagg_blob_free(struct fgagg_blob *b);

#endif /* FGAGG_BLOB_H */
