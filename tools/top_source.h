/* SPDX-License-Identifier: GPL-2.0-only */
/* top_source: where the snapshots of top come from, one after the other. */
#ifndef FGAGG_TOP_SOURCE_H
#define FGAGG_TOP_SOURCE_H

#include <stddef.h>

#include "error.h"
#include "live.h"
#include "runfile.h"

/**
 * struct fgagg_top_source - the live module or a run file
 * @live: the module, NULL for a run
 * @run: the run, NULL for the module
 * @next: the snapshot of @run that comes next
 * @end: the one after the last
 * @nr: how many there are from first to last
 */
struct fgagg_top_source {
	struct fgagg_live *live;
	struct fgagg_run *run;
	size_t next;
	size_t end;
	size_t nr;
};

int fgagg_top_source_open(struct fgagg_top_source *src, const char *debugfs,
			  const char *path, const char *host,
			  struct fgagg_error *err);
void fgagg_top_source_close(struct fgagg_top_source *src);
int fgagg_top_source_next(struct fgagg_top_source *src,
			  struct fgagg_snap **snap, struct fgagg_error *err);
size_t fgagg_top_source_intervals(const struct fgagg_top_source *src);

#endif /* FGAGG_TOP_SOURCE_H */
