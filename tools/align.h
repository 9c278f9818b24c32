/* SPDX-License-Identifier: GPL-2.0-only */
/* align: the paths of several trees under one numbering. */
#ifndef FGAGG_ALIGN_H
#define FGAGG_ALIGN_H

#include "tree.h"

struct fgagg_node **fgagg_align_add(struct fgagg_tree *all,
				    const struct fgagg_tree *tree);
struct fgagg_node **fgagg_align_find(struct fgagg_tree *all,
				     const struct fgagg_tree *tree);

#endif /* FGAGG_ALIGN_H */
