// SPDX-License-Identifier: GPL-2.0-only
#include "cct.h"

#include <linux/atomic.h>
#include <linux/log2.h>

/**
 * fgagg_cct_index_size - how many index slots a tree needs
 * @max_paths: number of nodes the tree is to hold
 *
 * Return: number of slots, a power of two.
 */
u32 fgagg_cct_index_size(u32 max_paths)
{
	return roundup_pow_of_two(2 * max_paths);
}

/**
 * fgagg_cct_init - make an empty tree
 * @cct: the tree
 * @index: fgagg_cct_index_size(@max_paths) slots
 * @node: @max_paths + 1 zeroed nodes
 * @max_paths: number of nodes the tree is to hold, at least 1
 */
void fgagg_cct_init(struct fgagg_cct *cct, struct fgagg_node **index,
		    struct fgagg_node *node, u32 max_paths)
{
	u32 i;

	cct->index = index;
	cct->index_mask = fgagg_cct_index_size(max_paths) - 1;
	cct->node = node;
	cct->size = max_paths + 1;
	cct->used = 1;
	for (i = 0; i <= cct->index_mask; i++)
		index[i] = node;
}

/**
 * fgagg_cct_find - find a node
 * @cct: this CPU's tree
 * @key: path key
 *
 * Context: any, NMI included; on the CPU that owns @cct with preemption off, on
 * others as a reader.
 * Return: the node, or NULL if the path has none yet; node 0 for key 0.
 */
struct fgagg_node *fgagg_cct_find(const struct fgagg_cct *cct, u64 key)
{
	u32 probes = FGAGG_CCT_PROBES;
	struct fgagg_node *node;
	u32 slot = key;

	do {
		node = READ_ONCE(cct->index[slot++ & cct->index_mask]);
		if (READ_ONCE(node->key) == key)
			return node;
	} while (node != cct->node && --probes);
	return NULL;
}

/* Take a node; as fgagg_pool_take(). */
static u32 node_take(struct fgagg_cct *cct)
{
	u32 seen, used = READ_ONCE(cct->used);

	while (used < cct->size) {
		seen = cmpxchg_local(&cct->used, used, used + 1);
		if (seen == used)
			return used;
		used = seen;
	}
	return 0;
}

/* The slot where a probe for @key ends, or NULL if that is too far away. */
static struct fgagg_node **slot_free(struct fgagg_cct *cct, u64 key)
{
	struct fgagg_node **p;
	u32 slot = key;
	u32 probes;

	for (probes = FGAGG_CCT_PROBES; probes; probes--) {
		p = &cct->index[slot++ & cct->index_mask];
		if (READ_ONCE(*p) == cct->node)
			return p;
	}
	return NULL;
}

/**
 * fgagg_cct_insert - make the node of a path
 * @cct: this CPU's tree
 * @key: path key; fgagg_cct_find() has not found it
 * @parent: key of the calling path
 * @func: address of the function, or its low half
 *
 * A path whose key is 0 has no node, and so those below it have none.
 *
 * Context: any, NMI included, on the CPU that owns @cct, with preemption off.
 * Return: the node, or NULL if the tree is full.
 */
struct fgagg_node *fgagg_cct_insert(struct fgagg_cct *cct, u64 key, u64 parent,
				    unsigned long func)
{
	struct fgagg_node *node, **slot;
	u32 i;

	slot = key && parent ? slot_free(cct, key) : NULL;
	if (!slot)
		return NULL;
	i = node_take(cct);
	if (!i)
		return NULL;
	node = &cct->node[i];
	node->parent = parent;
	node->func = func;
	node->min = ~0ULL;
	fgagg_hist_init(&node->hist);
	/* Readers walk node[]: a key that is not 0 tells them the rest is set. */
	smp_store_release(&node->key, key);

	/* The claim fails when an interrupt has just claimed the same slot. */
	while (cmpxchg_local(slot, cct->node, node) != cct->node) {
		slot = slot_free(cct, key);
		if (!slot)
			return NULL;
	}
	return node;
}

/**
 * fgagg_node_new_min - a call may have been shorter than all before it
 * @node: the node of its path
 * @total: its inclusive time
 *
 * Context: as fgagg_node_record().
 */
void fgagg_node_new_min(struct fgagg_node *node, u64 total)
{
	u64 seen, old = READ_ONCE(node->min);

	while (total < old) {
		seen = cmpxchg_local(&node->min, old, total);
		if (seen == old)
			break;
		old = seen;
	}
}
