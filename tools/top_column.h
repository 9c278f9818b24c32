/* SPDX-License-Identifier: GPL-2.0-only */
/* top_column: the columns of top, and which of them fit. */
#ifndef FGAGG_TOP_COLUMN_H
#define FGAGG_TOP_COLUMN_H

#include <stddef.h>

#include "print.h"
#include "tree.h"

enum fgagg_top_column {
	FGAGG_TOP_COUNT,
	FGAGG_TOP_TOTAL,
	FGAGG_TOP_SELF,
	FGAGG_TOP_P50,
	FGAGG_TOP_P90,
	FGAGG_TOP_P99,
	FGAGG_TOP_P999,
	FGAGG_TOP_MAX,
	FGAGG_TOP_COLUMNS
};

/* Every column is so wide, and followed by a blank. */
#define FGAGG_TOP_COLUMN_WIDTH	11

size_t fgagg_top_column_choose(enum fgagg_top_column columns[FGAGG_TOP_COLUMNS],
			       const char *sort, size_t width);
const char *fgagg_top_column_title(enum fgagg_top_column column, __u64 ns);
void fgagg_top_column_print(FILE *out, enum fgagg_top_column column,
			    const struct fgagg_node *node, __u64 ns,
			    bool color);
char fgagg_top_column_mark(enum fgagg_top_column column,
			   const struct fgagg_summary *sum);

#endif /* FGAGG_TOP_COLUMN_H */
