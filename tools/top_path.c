// SPDX-License-Identifier: GPL-2.0-only
#include "top_path.h"

#include <stdlib.h>
#include <string.h>

#include "table.h"

/**
 * struct fgagg_top_paths - all paths that were seen
 * @root: by &enum fgagg_context
 * @table: all others, by parent and name
 * @list: the same, in the order in which they came
 * @nr: number of @list
 * @room: room in @list
 */
struct fgagg_top_paths {
	struct fgagg_top_path root[FGAGG_CTX_NR];
	struct fgagg_table table;
	struct fgagg_top_path **list;
	size_t nr;
	size_t room;
};

/**
 * fgagg_top_path_new - remember nothing yet
 *
 * Return: the paths, or NULL without memory.
 */
struct fgagg_top_paths *fgagg_top_path_new(void)
{
	return calloc(1, sizeof(struct fgagg_top_paths));
}

static void free_one(struct fgagg_top_path *path)
{
	free(path->name);
	free(path);
}

/**
 * fgagg_top_path_free - forget all
 * @paths: the paths, or NULL
 */
void fgagg_top_path_free(struct fgagg_top_paths *paths)
{
	if (!paths)
		return;
	while (paths->nr)
		free_one(paths->list[--paths->nr]);
	free(paths->list);
	fgagg_table_free(&paths->table);
	free(paths);
}

static bool match(const void *item, const void *parent, const char *name)
{
	const struct fgagg_top_path *path = item;

	return path->parent == parent && !strcmp(path->name, name);
}

static bool reserve(struct fgagg_top_paths *paths)
{
	size_t room = paths->room ? 2 * paths->room : 256;
	struct fgagg_top_path **list;

	if (paths->nr < paths->room)
		return true;
	list = reallocarray(paths->list, room, sizeof(*list));
	if (!list)
		return false;
	paths->list = list;
	paths->room = room;
	return true;
}

static struct fgagg_top_path *get_child(struct fgagg_top_paths *paths,
					struct fgagg_top_path *parent,
					const char *name)
{
	__u64 hash = fgagg_table_hash(parent, name);
	struct fgagg_top_path *path;

	path = fgagg_table_find(&paths->table, hash, match, parent, name);
	if (path)
		return path;
	path = calloc(1, sizeof(*path));
	if (!path)
		return NULL;
	path->parent = parent;
	path->name = strdup(name);
	if (!path->name || !reserve(paths) ||
	    fgagg_table_add(&paths->table, hash, path)) {
		free_one(path);
		return NULL;
	}
	paths->list[paths->nr++] = path;
	return path;
}

/**
 * fgagg_top_path_map - find the paths of a tree's nodes
 * @paths: the paths; those that are new are added
 * @tree: a tree, finished
 *
 * Return: the paths by the nodes' order, for the caller to free; NULL without
 * memory.
 */
struct fgagg_top_path **fgagg_top_path_map(struct fgagg_top_paths *paths,
					   const struct fgagg_tree *tree)
{
	size_t i, nr = fgagg_tree_count(tree);
	struct fgagg_top_path **map, *parent;
	const struct fgagg_node *node;

	map = calloc(nr + 1, sizeof(*map));
	for (i = 0; map && i < nr; i++) {
		node = fgagg_tree_node(tree, i);
		parent = node->depth > 1 ? map[node->parent->order] :
					   &paths->root[node->context];
		map[node->order] = get_child(paths, parent, node->name);
		if (!map[node->order]) {
			free(map);
			return NULL;
		}
	}
	return map;
}

/**
 * fgagg_top_path_root - the path of a context's root
 * @paths: the paths
 * @context: &enum fgagg_context
 *
 * Return: the path.
 */
struct fgagg_top_path *fgagg_top_path_root(struct fgagg_top_paths *paths,
					   unsigned int context)
{
	return &paths->root[context];
}

/**
 * fgagg_top_path_count - the number of paths, without the roots
 * @paths: the paths
 *
 * Return: the number.
 */
size_t fgagg_top_path_count(const struct fgagg_top_paths *paths)
{
	return paths->nr;
}

/**
 * fgagg_top_path_get - one of all paths
 * @paths: the paths
 * @i: below fgagg_top_path_count()
 *
 * Return: the path.
 */
struct fgagg_top_path *fgagg_top_path_get(const struct fgagg_top_paths *paths,
					  size_t i)
{
	return paths->list[i];
}

/**
 * fgagg_top_path_record - remember how a path fared in an interval
 * @path: the path
 * @interval: the number of the interval, above those recorded before
 * @sum: of the interval
 */
void fgagg_top_path_record(struct fgagg_top_path *path, __u64 interval,
			   const struct fgagg_summary *sum)
{
	__u64 i = path->last + 1;
	unsigned int kind, at;

	/* Without calls in between, what was there a round ago is stale. */
	if (interval - path->last > FGAGG_TOP_TREND_LEN)
		i = interval - FGAGG_TOP_TREND_LEN + 1;
	for (; i < interval; i++)
		for (kind = 0; kind < FGAGG_TOP_TREND_NR; kind++)
			path->trend[kind][i % FGAGG_TOP_TREND_LEN] = 0;
	at = interval % FGAGG_TOP_TREND_LEN;
	path->trend[FGAGG_TOP_TREND_TOTAL][at] = sum->total;
	path->trend[FGAGG_TOP_TREND_P99][at] = sum->p99;
	path->last = interval;
}

/**
 * fgagg_top_path_trend - how a path fared
 * @path: the path
 * @kind: in what
 * @interval: one of the last FGAGG_TOP_TREND_LEN intervals
 *
 * Return: the value in ns, 0 if there were no calls.
 */
float fgagg_top_path_trend(const struct fgagg_top_path *path,
			   enum fgagg_top_trend kind, __u64 interval)
{
	if (interval > path->last)
		return 0;
	return path->trend[kind][interval % FGAGG_TOP_TREND_LEN];
}
