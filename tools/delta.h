/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * delta: a snapshot as what has changed since the one before.
 *
 * Most records of a snapshot are as they were, and of the others most numbers
 * have grown by a little.  So a delta goes through the records of both side by
 * side, and has the differences only, each kind in a column of its own:
 *
 *	RUN	how many records are as they were; then comes
 *	KIND	what became of the next: it is gone (0), or flags below; then RUN
 *	TOTAL	how much more than before (modulo 2^64, as all differences)
 *	SELF	how much more
 *	COST	how much more
 *	MAX	how much more; TICKS: how long before this snapshot that was;
 *		PID and COMM: the task, if KIND says that there is a new maximum
 *	MIN	how much less, if KIND says so
 *	NAME	how much further on the name is, if KIND says so
 *	RECORD	all of a new one, if KIND says that it is; it has no buckets yet
 *	BUCKETS	how many buckets have more calls; for each of them
 *	INDEX	how much greater than that of the bucket before
 *	COUNT	how many more calls
 *	REST	all of the snapshot that is no record
 *
 * What comes out is what went in, byte by byte.
 */
#ifndef FGAGG_DELTA_H
#define FGAGG_DELTA_H

#include "raw.h"

enum fgagg_delta_column {
	FGAGG_DELTA_RUN,
	FGAGG_DELTA_KIND,
	FGAGG_DELTA_TOTAL,
	FGAGG_DELTA_SELF,
	FGAGG_DELTA_COST,
	FGAGG_DELTA_MAX,
	FGAGG_DELTA_TICKS,
	FGAGG_DELTA_PID,
	FGAGG_DELTA_COMM,
	FGAGG_DELTA_MIN,
	FGAGG_DELTA_NAME,
	FGAGG_DELTA_RECORD,
	FGAGG_DELTA_BUCKETS,
	FGAGG_DELTA_INDEX,
	FGAGG_DELTA_COUNT,
	FGAGG_DELTA_REST,
};

/* Of KIND; FGAGG_DELTA_GONE has none of them. */
#define FGAGG_DELTA_GONE	0
#define FGAGG_DELTA_CHANGED	1
#define FGAGG_DELTA_NEW		2
#define FGAGG_DELTA_HAS_MAX	4
#define FGAGG_DELTA_HAS_MIN	8
#define FGAGG_DELTA_HAS_NAME	16

int fgagg_delta_make(const struct fgagg_raw *base, const struct fgagg_raw *now,
		     void **delta, size_t *size);
int fgagg_delta_apply(const struct fgagg_raw *base, const void *delta,
		      size_t size, char **now, size_t *now_size);

#endif /* FGAGG_DELTA_H */
