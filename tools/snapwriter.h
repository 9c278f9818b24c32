/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * snapwriter: makes a snapshot in the module's format, record by record.
 *
 * What comes out is parsed like any other snapshot, so that nothing is written
 * that no reader would accept.
 */
#ifndef FGAGG_SNAPWRITER_H
#define FGAGG_SNAPWRITER_H

#include <stddef.h>

#include "error.h"
#include "snapshot.h"

struct fgagg_snapwriter;

struct fgagg_snapwriter *fgagg_snapwriter_new(void);
void fgagg_snapwriter_free(struct fgagg_snapwriter *writer);
__u32 fgagg_snapwriter_name(struct fgagg_snapwriter *writer, const char *name);
void fgagg_snapwriter_record(struct fgagg_snapwriter *writer,
			     struct fgagg_record *rec,
			     const struct fgagg_bucket *buckets, size_t nr);
int fgagg_snapwriter_finish(struct fgagg_snapwriter *writer,
			    struct fgagg_snapshot *head, const char *stats,
			    struct fgagg_snap **snap, struct fgagg_error *err);

#endif /* FGAGG_SNAPWRITER_H */
