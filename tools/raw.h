/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * raw: the bytes of a snapshot, taken apart so that they can be put together
 * again: its records, and the rest.
 *
 * It is for what stores snapshots.  Who wants to know what is in one parses it,
 * see snapshot.h.
 */
#ifndef FGAGG_RAW_H
#define FGAGG_RAW_H

#include <stddef.h>

#include "snapshot.h"

/**
 * struct fgagg_raw - a snapshot in parts; all zero is none
 * @size: bytes of the snapshot
 * @head: its head
 * @records: its records, in order, in the snapshot's own bytes
 * @nr: number of @records
 * @rest: all that is no record, in order
 * @rest_size: bytes of @rest
 */
struct fgagg_raw {
	size_t size;
	struct fgagg_snapshot head;
	const struct fgagg_record **records;
	size_t nr;
	char *rest;
	size_t rest_size;
};

int fgagg_raw_split(struct fgagg_raw *raw, const void *data, size_t size);
void fgagg_raw_free(struct fgagg_raw *raw);

#endif /* FGAGG_RAW_H */
