// SPDX-License-Identifier: GPL-2.0-only
#include "blob.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/stdarg.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define FIRST_SIZE	(64 * 1024)

/* A reader is told that there is no memory: no task is killed for it. */
#define GFP_READER	(GFP_KERNEL | __GFP_NOWARN | __GFP_RETRY_MAYFAIL)

static bool grow(struct fgagg_blob *b, size_t need)
{
	size_t size = max_t(size_t, b->size, FIRST_SIZE);
	char *data;

	if (b->err)
		return false;
	while (size - b->len < need)
		size *= 2;
	if (size == b->size)
		return true;
	data = __vmalloc(size, GFP_READER);
	if (!data) {
		b->err = -ENOMEM;
		return false;
	}
	if (b->len)
		memcpy(data, b->data, b->len);
	vfree(b->data);
	b->data = data;
	b->size = size;
	return true;
}

/**
 * fgagg_blob_array - memory to make a blob in
 * @nr: how many elements, 1 or more
 * @size: bytes of each
 *
 * Context: process, may sleep.
 * Return: zeroed memory for the caller to vfree(), or NULL if there is none.
 */
void *fgagg_blob_array(size_t nr, size_t size)
{
	return __vmalloc_array(nr, size, GFP_READER | __GFP_ZERO);
}

/**
 * fgagg_blob_add - add zeroed bytes
 * @b: the blob
 * @len: how many
 *
 * Context: process, may sleep.
 * Return: the bytes, valid until more are added, or NULL if there is no memory.
 */
void *fgagg_blob_add(struct fgagg_blob *b, size_t len)
{
	void *p;

	if (!grow(b, len))
		return NULL;
	p = b->data + b->len;
	memset(p, 0, len);
	b->len += len;
	return p;
}

/**
 * fgagg_blob_printf - add text
 * @b: the blob
 * @fmt: format; the result has fewer than 1024 bytes, or is cut
 *
 * Context: process, may sleep.
 */
void fgagg_blob_printf(struct fgagg_blob *b, const char *fmt, ...)
{
	va_list args;

	if (!grow(b, 1024))
		return;
	va_start(args, fmt);
	b->len += vscnprintf(b->data + b->len, 1024, fmt, args);
	va_end(args);
}

/**
 * fgagg_blob_free - free the bytes
 * @b: the blob; empty afterwards
 */
void fgagg_blob_free(struct fgagg_blob *b)
{
	vfree(b->data);
	memset(b, 0, sizeof(*b));
}
