/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The calling context tree of one CPU (Ammons, Ball, Larus: "Exploiting
 * hardware performance counters with flow and context sensitive profiling",
 * PLDI 1997), as a hash table.
 *
 * A node holds the statistics of one call path.  It is found by its path key,
 * a 64-bit hash of the whole path that a call computes from its caller's key
 * and its own address; nobody walks the tree.  The tree is implied: each node
 * holds its caller's key.
 *
 *	index[]  open addressing, linear probing     node[]  in order of birth
 *	+----+                                       +--------------------+
 *	| 0  |                                       | 0: not used        |
 *	| 2  |------------------------------.        | 1: key, parent, .. |
 *	| 1  |---> node 1                    `-----> | 2: key, parent, .. |
 *	| 0  |                                       | ...                |
 *	+----+                                       +--------------------+
 *
 * The index has at least twice as many slots as there are nodes, so that a
 * probe ends after a few steps, and a table is full when its nodes are used up.
 * A slot that was claimed stays claimed: were one given back, the nodes whose
 * probe had passed over it would be lost.
 *
 * A match is verified: if the caller or the address differ, two paths share a
 * key, and the call is a counted loss instead of a wrong number.  (What is below
 * two such paths looks alike, and is not told apart.)
 *
 * Writers: one CPU, which may interrupt itself at any instruction.  A node has
 * one writer at a time, because paths of different contexts have different
 * roots and hence different nodes.  The table is shared by all contexts of the
 * CPU; nodes and slots are claimed by a CPU-local cmpxchg.  If an interrupt
 * inserts the very node that is being inserted, the table has it twice, and
 * readers, who add up equal keys anyway, add them up.  Readers: any CPU, at any
 * time, without a lock.
 */
#ifndef FGAGG_CCT_H
#define FGAGG_CCT_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "hist.h"

#define FGAGG_COMM_LEN	16

/**
 * struct fgagg_node - the statistics of one call path on one CPU
 * @key: path key, 0 while the node is being made
 * @total: sum of inclusive times
 * @self: sum of exclusive times
 * @max: greatest inclusive time
 * @hist: distribution of inclusive times
 * @parent: key of the calling path
 * @func: address of the function
 * @min: least inclusive time
 * @max_ticks: the exemplar: when the slowest call returned,
 * @max_pid: in which task,
 * @reserved: pads @max_comm to a multiple of 8
 * @max_comm: and what that task was called
 */
struct fgagg_node {
	u64			key;
	u64			total;
	u64			self;
	u64			max;
	struct fgagg_hist	hist;
	u64			parent;
	unsigned long		func;
	u64			min;
	u64			max_ticks;
	u32			max_pid;
	u32			reserved;
	char			max_comm[FGAGG_COMM_LEN];
} __aligned(64);

/**
 * struct fgagg_cct - the calling context tree of one CPU
 * @index: slots, each the number of a node or 0
 * @index_mask: number of slots, a power of two, less 1
 * @node: the nodes; node 0 is never used
 * @size: number of nodes, node 0 included
 * @used: nodes taken, node 0 included
 */
struct fgagg_cct {
	u32			*index;
	u32			index_mask;
	struct fgagg_node	*node;
	u32			size;
	u32			used;
};

/* How far a probe goes before the table is called full. */
#define FGAGG_CCT_PROBES	256

u32 fgagg_cct_index_size(u32 max_paths);
void fgagg_cct_init(struct fgagg_cct *cct, u32 *index, struct fgagg_node *node,
		    u32 max_paths);
struct fgagg_node *fgagg_cct_insert(struct fgagg_cct *cct, u64 key, u64 parent,
				    unsigned long func);

#ifndef fgagg_cct_mix
/**
 * fgagg_cct_mix - the key of a path
 * @parent: key of the calling path, or of a context's root
 * @func: address of the called function
 *
 * A multiplication by 2^64 divided by the golden ratio (Knuth, The Art of
 * Computer Programming 3, 6.4) carries differences upward, the shift brings
 * them down again, to where the index looks.  As the two do not commute with the
 * exclusive or, the order of functions on the path matters.
 *
 * Return: a key, never 0.
 */
static __always_inline u64 fgagg_cct_mix(u64 parent, unsigned long func)
{
	u64 key = (parent ^ func) * 0x9e3779b97f4a7c15ULL;

	return (key ^ (key >> 32)) | 1;
}
#endif

/**
 * fgagg_cct_find - find a node
 * @cct: this CPU's tree
 * @key: path key
 *
 * Context: any, NMI included; on the CPU that owns @cct with preemption off, on
 * others as a reader.
 * Return: the node, or NULL if the path has none yet.
 */
static __always_inline struct fgagg_node *
fgagg_cct_find(const struct fgagg_cct *cct, u64 key)
{
	u32 slot = key >> 1;
	u32 probes = FGAGG_CCT_PROBES;
	u32 i;

	do {
		i = READ_ONCE(cct->index[slot & cct->index_mask]);
		if (likely(cct->node[i].key == key))
			return &cct->node[i];
		slot++;
	} while (i && --probes);
	return NULL;
}

/**
 * fgagg_node_is - does a node that was found by key stand for this path?
 * @node: the node
 * @parent: key of the calling path
 * @func: address of the function
 *
 * Return: false on a collision of keys.
 */
static __always_inline bool fgagg_node_is(const struct fgagg_node *node,
					  u64 parent, unsigned long func)
{
	return !((node->parent ^ parent) | (node->func ^ func));
}

/**
 * fgagg_node_record - add a call to a node
 * @node: the node of the call's path
 * @pool: the CPU's pool
 * @bucket: bucket of @total
 * @total: inclusive time
 * @self: exclusive time
 *
 * The maximum is the caller's: it comes with an exemplar.
 *
 * Context: any, NMI included, on the CPU that owns @node, with preemption off.
 * Return: true if the call was recorded, false if the pool is exhausted, and
 * then nothing was changed.
 */
static __always_inline bool fgagg_node_record(struct fgagg_node *node,
					      struct fgagg_pool *pool,
					      u32 bucket, u64 total, u64 self)
{
	if (unlikely(!fgagg_hist_record(&node->hist, pool, bucket)))
		return false;
	WRITE_ONCE(node->total, node->total + total);
	WRITE_ONCE(node->self, node->self + self);
	if (total < node->min)
		WRITE_ONCE(node->min, total);
	return true;
}

#endif /* FGAGG_CCT_H */
