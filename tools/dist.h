/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dist: a distribution, the histograms of one call path added up.
 *
 * Only buckets that are not empty are kept, by rising index: a path touches a
 * few octaves of the many that the bucket arithmetic covers.
 */
#ifndef FGAGG_DIST_H
#define FGAGG_DIST_H

#include <stddef.h>

#include "../kmod/uapi/fgagg.h"

/**
 * struct fgagg_dist - a distribution; all zero is the empty one
 * @buckets: by rising index, none empty
 * @nr: number of @buckets
 * @count: sum of the buckets, at most INT64_MAX
 */
struct fgagg_dist {
	struct fgagg_bucket *buckets;
	size_t nr;
	__u64 count;
};

int fgagg_dist_add(struct fgagg_dist *dist, const struct fgagg_bucket *b,
		   size_t nr);
int fgagg_dist_sub(struct fgagg_dist *dist, const struct fgagg_bucket *b,
		   size_t nr);
void fgagg_dist_free(struct fgagg_dist *dist);

#endif /* FGAGG_DIST_H */
