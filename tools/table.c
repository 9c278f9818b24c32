// SPDX-License-Identifier: GPL-2.0-only
#include "table.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

/**
 * struct fgagg_slot - a place in the table
 * @hash: of @item, for most comparisons to end here
 * @item: NULL if the slot is free
 */
struct fgagg_slot {
	__u64 hash;
	void *item;
};

/**
 * fgagg_table_hash - the hash of a node
 * @parent: its parent
 * @name: its name
 *
 * Return: FNV-1a of the name, begun with the parent, and stirred since the low
 * bits choose the slot.
 */
__u64 fgagg_table_hash(const void *parent, const char *name)
{
	__u64 hash = 0xcbf29ce484222325 ^ (uintptr_t)parent;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 0x100000001b3;
	return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15;
}

/* The slot with the item, or the free one where it belongs. */
static struct fgagg_slot *probe(const struct fgagg_table *table, __u64 hash,
				fgagg_table_match match, const void *parent,
				const char *name)
{
	size_t mask = table->room - 1, i = (hash >> 32) & mask;
	struct fgagg_slot *slot;

	for (;; i = (i + 1) & mask) {
		slot = &table->slots[i];
		if (!slot->item || (match && slot->hash == hash &&
				    match(slot->item, parent, name)))
			return slot;
	}
}

/**
 * fgagg_table_find - find a node
 * @table: the table
 * @hash: fgagg_table_hash() of @parent and @name
 * @match: says whether an item is the one
 * @parent: for @match
 * @name: for @match
 *
 * Return: the item, or NULL if there is none.
 */
void *fgagg_table_find(const struct fgagg_table *table, __u64 hash,
		       fgagg_table_match match, const void *parent,
		       const char *name)
{
	if (!table->room)
		return NULL;
	return probe(table, hash, match, parent, name)->item;
}

static int grow(struct fgagg_table *table)
{
	struct fgagg_table larger = {
		.room = table->room ? 2 * table->room : 256,
		.nr = table->nr,
	};
	size_t i;

	larger.slots = calloc(larger.room, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (i = 0; i < table->room; i++)
		if (table->slots[i].item)
			*probe(&larger, table->slots[i].hash, NULL, NULL,
			       NULL) = table->slots[i];
	free(table->slots);
	*table = larger;
	return 0;
}

/**
 * fgagg_table_add - add a node
 * @table: the table, in which fgagg_table_find() does not find it
 * @hash: its hash
 * @item: the node
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_table_add(struct fgagg_table *table, __u64 hash, void *item)
{
	struct fgagg_slot *slot;

	if (4 * (table->nr + 1) > 3 * table->room && grow(table))
		return -ENOMEM;
	slot = probe(table, hash, NULL, NULL, NULL);
	slot->hash = hash;
	slot->item = item;
	table->nr++;
	return 0;
}

/**
 * fgagg_table_free - empty a table
 * @table: the table
 */
void fgagg_table_free(struct fgagg_table *table)
{
	free(table->slots);
	*table = (struct fgagg_table){ 0 };
}
