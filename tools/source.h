/* SPDX-License-Identifier: GPL-2.0-only */
/* source: the tree of the live module, a snapshot file or a run file. */
#ifndef FGAGG_SOURCE_H
#define FGAGG_SOURCE_H

#include "cpulist.h"
#include "error.h"
#include "interval.h"
#include "tree.h"

/**
 * struct fgagg_source - what was read
 * @tree: finished
 * @identity: of a run file, unless several runs of it are shown; otherwise NULL
 * @run: a run file, otherwise NULL
 * @range: its intervals that @tree is of
 * @intervals: how many these are
 * @duration: of these intervals, in ns; 0 if nobody knows
 * @resets: how often counting began anew in them
 * @unread: bytes at the end of a run file that are no whole interval
 */
struct fgagg_source {
	struct fgagg_tree *tree;
	char *identity;
	struct fgagg_intervals *run;
	struct fgagg_range range;
	size_t intervals;
	__u64 duration;
	unsigned int resets;
	__u64 unread;
};

int fgagg_source_load_range(struct fgagg_source *src, const char *debugfs,
			    const char *path, const struct fgagg_cpulist *cpus,
			    const struct fgagg_range *range,
			    struct fgagg_error *err);
void fgagg_source_free(struct fgagg_source *src);

#endif /* FGAGG_SOURCE_H */
