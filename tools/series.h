/* SPDX-License-Identifier: GPL-2.0-only */
/* series: intervals one after the other, of a run file or of the live module. */
#ifndef FGAGG_SERIES_H
#define FGAGG_SERIES_H

#include "cpulist.h"
#include "error.h"
#include "interval.h"

/**
 * struct fgagg_sampling - which intervals
 * @path: a run file; NULL for the live module
 * @cpus: the CPUs to take
 * @range: of a run file
 * @interval_ns: of the live module, how long one is
 * @count: end after so many; 0 for the end of the run, or SIGINT or SIGTERM
 */
struct fgagg_sampling {
	const char *path;
	struct fgagg_cpulist cpus;
	struct fgagg_range range;
	__u64 interval_ns;
	__u64 count;
};

struct fgagg_series;

int fgagg_series_open(const struct fgagg_sampling *sampling,
		      const char *debugfs, struct fgagg_series **series,
		      struct fgagg_error *err);
void fgagg_series_close(struct fgagg_series *series);
size_t fgagg_series_left(const struct fgagg_series *series);
int fgagg_series_next(struct fgagg_series *series, size_t nr,
		      struct fgagg_range *which, struct fgagg_interval *iv,
		      struct fgagg_error *err);
const struct fgagg_intervals *
fgagg_series_run(const struct fgagg_series *series);

#endif /* FGAGG_SERIES_H */
