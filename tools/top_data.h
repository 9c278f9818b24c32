/* SPDX-License-Identifier: GPL-2.0-only */
/* top_data: the snapshots that top has taken, and trees of their differences. */
#ifndef FGAGG_TOP_DATA_H
#define FGAGG_TOP_DATA_H

#include <stdbool.h>

#include "cpulist.h"
#include "error.h"
#include "snapshot.h"
#include "tree.h"

/**
 * enum fgagg_top_range - since when calls are shown
 * @FGAGG_TOP_INTERVAL: since the snapshot before the last
 * @FGAGG_TOP_START: since the first snapshot, or a reset after it
 * @FGAGG_TOP_RESET: since the last reset, which is all that the module counts
 * @FGAGG_TOP_RANGES: how many there are
 */
enum fgagg_top_range {
	FGAGG_TOP_INTERVAL,
	FGAGG_TOP_START,
	FGAGG_TOP_RESET,
	FGAGG_TOP_RANGES
};

/**
 * struct fgagg_top_data - snapshots; all zero is none
 * @first: the first of the epoch, NULL if top has seen its reset
 * @prev: the last but one, NULL if it is of another epoch
 * @now: the last
 * @tree: made when they are asked for
 * @interval: the number of intervals that have passed
 * @first_ns: CLOCK_BOOTTIME of the first snapshot of all
 * @prev_ns: of the last but one
 */
struct fgagg_top_data {
	struct fgagg_snap *first;
	struct fgagg_snap *prev;
	struct fgagg_snap *now;
	struct fgagg_tree *tree[FGAGG_TOP_RANGES];
	__u64 interval;
	__u64 first_ns;
	__u64 prev_ns;
};

void fgagg_top_data_add(struct fgagg_top_data *data, struct fgagg_snap *snap);
void fgagg_top_data_free(struct fgagg_top_data *data);
enum fgagg_top_range fgagg_top_data_range(const struct fgagg_top_data *data,
					  enum fgagg_top_range wanted);
int fgagg_top_data_tree(struct fgagg_top_data *data, enum fgagg_top_range range,
			const struct fgagg_cpulist *cpus,
			struct fgagg_tree **tree, struct fgagg_error *err);
__u64 fgagg_top_data_ns(const struct fgagg_top_data *data,
			enum fgagg_top_range range);
bool fgagg_top_data_since_reset(const struct fgagg_top_data *data,
				enum fgagg_top_range range);

#endif /* FGAGG_TOP_DATA_H */
