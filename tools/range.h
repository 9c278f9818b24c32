/* SPDX-License-Identifier: GPL-2.0-only */
/* range: which part of a run a user means, as in "3..5". */
#ifndef FGAGG_RANGE_H
#define FGAGG_RANGE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct fgagg_range - a stretch of intervals; all zero is the whole run
 * @first: the first interval, 0 for that of the run
 * @last: the last interval, 0 for that of the run
 * @host: of merged runs, only those with a label that this glob matches; NULL
 *	for all
 */
struct fgagg_range {
	size_t first;
	size_t last;
	const char *host;
};

int fgagg_range_parse(const char *text, struct fgagg_range *range);
bool fgagg_range_is_whole(const struct fgagg_range *range);

#endif /* FGAGG_RANGE_H */
