/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * snapshot: the binary that the module writes, checked.
 *
 * The bytes may come from any file that a user names, so they are hostile
 * until proven sound: fgagg_snapshot_parse() accepts nothing that could make
 * a later reader overrun, loop or print control characters.  What it does not
 * check is whether records form a tree; that is for whoever builds one.
 */
#ifndef FGAGG_SNAPSHOT_H
#define FGAGG_SNAPSHOT_H

#include <stddef.h>

#include "error.h"
#include "../kmod/uapi/fgagg.h"

struct fgagg_snap;

int fgagg_snapshot_parse(void *data, size_t size, struct fgagg_snap **snap,
			 struct fgagg_error *err);
void fgagg_snapshot_free(struct fgagg_snap *snap);

const struct fgagg_snapshot *
fgagg_snapshot_head(const struct fgagg_snap *snap);
const char *fgagg_snapshot_stats(const struct fgagg_snap *snap);

const void *fgagg_snapshot_bytes(const struct fgagg_snap *snap, size_t *size);

size_t fgagg_snapshot_count(const struct fgagg_snap *snap);
const struct fgagg_record *
fgagg_snapshot_record(const struct fgagg_snap *snap, size_t i);
const struct fgagg_bucket *
fgagg_snapshot_buckets(const struct fgagg_record *rec);
__u64 fgagg_snapshot_cost(const struct fgagg_record *rec);
const char *fgagg_snapshot_name(const struct fgagg_snap *snap,
				const struct fgagg_record *rec);

#endif /* FGAGG_SNAPSHOT_H */
