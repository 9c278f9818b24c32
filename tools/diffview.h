/* SPDX-License-Identifier: GPL-2.0-only */
/* diffview: which paths of a comparison are shown, and how a row looks. */
#ifndef FGAGG_DIFFVIEW_H
#define FGAGG_DIFFVIEW_H

#include <stdbool.h>
#include <stdio.h>

#include "compare.h"
#include "condition.h"
#include "options.h"

const struct fgagg_pair **
fgagg_diffview_rows(const struct fgagg_compare *cmp,
		    const struct fgagg_select *sel, bool changed, size_t *nr);
void fgagg_diffview_print_titles(FILE *out, const struct fgagg_compare *cmp);
void fgagg_diffview_print_row(FILE *out, const struct fgagg_compare *cmp,
			      const struct fgagg_pair *pair, bool color);
void fgagg_diffview_print_violation(FILE *out,
				    const struct fgagg_condition *cond,
				    const struct fgagg_compare *cmp,
				    const struct fgagg_pair *pair);

#endif /* FGAGG_DIFFVIEW_H */
