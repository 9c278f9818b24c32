/* SPDX-License-Identifier: GPL-2.0-only */
/* names: the functions of a tree, each once, and numbered. */
#ifndef FGAGG_NAMES_H
#define FGAGG_NAMES_H

#include "tree.h"

/**
 * struct fgagg_names - the functions of a tree
 * @name: their names, in order; the tree's memory
 * @nr: number of @name
 * @of: by node->order, the index of the node's function in @name
 */
struct fgagg_names {
	const char **name;
	size_t nr;
	size_t *of;
};

int fgagg_names_init(struct fgagg_names *names, const struct fgagg_tree *tree);
void fgagg_names_free(struct fgagg_names *names);

#endif /* FGAGG_NAMES_H */
