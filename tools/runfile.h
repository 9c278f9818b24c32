/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * runfile: what happened during a run, a snapshot an interval.
 *
 * A run file is a sequence of blocks and grows only at its end.  A block is
 * two zstd frames, so that zstd tools can check and unpack a run file too:
 *
 *	+---------------------------+
 *	| skippable frame: the head | type, lengths, checksum, epoch, time
 *	+---------------------------+
 *	| frame: the content        | compressed
 *	+---------------------------+
 *
 * The first block holds the run's identity, a JSON object; each of the others
 * a snapshot.  Most of a snapshot is as in the one before, so only some are
 * stored whole, and the others as a delta to the one before, see delta.h, which
 * is hidden in the skippable frame.  A reader begins at the last whole one.
 * Numbers in heads are little-endian.
 *
 * Runs of several machines may follow each other in one file, which makes each
 * of them a part of it, and starts with its own identity.
 *
 * A block that is cut short or fails its checksum ends the file for a reader:
 * it is still being written, or the machine died while it was.  All before it
 * is good.
 */
#ifndef FGAGG_RUNFILE_H
#define FGAGG_RUNFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "file.h"
#include "snapshot.h"

#define FGAGG_RUNFILE_VERSION	3

/* No block is larger; a head that says so is not believed. */
#define FGAGG_RUNFILE_PLAIN_MAX	FGAGG_FILE_MAX

/* An identity, and all of a file, which a reader keeps. */
#define FGAGG_RUNFILE_IDENTITY_MAX	0x100000UL
#define FGAGG_RUNFILE_IDENTITIES_MAX	(64 * FGAGG_RUNFILE_IDENTITY_MAX)

struct fgagg_writer;

int fgagg_runfile_create(const char *path, const char *identity,
			 struct fgagg_writer **writer,
			 struct fgagg_error *err);
int fgagg_runfile_replace(const char *path, const char *identity,
			  struct fgagg_writer **writer,
			  struct fgagg_error *err);
int fgagg_runfile_append(struct fgagg_writer *writer,
			 const struct fgagg_snap *snap,
			 struct fgagg_error *err);
int fgagg_runfile_begin(struct fgagg_writer *writer, const char *identity,
			struct fgagg_error *err);
int fgagg_runfile_append_block(struct fgagg_writer *writer, const void *data,
			       size_t size, struct fgagg_error *err);
int fgagg_runfile_close(struct fgagg_writer *writer, struct fgagg_error *err);
void fgagg_runfile_abort(struct fgagg_writer *writer);

struct fgagg_run;

int fgagg_runfile_find(const char *path, struct fgagg_error *err);
bool fgagg_runfile_is(int fd);
int fgagg_runfile_open(int fd, struct fgagg_run **run, struct fgagg_error *err);
void fgagg_runfile_free(struct fgagg_run *run);
size_t fgagg_runfile_parts(const struct fgagg_run *run);
const char *fgagg_runfile_part(const struct fgagg_run *run, size_t part,
			       size_t *first, size_t *nr);
int fgagg_runfile_block(const struct fgagg_run *run, size_t i, void **data,
			size_t *size, struct fgagg_error *err);
size_t fgagg_runfile_count(const struct fgagg_run *run);
__u64 fgagg_runfile_damaged(const struct fgagg_run *run);
__u64 fgagg_runfile_epoch(const struct fgagg_run *run, size_t i);
__u64 fgagg_runfile_time(const struct fgagg_run *run, size_t i);
int fgagg_runfile_snapshot(struct fgagg_run *run, size_t i,
			   struct fgagg_snap **snap, struct fgagg_error *err);

#endif /* FGAGG_RUNFILE_H */
