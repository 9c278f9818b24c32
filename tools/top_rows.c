// SPDX-License-Identifier: GPL-2.0-only
#include "top_rows.h"

#include <errno.h>
#include <stdlib.h>

static struct fgagg_node *shown(struct fgagg_node *node)
{
	while (node && !node->shown)
		node = node->next;
	return node;
}

static void add(struct fgagg_top_rows *rows, struct fgagg_node *node,
		struct fgagg_top_path *path)
{
	rows->row[rows->nr++] = (struct fgagg_top_row){
		.node = node,
		.path = path,
		.callees = shown(node->child),
	};
}

static void add_list(struct fgagg_top_rows *rows, struct fgagg_node **list,
		     size_t nr, struct fgagg_top_path **map)
{
	size_t i;

	for (i = 0; i < nr; i++)
		rows->row[rows->nr++] = (struct fgagg_top_row){
			.node = list[i],
			.path = map[list[i]->order],
		};
}

/* Without recursion: the depth comes from a file. */
static void add_context(struct fgagg_top_rows *rows, struct fgagg_node *root,
			struct fgagg_top_path *root_path,
			struct fgagg_top_path **map, bool unfolded)
{
	struct fgagg_node *node = root, *next;
	struct fgagg_top_path *path;

	if (!shown(root->child))
		return;
	while (node) {
		path = node == root ? root_path : map[node->order];
		add(rows, node, path);
		next = unfolded || !path->folded ? shown(node->child) : NULL;
		while (!next && node != root) {
			next = shown(node->next);
			node = node->parent;
		}
		node = next;
	}
}

static int make(struct fgagg_top_rows *rows, struct fgagg_tree *tree,
		struct fgagg_top_paths *paths, struct fgagg_top_path **map,
		const struct fgagg_top_order *order)
{
	struct fgagg_node **list;
	unsigned int i;
	size_t nr;
	int ret;

	if (!order->tree) {
		ret = fgagg_view_rows(tree, order->filter, order->sort, &list,
				      &nr);
		if (ret)
			return ret;
		add_list(rows, list, nr, map);
		free(list);
		return 0;
	}
	ret = fgagg_view_mark(tree, order->filter, order->sort);
	for (i = 0; !ret && i < FGAGG_CTX_NR; i++)
		add_context(rows, fgagg_tree_root(tree, i),
			    fgagg_top_path_root(paths, i), map,
			    order->unfolded);
	return ret;
}

/**
 * fgagg_top_rows_make - choose the rows of a tree
 * @rows: set; what was in it is gone
 * @tree: a tree, finished
 * @paths: what is remembered of its paths
 * @order: which, and in what order
 *
 * Return: 0; -ENOMEM, with @rows empty.
 */
int fgagg_top_rows_make(struct fgagg_top_rows *rows, struct fgagg_tree *tree,
			struct fgagg_top_paths *paths,
			const struct fgagg_top_order *order)
{
	size_t room = fgagg_tree_count(tree) + FGAGG_CTX_NR;
	struct fgagg_top_path **map;
	int ret = -ENOMEM;

	fgagg_top_rows_free(rows);
	map = fgagg_top_path_map(paths, tree);
	if (!map)
		return ret;
	rows->row = calloc(room, sizeof(*rows->row));
	if (rows->row)
		ret = make(rows, tree, paths, map, order);
	free(map);
	return ret;
}

/**
 * fgagg_top_rows_free - give rows back
 * @rows: the rows, none after this
 */
void fgagg_top_rows_free(struct fgagg_top_rows *rows)
{
	free(rows->row);
	*rows = (struct fgagg_top_rows){ 0 };
}

/**
 * fgagg_top_rows_find - find the row of a path
 * @rows: the rows
 * @path: the path
 *
 * Return: its index, or the number of rows if it is not among them.
 */
size_t fgagg_top_rows_find(const struct fgagg_top_rows *rows,
			   const struct fgagg_top_path *path)
{
	size_t i;

	for (i = 0; i < rows->nr && rows->row[i].path != path; i++)
		;
	return i;
}
