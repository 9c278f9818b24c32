/* SPDX-License-Identifier: GPL-2.0-only */
/* query: which call paths a user means by "a", "a;b" or "[softirq] a > b". */
#ifndef FGAGG_QUERY_H
#define FGAGG_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "tree.h"
#include "view.h"

/**
 * struct fgagg_query - a parsed query
 * @filter: of which contexts
 * @names: functions from the outermost caller on
 * @nr: number of @names
 * @whole: @names is the whole path, not only its end
 */
struct fgagg_query {
	struct fgagg_filter filter;
	const char *names[FGAGG_TREE_DEPTH_MAX];
	size_t nr;
	bool whole;
};

int fgagg_query_parse(struct fgagg_query *query, char *text,
		      struct fgagg_error *err);
bool fgagg_query_matches(const struct fgagg_query *query,
			 const struct fgagg_node *node);
int fgagg_query_sum(const struct fgagg_query *query, struct fgagg_tree *tree,
		    struct fgagg_node *sum, struct fgagg_error *err);

#endif /* FGAGG_QUERY_H */
