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
 *	|    |-------------------------------------> | 0: stands for none |
 *	|    |------------------------------.        | 1: key, parent, .. |
 *	|    |---> node 1                    `-----> | 2: key, parent, .. |
 *	|    |---> node 0                            | ...                |
 *	+----+                                       +--------------------+
 *
 * The index has at least twice as many slots as there are nodes, so that a
 * probe ends after a few steps, and a table is full when its nodes are used up.
 * A slot that was claimed stays claimed: were one given back, the nodes whose
 * probe had passed over it would be lost.  A slot that is free points to node 0,
 * so that whoever looks into a slot finds a node, and no NULL to test for.
 *
 * A match is verified by the address of the function: fgagg_node_is().  If it
 * differs two paths share a key, and the call is a counted loss instead of a
 * wrong number.  (What is below two such paths looks alike, and is not told
 * apart.)  The callers need no comparison: for each function the key is a
 * bijection of the caller's key, since its steps are: the exclusive or with a
 * constant, the multiplication by an odd number modulo 2^64, and the rotation.
 * So equal keys of the same function have equal callers' keys.
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

#include <asm/local64.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "hist.h"

#define FGAGG_COMM_LEN	16

/* 2^64 divided by the golden ratio */
#define FGAGG_CCT_RATIO	0x9e3779b97f4a7c15ULL

/**
 * struct fgagg_node - the statistics of one call path on one CPU
 * @key: path key, 0 while the node is being made, and of node 0
 * @func: low half of the function's address, see fgagg_node_func(); 0 of node 0,
 *	where no function is
 * @max_pid: the exemplar: in which task the slowest call was,
 * @hist: distribution of inclusive times
 * @total: sum of inclusive times
 * @self: sum of exclusive times
 * @cost: sum of what was taken off inclusive times, as cost of tracing
 * @min: least inclusive time
 * @max: greatest inclusive time
 * @parent: key of the calling path
 * @max_ticks: when the slowest call returned,
 * @max_comm: and what its task was called
 *
 * Two cache lines.  What is not in the order in which a call needs it is what
 * few calls need.
 */
struct fgagg_node {
	u64			key;
	u32			func;
	u32			max_pid;
	struct fgagg_hist	hist;
	local64_t		total;
	local64_t		self;
	local64_t		cost;
	u64			min;
	u64			max;
	u64			parent;
	u64			max_ticks;
	char			max_comm[FGAGG_COMM_LEN];
} __aligned(64);

static_assert(sizeof(struct fgagg_node) == 128);

/**
 * struct fgagg_cct - the calling context tree of one CPU
 * @index: slots, each pointing to a node, or to node 0 if it is free
 * @node: the nodes; node 0 is that of no path
 * @index_mask: number of slots, a power of two, less 1
 * @size: number of nodes, node 0 included
 * @used: nodes taken, node 0 included
 */
struct fgagg_cct {
	struct fgagg_node	**index;
	struct fgagg_node	*node;
	u32			index_mask;
	u32			size;
	u32			used;
};

/* How far a probe goes before the table is called full. */
#define FGAGG_CCT_PROBES	256

u32 fgagg_cct_index_size(u32 max_paths);
void fgagg_cct_init(struct fgagg_cct *cct, struct fgagg_node **index,
		    struct fgagg_node *node, u32 max_paths);
struct fgagg_node *fgagg_cct_find(const struct fgagg_cct *cct, u64 key);
void fgagg_node_new_min(struct fgagg_node *node, u64 total);
struct fgagg_node *fgagg_cct_insert(struct fgagg_cct *cct, u64 key, u64 parent,
				    unsigned long func);

#ifndef fgagg_cct_mix
/**
 * fgagg_cct_mix - the key of a path
 * @parent: key of the calling path, or of a context's root
 * @func: address of the called function
 *
 * A multiplication by FGAGG_CCT_RATIO (Knuth, The Art of Computer Programming 3,
 * 6.4) carries differences upward, the rotation brings them down again, to where
 * the index looks.  As it does not commute with the exclusive or, the order of
 * functions on the path matters.
 *
 * A bijection of @parent, see above; so don't take bits away.
 *
 * Return: a key; 0 only if @parent is @func, and then the path has no node.
 */
static __always_inline u64 fgagg_cct_mix(u64 parent, unsigned long func)
{
	return rol64((parent ^ func) * FGAGG_CCT_RATIO, 32);
}
#endif

/**
 * fgagg_cct_slot - the node where a probe begins
 * @cct: this CPU's tree
 * @key: path key
 *
 * Context: any, NMI included, on the CPU that owns @cct, with preemption off.
 * Return: a node, nearly always that of the path, if it has one: ask
 * fgagg_node_matches().
 */
static __always_inline struct fgagg_node *
fgagg_cct_slot(const struct fgagg_cct *cct, u64 key)
{
	/* Written once, by this CPU. */
	return data_race(cct->index[key & cct->index_mask]);
}

/*
 * The kernel's text and its modules live in the top 2 GiB of the address space,
 * so 32 bits say which function it is.
 */
static inline unsigned long fgagg_node_func(const struct fgagg_node *node)
{
	return (unsigned long)(long)(s32)READ_ONCE(node->func);
}

/**
 * fgagg_node_is - does a node that was found by key stand for this path?
 * @node: the node
 * @func: address of the function, or its low half
 *
 * See above why the caller's key need not be compared.
 *
 * Return: false on a collision of keys.
 */
static __always_inline bool fgagg_node_is(const struct fgagg_node *node,
					  unsigned long func)
{
	return node->func == (u32)func;
}

/**
 * fgagg_node_matches - is it the node of this path?
 * @node: a node
 * @key: path key
 * @func: low half of the function's address
 *
 * Context: any, NMI included, on the CPU that owns @node.
 * Return: true if so.
 */
static __always_inline bool fgagg_node_matches(const struct fgagg_node *node,
					       u64 key, u32 func)
{
	return node->key == key && node->func == func;
}

/* The sums of a node, when a call was counted in its histogram. */
static __always_inline void fgagg_node_add(struct fgagg_node *node, u64 total,
					   u64 self, u64 cost)
{
	local64_add(total, &node->total);
	local64_add(self, &node->self);
	local64_add(cost, &node->cost);
}

/**
 * fgagg_node_record - add a call to a node
 * @node: the node of the call's path
 * @pool: the CPU's pool
 * @total: inclusive time
 * @self: exclusive time
 * @cost: what was taken off the inclusive time
 *
 * The maximum is the caller's: it comes with an exemplar.
 *
 * Context: any, NMI included, on the CPU that owns @node, with preemption off.
 * Return: true if the call was recorded, false if the pool is exhausted, and
 * then nothing was changed.
 */
static inline bool fgagg_node_record(struct fgagg_node *node,
				     struct fgagg_pool *pool, u64 total,
				     u64 self, u64 cost)
{
	if (unlikely(!fgagg_hist_record(&node->hist, pool, total)))
		return false;
	fgagg_node_add(node, total, self, cost);
	fgagg_node_new_min(node, total);
	return true;
}

#endif /* FGAGG_CCT_H */
