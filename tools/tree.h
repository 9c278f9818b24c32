/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree: a calling context tree.
 *
 * Four roots, one a context, and below them a node for every call path.  Nodes
 * are by name: functions of one name that have one caller become one node, as
 * they are one to everybody who reads a path.  merge.h fills a tree from
 * snapshots; then fgagg_tree_finish() computes what readers of it look at, and
 * from there on only the order of callees changes.
 */
#ifndef FGAGG_TREE_H
#define FGAGG_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "dist.h"

/* Deeper than any shadow stack. */
#define FGAGG_TREE_DEPTH_MAX	1024

/**
 * struct fgagg_summary - a call path in nanoseconds
 * @count: calls
 * @total: sum of inclusive times
 * @self: sum of exclusive times
 * @raw_total: sum of inclusive times with what tracing has cost
 * @min: least inclusive time
 * @max: greatest inclusive time
 * @p50: median of inclusive times: see fgagg_quantile()
 * @p90: that of which 90 % are not above it
 * @p99: the same, 99 %
 * @p999: the same, 99.9 %
 */
struct fgagg_summary {
	__u64 count;
	__u64 total;
	__u64 self;
	__u64 raw_total;
	__u64 min;
	__u64 max;
	__u64 p50;
	__u64 p90;
	__u64 p99;
	__u64 p999;
};

/**
 * struct fgagg_node - a call path
 * @parent: the calling path, or the context's root, which has no parent
 * @child: first callee
 * @next: next callee of @parent
 * @name: the function, NULL for a root
 * @context: &enum fgagg_context
 * @depth: 0 for a root
 * @order: place in the order by context and names
 * @shown: whether fgagg_view_mark() selected it
 * @dist: the calls, in ticks
 * @total: sum of inclusive ticks
 * @self: sum of exclusive ticks
 * @cost: sum of ticks that were taken off @total, as cost of tracing
 * @min: least inclusive ticks
 * @max: greatest inclusive ticks
 * @slowest: the record with the slowest call; its size is 0 if that call is
 *	not among those of @dist
 * @sum: set by fgagg_tree_finish()
 */
struct fgagg_node {
	struct fgagg_node *parent;
	struct fgagg_node *child;
	struct fgagg_node *next;
	char *name;
	unsigned int context;
	unsigned int depth;
	size_t order;
	bool shown;
	struct fgagg_dist dist;
	__u64 total;
	__u64 self;
	__u64 cost;
	__u64 min;
	__u64 max;
	struct fgagg_record slowest;
	struct fgagg_summary sum;
};

/**
 * struct fgagg_totals - what belongs to no path
 * @epoch: of the snapshot that was added last
 * @clock_khz: of all snapshots
 * @precision: of all snapshots
 * @entered: calls that entered
 * @lost: calls lost, by &enum fgagg_loss
 * @hook: the hook in use
 */
struct fgagg_totals {
	__u64 epoch;
	__u64 clock_khz;
	__u32 precision;
	__u64 entered;
	__u64 lost[FGAGG_LOST_NR];
	char hook[16];
};

struct fgagg_tree;

struct fgagg_tree *fgagg_tree_new(void);
void fgagg_tree_free(struct fgagg_tree *tree);
struct fgagg_node *fgagg_tree_find(struct fgagg_tree *tree,
				   struct fgagg_node *parent,
				   const char *name);
struct fgagg_node *fgagg_tree_child(struct fgagg_tree *tree,
				    struct fgagg_node *parent,
				    const char *name);
int fgagg_tree_finish(struct fgagg_tree *tree);

typedef int (*fgagg_tree_cmp)(const struct fgagg_node *a,
			      const struct fgagg_node *b, const void *arg);
int fgagg_tree_sort(struct fgagg_tree *tree, fgagg_tree_cmp cmp,
		    const void *arg);

struct fgagg_totals *fgagg_tree_totals(struct fgagg_tree *tree);
struct fgagg_node *fgagg_tree_root(struct fgagg_tree *tree,
				   unsigned int context);
size_t fgagg_tree_count(const struct fgagg_tree *tree);
struct fgagg_node *fgagg_tree_node(const struct fgagg_tree *tree, size_t i);

void fgagg_tree_summarize(const struct fgagg_totals *totals,
			  const struct fgagg_node *node,
			  struct fgagg_summary *sum);
const char *fgagg_tree_context(unsigned int context);
const char *fgagg_tree_loss(unsigned int loss);

#endif /* FGAGG_TREE_H */
