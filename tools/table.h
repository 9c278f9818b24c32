/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table: finds nodes of a tree by their parent and name.
 *
 * Open addressing with linear probing; what is in it stays in it.  It does not
 * own what it holds.
 */
#ifndef FGAGG_TABLE_H
#define FGAGG_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/**
 * struct fgagg_table - a table; all zero is the empty one
 * @slots: @room of them, a power of two, more than a quarter of them free
 * @room: 0 or the number of @slots
 * @nr: how many are in use
 */
struct fgagg_table {
	struct fgagg_slot *slots;
	size_t room;
	size_t nr;
};

typedef bool (*fgagg_table_match)(const void *item, const void *parent,
				  const char *name);

__u64 fgagg_table_hash(const void *parent, const char *name);
void *fgagg_table_find(const struct fgagg_table *table, __u64 hash,
		       fgagg_table_match match, const void *parent,
		       const char *name);
int fgagg_table_add(struct fgagg_table *table, __u64 hash, void *item);
void fgagg_table_free(struct fgagg_table *table);

#endif /* FGAGG_TABLE_H */
