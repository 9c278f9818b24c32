// SPDX-License-Identifier: GPL-2.0-only
#include "align.h"

#include <stdlib.h>

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
	size_t i, nr = fgagg_tree_count(tree);
	struct fgagg_node **nodes, *caller;
	const struct fgagg_node *node;

	nodes = calloc(nr + 1, sizeof(struct fgagg_node *));
	for (i = 0; nodes && i < nr; i++) {
		node = fgagg_tree_node(tree, i);
		caller = node->depth == 1 ? fgagg_tree_root(all, node->context) :
					    nodes[node->parent->order];
		nodes[node->order] = fgagg_tree_child(all, caller, node->name);
		if (!nodes[node->order]) {
			free(nodes);
			return NULL;
		}
	}
	return nodes;
}
