// SPDX-License-Identifier: GPL-2.0-only
#include "align.h"

#include <stdlib.h>

typedef struct fgagg_node *(*lookup_fn)(struct fgagg_tree *tree,
					struct fgagg_node *parent,
					const char *name);

/* NULL for what @lookup does not give, and its callees. */
static struct fgagg_node **align(struct fgagg_tree *all,
				 const struct fgagg_tree *tree,
				 lookup_fn lookup)
{
	size_t i, nr = fgagg_tree_count(tree);
	struct fgagg_node **nodes, *caller;
	const struct fgagg_node *node;

	nodes = calloc(nr + 1, sizeof(struct fgagg_node *));
	for (i = 0; nodes && i < nr; i++) {
		node = fgagg_tree_node(tree, i);
		caller = node->depth == 1 ? fgagg_tree_root(all, node->context) :
					    nodes[node->parent->order];
		if (caller)
			nodes[node->order] = lookup(all, caller, node->name);
	}
	return nodes;
}

/**
 * fgagg_align_add - add the paths of a tree, without their calls
 * @all: the tree to add to; when it has been given to fgagg_tree_finish(), the
 *	order of its nodes is the numbering
 * @tree: the tree, finished
 *
 * Return: for each node of @tree, by its order, the node of that path in @all;
 * the caller frees the array.  NULL without memory.
 */
struct fgagg_node **fgagg_align_add(struct fgagg_tree *all,
				    const struct fgagg_tree *tree)
{
	struct fgagg_node **nodes = align(all, tree, fgagg_tree_child);
	size_t i;

	for (i = 0; nodes && i < fgagg_tree_count(tree); i++) {
		if (nodes[i])
			continue;
		free(nodes);
		return NULL;
	}
	return nodes;
}

/**
 * fgagg_align_find - find the paths of a tree
 * @all: the tree to look in
 * @tree: the tree, finished
 *
 * Return: as fgagg_align_add(), but NULL for paths that are not in @all.
 */
struct fgagg_node **fgagg_align_find(struct fgagg_tree *all,
				     const struct fgagg_tree *tree)
{
	return align(all, tree, fgagg_tree_find);
}
