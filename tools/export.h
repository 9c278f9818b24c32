/* SPDX-License-Identifier: GPL-2.0-only */
/* export: trees in the formats of other programs. */
#ifndef FGAGG_EXPORT_H
#define FGAGG_EXPORT_H

#include <stddef.h>
#include <stdio.h>

#include "compare.h"
#include "tree.h"

int fgagg_export_json(FILE *out, const struct fgagg_totals *totals,
		      struct fgagg_node *const *rows, size_t nr);
int fgagg_export_diff(FILE *out, const struct fgagg_compare *cmp,
		      const struct fgagg_pair *const *rows, size_t nr);
void fgagg_export_folded(FILE *out, struct fgagg_node *const *rows, size_t nr);

#endif /* FGAGG_EXPORT_H */
