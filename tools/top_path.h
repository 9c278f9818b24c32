/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top_path: what top remembers of a call path from one interval to the next:
 * whether it is folded, and how it fared.
 */
#ifndef FGAGG_TOP_PATH_H
#define FGAGG_TOP_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "tree.h"

/* Intervals that are remembered; a power of two. */
#define FGAGG_TOP_TREND_LEN	32

enum fgagg_top_trend {
	FGAGG_TOP_TREND_TOTAL,
	FGAGG_TOP_TREND_P99,
	FGAGG_TOP_TREND_NR
};

/**
 * struct fgagg_top_path - a call path; it lives as long as its paths
 * @parent: the calling path, NULL for the root of a context
 * @name: the function, NULL for a root
 * @folded: its callees are not shown
 * @last: the last interval in which there were calls, 0 for none
 * @trend: by kind and interval modulo FGAGG_TOP_TREND_LEN, in ns; an interval
 *	after @last is 0
 */
struct fgagg_top_path {
	struct fgagg_top_path *parent;
	char *name;
	bool folded;
	__u64 last;
	float trend[FGAGG_TOP_TREND_NR][FGAGG_TOP_TREND_LEN];
};

struct fgagg_top_paths;

struct fgagg_top_paths *fgagg_top_path_new(void);
void fgagg_top_path_free(struct fgagg_top_paths *paths);
struct fgagg_top_path **fgagg_top_path_map(struct fgagg_top_paths *paths,
					   const struct fgagg_tree *tree);
struct fgagg_top_path *fgagg_top_path_root(struct fgagg_top_paths *paths,
					   unsigned int context);
size_t fgagg_top_path_count(const struct fgagg_top_paths *paths);
struct fgagg_top_path *fgagg_top_path_get(const struct fgagg_top_paths *paths,
					  size_t i);

void fgagg_top_path_record(struct fgagg_top_path *path, __u64 interval,
			   const struct fgagg_summary *sum);
float fgagg_top_path_trend(const struct fgagg_top_path *path,
			   enum fgagg_top_trend kind, __u64 interval);

#endif /* FGAGG_TOP_PATH_H */
