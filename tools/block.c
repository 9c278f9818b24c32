// SPDX-License-Identifier: GPL-2.0-only
#include "block.h"

#include <assert.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "runfile.h"

#define SKIPPABLE	0x184d2a5fU	/* RFC 8878, 3.1.2 */
#define MAGIC		0x4e55524747414746ULL	/* "FGAGGRUN" */

/* Of deltas: what zstd allows, and how much memory is well spent. */
#define WINDOW_LOG_MIN	10
#define WINDOW_LOG_MAX	31
#define HASH_LOG_MIN	12
#define HASH_LOG_MAX	22

/* A head as it is stored, little-endian; crc covers all after itself. */
struct head {
	__u32 skippable;
	__u32 skip;
	__u64 magic;
	__u32 crc;
	__u16 version;
	__u16 type;
	__u64 stored;
	__u64 plain;
	__u64 epoch;
	__u64 time;
};

static_assert(sizeof(struct head) == FGAGG_BLOCK_HEAD, "head has padding");

static __u32 block_crc(const unsigned char *data, size_t size)
{
	const size_t from = offsetof(struct head, crc) + sizeof(__u32);

	return crc32_z(0, data + from, size - from);
}

/**
 * fgagg_block_begins - whether bytes look like the start of a block
 * @data: the bytes
 * @size: how many
 *
 * Return: true if so.
 */
bool fgagg_block_begins(const void *data, size_t size)
{
	struct head head;

	if (size < offsetof(struct head, crc))
		return false;
	memcpy(&head, data, offsetof(struct head, crc));
	return le32toh(head.skippable) == SKIPPABLE &&
	       le64toh(head.magic) == MAGIC;
}

/*
 * The fastest level: of the columns of deltas others make less than 3 % more.  The
 * table is to remember every few bytes of the base.
 */
static int set_up(ZSTD_CCtx *ctx, const struct fgagg_base *base, size_t size)
{
	size_t both = base->size + size;
	int log = both > 1 ? 64 - __builtin_clzll(both - 1) : 0;
	size_t ret;

	ret = ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel, 1);
	if (!base->data || ZSTD_isError(ret))
		return ZSTD_isError(ret) ? -EINVAL : 0;
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_windowLog,
			       log < WINDOW_LOG_MIN ? WINDOW_LOG_MIN : log);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_hashLog,
			       log < HASH_LOG_MIN ? HASH_LOG_MIN :
			       log > HASH_LOG_MAX ? HASH_LOG_MAX : log);
	ret = ZSTD_CCtx_refPrefix(ctx, base->data, base->size);
	return ZSTD_isError(ret) ? -EINVAL : 0;
}

/* Compresses into @to, which has @room for the worst case. */
static int squeeze(const struct fgagg_base *base, const void *plain,
		   size_t size, void *to, size_t room, size_t *stored)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	int ret;

	if (!ctx)
		return -ENOMEM;
	ret = set_up(ctx, base, size);
	if (!ret) {
		*stored = ZSTD_compress2(ctx, to, room, plain, size);
		/* All else is known to be right. */
		ret = ZSTD_isError(*stored) ? -ENOMEM : 0;
	}
	ZSTD_freeCCtx(ctx);
	return ret;
}

/* A delta is hidden from tools that have no base, others are for them to see. */
static __u64 skip_of(const struct fgagg_block *block)
{
	return sizeof(struct head) - 8 +
	       (block->type == FGAGG_BLOCK_DELTA ? block->stored : 0);
}

/**
 * fgagg_block_pack - compress content into a block
 * @block: type, plain, epoch and time are set; the rest gets set
 * @base: what a delta refers to, otherwise all zero
 * @plain: the content
 * @data: set to the block's bytes; the caller frees them
 * @size: set to their number
 *
 * Return: 0; -EFBIG if the content is too large; -ENOMEM.
 */
int fgagg_block_pack(struct fgagg_block *block, const struct fgagg_base *base,
		     const void *plain, void **data, size_t *size)
{
	struct head head = {
		.skippable = htole32(SKIPPABLE),
		.magic = htole64(MAGIC),
		.version = htole16(FGAGG_RUNFILE_VERSION),
		.type = htole16(block->type),
		.plain = htole64(block->plain),
		.epoch = htole64(block->epoch),
		.time = htole64(block->time),
	};
	size_t room, stored;
	unsigned char *buf;
	int ret;

	if (block->plain > FGAGG_RUNFILE_PLAIN_MAX)
		return -EFBIG;
	room = ZSTD_compressBound(block->plain);
	buf = malloc(sizeof(head) + room);
	if (!buf)
		return -ENOMEM;
	ret = squeeze(base, plain, block->plain, buf + sizeof(head), room,
		      &stored);
	if (ret) {
		free(buf);
		return ret;
	}
	block->version = FGAGG_RUNFILE_VERSION;
	block->stored = stored;
	head.stored = htole64(stored);
	head.skip = htole32(skip_of(block));
	*size = sizeof(head) + stored;
	memcpy(buf, &head, sizeof(head));
	head.crc = htole32(block_crc(buf, *size));
	memcpy(buf, &head, sizeof(head));
	*data = buf;
	return 0;
}

/**
 * fgagg_block_head - read the head of a block
 * @data: FGAGG_BLOCK_HEAD bytes
 * @block: set to what they say, which is not to be trusted yet
 *
 * Return: 0, or -EBADMSG if they are no head, or one of a block that is larger than
 * any can be.
 */
int fgagg_block_head(const void *data, struct fgagg_block *block)
{
	struct head head;

	if (!fgagg_block_begins(data, sizeof(head)))
		return -EBADMSG;
	memcpy(&head, data, sizeof(head));
	block->type = le16toh(head.type);
	block->version = le16toh(head.version);
	block->stored = le64toh(head.stored);
	block->plain = le64toh(head.plain);
	block->epoch = le64toh(head.epoch);
	block->time = le64toh(head.time);
	if (le32toh(head.skip) != skip_of(block))
		return -EBADMSG;
	/* Nobody knows what is right in another version. */
	if (block->version != FGAGG_RUNFILE_VERSION)
		return 0;
	return block->plain > FGAGG_RUNFILE_PLAIN_MAX ||
	       block->stored > ZSTD_compressBound(block->plain) ? -EBADMSG : 0;
}

/**
 * fgagg_block_check - check a block against its checksum
 * @block: set by fgagg_block_head()
 * @data: the block, FGAGG_BLOCK_HEAD and its stored bytes
 *
 * Return: 0, or -EBADMSG if it is damaged.
 */
int fgagg_block_check(const struct fgagg_block *block, const void *data)
{
	struct head head;

	memcpy(&head, data, sizeof(head));
	return le32toh(head.crc) == block_crc(data, sizeof(head) + block->stored) ?
	       0 : -EBADMSG;
}

static size_t expand(const struct fgagg_base *base, const void *stored,
		     size_t size, void *to, size_t room)
{
	ZSTD_DCtx *ctx = ZSTD_createDCtx();
	size_t n = 0;

	if (!ctx)
		return 0;
	/* All is in memory anyway, so a large window takes no more of it. */
	ZSTD_DCtx_setParameter(ctx, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	if (!base->data ||
	    !ZSTD_isError(ZSTD_DCtx_refPrefix(ctx, base->data, base->size)))
		n = ZSTD_decompressDCtx(ctx, to, room, stored, size);
	ZSTD_freeDCtx(ctx);
	return n;
}

/**
 * fgagg_block_unpack - decompress the content of a block
 * @block: its head, checked
 * @base: what a delta refers to, otherwise all zero
 * @data: the block
 * @plain: set to the content and a zero byte; the caller frees it
 *
 * Return: 0, -EBADMSG if it does not unpack to what the head says, or -ENOMEM.
 */
int fgagg_block_unpack(const struct fgagg_block *block,
		       const struct fgagg_base *base, const void *data,
		       char **plain)
{
	const char *stored = (const char *)data + FGAGG_BLOCK_HEAD;
	char *buf;
	size_t n;

	/* Before memory is spent on a content that only the head announces. */
	if (ZSTD_getFrameContentSize(stored, block->stored) != block->plain)
		return -EBADMSG;
	buf = malloc(block->plain + 1);
	if (!buf)
		return -ENOMEM;
	n = expand(base, stored, block->stored, buf, block->plain);
	if (ZSTD_isError(n) || n != block->plain) {
		free(buf);
		return -EBADMSG;
	}
	buf[n] = '\0';
	*plain = buf;
	return 0;
}
