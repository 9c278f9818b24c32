/* SPDX-License-Identifier: GPL-2.0-only */
/* block: the unit of a run file, see runfile.h. */
#ifndef FGAGG_BLOCK_H
#define FGAGG_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

enum fgagg_block_type {
	FGAGG_BLOCK_IDENTITY = 1,
	FGAGG_BLOCK_SNAPSHOT,
	FGAGG_BLOCK_DELTA,
};

/**
 * struct fgagg_base - the content that another refers to
 * @data: the bytes, NULL for none
 * @size: how many
 */
struct fgagg_base {
	const void *data;
	size_t size;
};

/**
 * struct fgagg_block - what the head of a block says
 * @type: &enum fgagg_block_type
 * @version: of the run file's format
 * @stored: bytes of the frame that follows
 * @plain: bytes of its content
 * @epoch: of the snapshot, otherwise 0
 * @time: CLOCK_REALTIME of the snapshot in ns, otherwise 0
 */
struct fgagg_block {
	__u32 type;
	__u32 version;
	__u64 stored;
	__u64 plain;
	__u64 epoch;
	__u64 time;
};

#define FGAGG_BLOCK_HEAD	56

bool fgagg_block_begins(const void *data, size_t size);
int fgagg_block_pack(struct fgagg_block *block, const struct fgagg_base *base,
		     const void *plain, void **data, size_t *size);
int fgagg_block_head(const void *data, struct fgagg_block *block);
int fgagg_block_check(const struct fgagg_block *block, const void *data);
int fgagg_block_unpack(const struct fgagg_block *block,
		       const struct fgagg_base *base, const void *data,
		       char **plain);

#endif /* FGAGG_BLOCK_H */
