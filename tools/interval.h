/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * interval: what happened in a run between any two of its snapshots.
 *
 * Interval N of a run, from 1 on, lies between its snapshots N - 1 and N.
 * Counts are cumulative, so what happened in any stretch of intervals is one
 * exact difference, however long the stretch is.  After a reset everything that
 * is counted has happened since: of each epoch the last snapshot is added, and
 * only of the first epoch one is subtracted.
 *
 * Of merged runs, interval N is interval N of each of them, as long as it has
 * one; combine.h says what it means to add them.
 *
 * To walk a run, load 1..1, 2..2 and so on: the snapshot between two intervals
 * is read once.
 */
#ifndef FGAGG_INTERVAL_H
#define FGAGG_INTERVAL_H

#include <stddef.h>

#include "cpulist.h"
#include "error.h"
#include "range.h"
#include "snapshot.h"
#include "tree.h"

/**
 * struct fgagg_interval - what happened in a stretch of intervals
 * @tree: finished
 * @start: CLOCK_REALTIME of its first snapshot, in ns
 * @duration: from its first snapshot to its last, in ns; 0 if nobody knows, as of
 *	a run that was imported
 * @resets: how often counting began anew in it
 */
struct fgagg_interval {
	struct fgagg_tree *tree;
	__u64 start;
	__u64 duration;
	unsigned int resets;
};

struct fgagg_intervals;

int fgagg_interval_open(int fd, const struct fgagg_cpulist *cpus,
			struct fgagg_intervals **ivs, struct fgagg_error *err);
void fgagg_interval_close(struct fgagg_intervals *ivs);
const char *fgagg_interval_identity(const struct fgagg_intervals *ivs,
				    const struct fgagg_range *range);
size_t fgagg_interval_runs(const struct fgagg_intervals *ivs);
const char *fgagg_interval_run(const struct fgagg_intervals *ivs, size_t run,
			       const struct fgagg_range *range);
__u64 fgagg_interval_damaged(const struct fgagg_intervals *ivs);
int fgagg_interval_resolve(const struct fgagg_intervals *ivs,
			   struct fgagg_range *range, struct fgagg_error *err);
int fgagg_interval_load(struct fgagg_intervals *ivs,
			const struct fgagg_range *range,
			struct fgagg_interval *iv, struct fgagg_error *err);

int fgagg_interval_between(const struct fgagg_snap *base,
			   const struct fgagg_snap *last,
			   const struct fgagg_cpulist *cpus,
			   struct fgagg_interval *iv, struct fgagg_error *err);
void fgagg_interval_free(struct fgagg_interval *iv);

#endif /* FGAGG_INTERVAL_H */
