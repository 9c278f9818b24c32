/* SPDX-License-Identifier: GPL-2.0-only */
/* condition: what must not be, as in "p99 > +10%" or "udp_sendmsg: max > 2ms". */
#ifndef FGAGG_CONDITION_H
#define FGAGG_CONDITION_H

#include <stdbool.h>
#include <stddef.h>

#include "compare.h"
#include "error.h"
#include "query.h"

/**
 * struct fgagg_condition - a condition on every path, or on some
 * @text: as the user wrote it
 * @path: text that @query points into, NULL for all paths
 * @query: which paths
 * @metric: of which metric
 * @less: whether it holds below the threshold, not above
 * @or_equal: whether it holds at the threshold
 * @relative: whether @threshold is a change, 0.1 for 10 %, not a value
 * @threshold: ns, calls or a share
 */
struct fgagg_condition {
	const char *text;
	char *path;
	struct fgagg_query query;
	enum fgagg_metric metric;
	bool less;
	bool or_equal;
	bool relative;
	double threshold;
};

int fgagg_condition_parse(struct fgagg_condition *cond, const char *text,
			  struct fgagg_error *err);
void fgagg_condition_free(struct fgagg_condition *cond);
bool fgagg_condition_is_about(const struct fgagg_condition *cond,
			      const struct fgagg_pair *pair);
bool fgagg_condition_holds(const struct fgagg_condition *cond,
			   const struct fgagg_compare *cmp,
			   const struct fgagg_pair *pair);

#endif /* FGAGG_CONDITION_H */
