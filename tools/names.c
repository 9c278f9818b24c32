// SPDX-License-Identifier: GPL-2.0-only
#include "names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/**
 * fgagg_names_init - number the functions of a tree
 * @names: set; to be given back also on failure
 * @tree: the tree, finished; lives longer than @names
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_names_init(struct fgagg_names *names, const struct fgagg_tree *tree)
{
	size_t i, count = fgagg_tree_count(tree);
	const struct fgagg_node *node;
	const char **found;

	names->nr = 0;
	names->name = calloc(count + 1, sizeof(*names->name));
	names->of = calloc(count + 1, sizeof(*names->of));
	if (!names->name || !names->of)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		names->name[i] = fgagg_tree_node(tree, i)->name;
	qsort(names->name, count, sizeof(*names->name), by_name);
	for (i = 0; i < count; i++)
		if (!i || strcmp(names->name[i], names->name[names->nr - 1]))
			names->name[names->nr++] = names->name[i];
	for (i = 0; i < count; i++) {
		node = fgagg_tree_node(tree, i);
		found = bsearch(&node->name, names->name, names->nr,
				sizeof(*names->name), by_name);
		names->of[node->order] = found - names->name;
	}
	return 0;
}

/**
 * fgagg_names_free - give back what fgagg_names_init() made
 * @names: the functions
 */
void fgagg_names_free(struct fgagg_names *names)
{
	free(names->name);
	free(names->of);
}
