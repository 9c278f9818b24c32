/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * columns: numbers and bytes, sorted into streams by what they mean.
 *
 * What is alike compresses well when it stands together.  Numbers are of 7 bits
 * a byte, the least first, with the highest bit set in all bytes but the last;
 * so small ones take one.
 *
 * Who reads columns trusts nothing in them: what is missing is 0, and remembered.
 */
#ifndef FGAGG_COLUMNS_H
#define FGAGG_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* As many as there are, see delta.h. */
#define FGAGG_COLUMNS_NR	16

/**
 * struct fgagg_columns - columns that are written; all zero at first
 * @column: their bytes, how many, and for how many there is room
 * @failed: there was no memory
 */
struct fgagg_columns {
	struct {
		unsigned char *data;
		size_t len;
		size_t room;
	} column[FGAGG_COLUMNS_NR];
	bool failed;
};

void fgagg_columns_put(struct fgagg_columns *columns, unsigned int column,
		       __u64 value);
void fgagg_columns_put_bytes(struct fgagg_columns *columns,
			     unsigned int column, const void *data,
			     size_t size);
int fgagg_columns_join(const struct fgagg_columns *columns, void **data,
		       size_t *size);
void fgagg_columns_free(struct fgagg_columns *columns);

/**
 * struct fgagg_columns_reader - columns that are read
 * @at: the next byte of each
 * @left: how many there are
 * @bad: one of them has ended too early
 */
struct fgagg_columns_reader {
	const unsigned char *at[FGAGG_COLUMNS_NR];
	size_t left[FGAGG_COLUMNS_NR];
	bool bad;
};

int fgagg_columns_split(struct fgagg_columns_reader *reader, const void *data,
			size_t size);
__u64 fgagg_columns_get(struct fgagg_columns_reader *reader,
			unsigned int column);
const void *fgagg_columns_get_bytes(struct fgagg_columns_reader *reader,
				    unsigned int column, size_t size);
bool fgagg_columns_ended(const struct fgagg_columns_reader *reader);

#endif /* FGAGG_COLUMNS_H */
