/* SPDX-License-Identifier: GPL-2.0-only */
/* sum: several call paths as if they were one. */
#ifndef FGAGG_SUM_H
#define FGAGG_SUM_H

#include "tree.h"

int fgagg_sum_add(struct fgagg_node *sum, const struct fgagg_node *node);

#endif /* FGAGG_SUM_H */
