// SPDX-License-Identifier: GPL-2.0-only
#include "tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "quantile.h"
#include "table.h"

/**
 * struct fgagg_tree - a calling context tree
 * @totals: what belongs to no path
 * @root: the roots, by &enum fgagg_context
 * @nodes: all others, callers before callees
 * @nr: number of @nodes
 * @room: room in @nodes
 * @by_name: the same nodes, by parent and name
 */
struct fgagg_tree {
	struct fgagg_totals totals;
	struct fgagg_node root[FGAGG_CTX_NR];
	struct fgagg_node **nodes;
	size_t nr;
	size_t room;
	struct fgagg_table by_name;
};

/**
 * fgagg_tree_new - an empty tree
 *
 * Return: the tree, or NULL without memory.
 */
struct fgagg_tree *fgagg_tree_new(void)
{
	struct fgagg_tree *tree = calloc(1, sizeof(*tree));
	unsigned int i;

	for (i = 0; tree && i < FGAGG_CTX_NR; i++)
		tree->root[i].context = i;
	return tree;
}

static void free_node(struct fgagg_node *node)
{
	fgagg_dist_free(&node->dist);
	free(node->name);
	free(node);
}

/**
 * fgagg_tree_free - give back a tree
 * @tree: the tree, or NULL
 */
void fgagg_tree_free(struct fgagg_tree *tree)
{
	if (!tree)
		return;
	while (tree->nr)
		free_node(tree->nodes[--tree->nr]);
	free(tree->nodes);
	fgagg_table_free(&tree->by_name);
	free(tree);
}

static bool match(const void *item, const void *parent, const char *name)
{
	const struct fgagg_node *node = item;

	return node->parent == parent && !strcmp(node->name, name);
}

static int reserve(struct fgagg_tree *tree)
{
	size_t room = tree->room ? 2 * tree->room : 64;
	struct fgagg_node **nodes;

	if (tree->nr < tree->room)
		return 0;
	nodes = reallocarray(tree->nodes, room, sizeof(*nodes));
	if (!nodes)
		return -ENOMEM;
	tree->nodes = nodes;
	tree->room = room;
	return 0;
}

/**
 * fgagg_tree_find - the node of a callee
 * @tree: the tree
 * @parent: one of its nodes or roots
 * @name: the callee
 *
 * Return: the node, or NULL if there is none.
 */
struct fgagg_node *fgagg_tree_find(struct fgagg_tree *tree,
				   struct fgagg_node *parent,
				   const char *name)
{
	return fgagg_table_find(&tree->by_name, fgagg_table_hash(parent, name),
				match, parent, name);
}

/**
 * fgagg_tree_child - the node of a callee, made if there is none
 * @tree: the tree
 * @parent: one of its nodes or roots
 * @name: the callee
 *
 * Return: the node, or NULL without memory.
 */
struct fgagg_node *fgagg_tree_child(struct fgagg_tree *tree,
				    struct fgagg_node *parent,
				    const char *name)
{
	struct fgagg_node *node = fgagg_tree_find(tree, parent, name);

	if (node)
		return node;
	node = calloc(1, sizeof(*node));
	if (!node)
		return NULL;
	node->name = strdup(name);
	node->parent = parent;
	if (!node->name || reserve(tree) ||
	    fgagg_table_add(&tree->by_name, fgagg_table_hash(parent, name),
			    node)) {
		free_node(node);
		return NULL;
	}
	node->context = parent->context;
	node->depth = parent->depth + 1;
	node->next = parent->child;
	parent->child = node;
	tree->nodes[tree->nr++] = node;
	return node;
}

struct order {
	fgagg_tree_cmp cmp;
	const void *arg;
};

static int compare(const void *a, const void *b, void *data)
{
	const struct order *order = data;

	return order->cmp(*(struct fgagg_node *const *)a,
			  *(struct fgagg_node *const *)b, order->arg);
}

static void sort_callees(struct fgagg_node *node, struct order *order,
			 struct fgagg_node **room)
{
	struct fgagg_node *child;
	size_t n = 0;

	for (child = node->child; child; child = child->next)
		room[n++] = child;
	qsort_r(room, n, sizeof(*room), compare, order);
	node->child = NULL;
	while (n) {
		room[--n]->next = node->child;
		node->child = room[n];
	}
}

/**
 * fgagg_tree_sort - put the callees of every node in an order
 * @tree: the tree
 * @cmp: as for qsort_r()
 * @arg: passed to @cmp
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_tree_sort(struct fgagg_tree *tree, fgagg_tree_cmp cmp,
		    const void *arg)
{
	struct order order = { cmp, arg };
	struct fgagg_node **room;
	size_t i;

	room = calloc(tree->nr + 1, sizeof(struct fgagg_node *));
	if (!room)
		return -ENOMEM;
	for (i = 0; i < FGAGG_CTX_NR; i++)
		sort_callees(&tree->root[i], &order, room);
	for (i = 0; i < tree->nr; i++)
		sort_callees(tree->nodes[i], &order, room);
	free(room);
	return 0;
}

static int by_name(const struct fgagg_node *a, const struct fgagg_node *b,
		   const void *arg)
{
	(void)arg;
	return strcmp(a->name, b->name);
}

/* Caller before callees, without recursion: depth comes from input. */
static struct fgagg_node *next_node(struct fgagg_node *node)
{
	if (node->child)
		return node->child;
	while (node->parent && !node->next)
		node = node->parent;
	return node->next;
}

/**
 * fgagg_tree_finish - compute the nodes' order and summaries
 * @tree: the tree, completely filled
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_tree_finish(struct fgagg_tree *tree)
{
	struct fgagg_node *node;
	size_t order = 0, i;
	int ret;

	ret = fgagg_tree_sort(tree, by_name, NULL);
	if (ret)
		return ret;
	for (i = 0; i < FGAGG_CTX_NR; i++)
		for (node = tree->root[i].child; node; node = next_node(node))
			node->order = order++;
	for (i = 0; i < tree->nr; i++) {
		node = tree->nodes[i];
		fgagg_quantile_bounds(&node->dist, tree->totals.precision,
				      &node->min, &node->max);
		fgagg_tree_summarize(&tree->totals, node, &node->sum);
	}
	return 0;
}

/**
 * fgagg_tree_totals - what belongs to no path
 * @tree: the tree
 *
 * Return: the totals, for merging to add to.
 */
struct fgagg_totals *fgagg_tree_totals(struct fgagg_tree *tree)
{
	return &tree->totals;
}

/**
 * fgagg_tree_root - the root of a context
 * @tree: the tree
 * @context: &enum fgagg_context
 *
 * Return: the root.
 */
struct fgagg_node *fgagg_tree_root(struct fgagg_tree *tree,
				   unsigned int context)
{
	return &tree->root[context];
}

/**
 * fgagg_tree_count - the number of nodes, without the roots
 * @tree: the tree
 *
 * Return: the number.
 */
size_t fgagg_tree_count(const struct fgagg_tree *tree)
{
	return tree->nr;
}

/**
 * fgagg_tree_node - one of all nodes, callers before their callees
 * @tree: the tree
 * @i: below fgagg_tree_count()
 *
 * Return: the node.
 */
struct fgagg_node *fgagg_tree_node(const struct fgagg_tree *tree, size_t i)
{
	return tree->nodes[i];
}

/**
 * fgagg_tree_summarize - a node's ticks in nanoseconds
 * @totals: of the tree
 * @node: a node, its extremes in agreement with its buckets
 * @sum: set
 */
void fgagg_tree_summarize(const struct fgagg_totals *totals,
			  const struct fgagg_node *node,
			  struct fgagg_summary *sum)
{
	const struct {
		unsigned int q;
		__u64 *ns;
	} quantiles[] = {
		{ 5000, &sum->p50 }, { 9000, &sum->p90 },
		{ 9900, &sum->p99 }, { 9990, &sum->p999 },
	};
	__u64 khz = totals->clock_khz, ticks;
	size_t i;

	sum->count = node->dist.count;
	sum->total = fgagg_quantile_ns(node->total, khz);
	sum->self = fgagg_quantile_ns(node->self, khz);
	sum->raw_total = fgagg_quantile_ns(node->total + node->cost, khz);
	sum->min = fgagg_quantile_ns(node->min, khz);
	sum->max = fgagg_quantile_ns(node->max, khz);
	for (i = 0; i < 4; i++) {
		ticks = fgagg_quantile(&node->dist, totals->precision,
				       quantiles[i].q);
		if (ticks < node->min)
			ticks = node->min;
		if (ticks > node->max)
			ticks = node->max;
		*quantiles[i].ns = fgagg_quantile_ns(ticks, khz);
	}
}

/**
 * fgagg_tree_context - the name of a context
 * @context: &enum fgagg_context
 *
 * Return: "task" and so on; NULL past the last.
 */
const char *fgagg_tree_context(unsigned int context)
{
	static const char *const names[] = {
		[FGAGG_CTX_TASK] = "task",
		[FGAGG_CTX_SOFTIRQ] = "softirq",
		[FGAGG_CTX_HARDIRQ] = "hardirq",
		[FGAGG_CTX_NMI] = "nmi",
	};

	return context < FGAGG_CTX_NR ? names[context] : NULL;
}

/**
 * fgagg_tree_loss - the name of a cause of loss
 * @loss: &enum fgagg_loss
 *
 * Return: "full" and so on, as in "lost_full".
 */
const char *fgagg_tree_loss(unsigned int loss)
{
	static const char *const names[FGAGG_LOST_NR] = {
		[FGAGG_LOST_FULL] = "full",
		[FGAGG_LOST_POOL] = "pool",
		[FGAGG_LOST_OVERRUN] = "overrun",
		[FGAGG_LOST_MISS] = "miss",
		[FGAGG_LOST_COLLISION] = "collision",
		[FGAGG_LOST_STOPPED] = "stopped",
	};

	return names[loss];
}
