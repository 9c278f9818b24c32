/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Snapshots: everything that was counted, in the format of uapi/fgagg.h.
 */
#ifndef FGAGG_SNAPSHOT_H
#define FGAGG_SNAPSHOT_H

#include "blob.h"
#include "shard.h"

void fgagg_snapshot_init(void);
int fgagg_snapshot_make(struct fgagg_blob *b);
u8 *fgagg_snapshot_contexts(const struct fgagg_cct *cct, u32 used);

#endif /* FGAGG_SNAPSHOT_H */
