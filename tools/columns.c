// SPDX-License-Identifier: GPL-2.0-only
#include "columns.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* In front of all columns: how long each is, little-endian. */
#define HEAD	(FGAGG_COLUMNS_NR * sizeof(__u64))

/* A number of 64 bits at its longest. */
#define NUMBER_MAX	10

static unsigned char *make_room(struct fgagg_columns *columns,
				unsigned int column, size_t size)
{
	size_t need = columns->column[column].len + size, room;
	unsigned char *data;

	if (columns->failed)
		return NULL;
	if (need > columns->column[column].room) {
		room = 2 * need + 64;
		data = realloc(columns->column[column].data, room);
		if (!data) {
			columns->failed = true;
			return NULL;
		}
		columns->column[column].data = data;
		columns->column[column].room = room;
	}
	return columns->column[column].data + columns->column[column].len;
}

/**
 * fgagg_columns_put - append a number
 * @columns: the columns
 * @column: which one
 * @value: the number
 */
void fgagg_columns_put(struct fgagg_columns *columns, unsigned int column,
		       __u64 value)
{
	unsigned char *to = make_room(columns, column, NUMBER_MAX);
	size_t n = 0;

	if (!to)
		return;
	for (; value > 0x7f; value >>= 7)
		to[n++] = value | 0x80;
	to[n++] = value;
	columns->column[column].len += n;
}

/**
 * fgagg_columns_put_bytes - append bytes
 * @columns: the columns
 * @column: which one
 * @data: the bytes
 * @size: how many
 */
void fgagg_columns_put_bytes(struct fgagg_columns *columns,
			     unsigned int column, const void *data, size_t size)
{
	unsigned char *to = make_room(columns, column, size);

	if (!to || !size)
		return;
	memcpy(to, data, size);
	columns->column[column].len += size;
}

/**
 * fgagg_columns_join - all columns in one piece
 * @columns: the columns
 * @data: set to the piece; the caller frees it
 * @size: set to bytes of it
 *
 * Return: 0, or -ENOMEM, also if there was no memory before.
 */
int fgagg_columns_join(const struct fgagg_columns *columns, void **data,
		       size_t *size)
{
	unsigned char *piece, *to;
	__u64 len;
	size_t i;

	*size = HEAD;
	for (i = 0; i < FGAGG_COLUMNS_NR; i++)
		*size += columns->column[i].len;
	piece = columns->failed ? NULL : malloc(*size);
	if (!piece)
		return -ENOMEM;
	to = piece + HEAD;
	for (i = 0; i < FGAGG_COLUMNS_NR; i++) {
		len = htole64(columns->column[i].len);
		memcpy(piece + i * sizeof(len), &len, sizeof(len));
		if (columns->column[i].len)
			memcpy(to, columns->column[i].data,
			       columns->column[i].len);
		to += columns->column[i].len;
	}
	*data = piece;
	return 0;
}

/**
 * fgagg_columns_free - give back columns
 * @columns: the columns
 */
void fgagg_columns_free(struct fgagg_columns *columns)
{
	size_t i;

	for (i = 0; i < FGAGG_COLUMNS_NR; i++)
		free(columns->column[i].data);
}

/**
 * fgagg_columns_split - find the columns in a piece
 * @reader: set
 * @data: the piece, which has to live as long as @reader
 * @size: bytes of it
 *
 * Return: 0, or -EBADMSG if their lengths do not add up.
 */
int fgagg_columns_split(struct fgagg_columns_reader *reader, const void *data,
			size_t size)
{
	const unsigned char *at = data;
	__u64 len;
	size_t i;

	if (size < HEAD)
		return -EBADMSG;
	size -= HEAD;
	at += HEAD;
	for (i = 0; i < FGAGG_COLUMNS_NR; i++) {
		memcpy(&len, (const char *)data + i * sizeof(len), sizeof(len));
		len = le64toh(len);
		if (len > size)
			return -EBADMSG;
		reader->at[i] = at;
		reader->left[i] = len;
		at += len;
		size -= len;
	}
	reader->bad = false;
	return size ? -EBADMSG : 0;
}

/**
 * fgagg_columns_get - take a number
 * @reader: the columns
 * @column: which one
 *
 * Return: the number; 0 if there is none, and then @reader is bad.
 */
__u64 fgagg_columns_get(struct fgagg_columns_reader *reader,
			unsigned int column)
{
	const unsigned char *at = reader->at[column];
	size_t n = 0, left = reader->left[column];
	__u64 value = 0;

	while (n < left && n < NUMBER_MAX) {
		value |= (__u64)(at[n] & 0x7f) << 7 * n;
		if (at[n++] & 0x80)
			continue;
		reader->at[column] += n;
		reader->left[column] -= n;
		return value;
	}
	reader->bad = true;
	return 0;
}

/**
 * fgagg_columns_get_bytes - take bytes
 * @reader: the columns
 * @column: which one
 * @size: how many
 *
 * Return: the bytes; NULL if there are not as many, and then @reader is bad.
 */
const void *fgagg_columns_get_bytes(struct fgagg_columns_reader *reader,
				    unsigned int column, size_t size)
{
	const unsigned char *at = reader->at[column];

	if (size > reader->left[column]) {
		reader->bad = true;
		return NULL;
	}
	reader->at[column] += size;
	reader->left[column] -= size;
	return at;
}

/**
 * fgagg_columns_ended - whether all has been taken
 * @reader: the columns
 *
 * Return: true if so, and nothing was missing.
 */
bool fgagg_columns_ended(const struct fgagg_columns_reader *reader)
{
	size_t i;

	for (i = 0; i < FGAGG_COLUMNS_NR; i++)
		if (reader->left[i])
			return false;
	return !reader->bad;
}
