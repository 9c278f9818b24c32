// SPDX-License-Identifier: GPL-2.0-only
#include "raw.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Buckets by rising index, none of them empty: there is one way to write them. */
static bool is_plain(const struct fgagg_record *rec)
{
	const struct fgagg_bucket *b = (const void *)(rec + 1);
	__u32 i;

	for (i = 0; i < rec->nr_buckets; i++)
		if (b[i].reserved || !b[i].count ||
		    (i && b[i].index <= b[i - 1].index))
			return false;
	return true;
}

static int take_records(struct fgagg_raw *raw, const char *data, size_t size)
{
	const struct fgagg_record *rec;

	while (size) {
		rec = (const void *)data;
		if (size < sizeof(*rec) || rec->size > size ||
		    rec->header_size != sizeof(*rec) ||
		    rec->size != sizeof(*rec) + (__u64)rec->nr_buckets *
					       sizeof(struct fgagg_bucket) ||
		    !is_plain(rec))
			return -EINVAL;
		raw->records[raw->nr++] = rec;
		data += rec->size;
		size -= rec->size;
	}
	return 0;
}

static void take_rest(struct fgagg_raw *raw, const char *data, size_t size)
{
	memcpy(raw->rest + raw->rest_size, data, size);
	raw->rest_size += size;
}

static int take_section(struct fgagg_raw *raw, const char *data, size_t left,
			size_t *size)
{
	struct fgagg_section sec;
	size_t pad;

	if (left < sizeof(sec))
		return -EINVAL;
	memcpy(&sec, data, sizeof(sec));
	left -= sizeof(sec);
	pad = -sec.size & 7;
	if (sec.size > left || pad > left - sec.size)
		return -EINVAL;
	*size = sizeof(sec) + sec.size + pad;
	if (sec.type != FGAGG_SECTION_RECORDS) {
		take_rest(raw, data, *size);
		return 0;
	}
	take_rest(raw, data, sizeof(sec));
	data += sizeof(sec);
	take_rest(raw, data + sec.size, pad);
	return take_records(raw, data, sec.size);
}

static int take_all(struct fgagg_raw *raw, const char *data, size_t size)
{
	size_t at = sizeof(raw->head), taken = 0;
	int ret = 0;

	take_rest(raw, data, at);
	for (; !ret && at < size; at += taken)
		ret = take_section(raw, data + at, size - at, &taken);
	return ret;
}

/**
 * fgagg_raw_split - take a snapshot apart
 * @raw: set; to be given back also on failure
 * @data: the snapshot, at a multiple of 8, which has to live as long as @raw
 * @size: bytes of it
 *
 * Return: 0; -EINVAL if it is not as modules of this version write it; -ENOMEM.
 */
int fgagg_raw_split(struct fgagg_raw *raw, const void *data, size_t size)
{
	memset(raw, 0, sizeof(*raw));
	if (size < sizeof(raw->head))
		return -EINVAL;
	memcpy(&raw->head, data, sizeof(raw->head));
	if (raw->head.magic != FGAGG_SNAPSHOT_MAGIC ||
	    raw->head.version != FGAGG_SNAPSHOT_VERSION ||
	    raw->head.header_size != sizeof(raw->head) ||
	    raw->head.size != size)
		return -EINVAL;
	raw->size = size;
	raw->rest = malloc(size);
	raw->records = calloc(size / sizeof(struct fgagg_record) + 1,
			      sizeof(*raw->records));
	if (!raw->rest || !raw->records)
		return -ENOMEM;
	return take_all(raw, data, size);
}

/**
 * fgagg_raw_free - give back what fgagg_raw_split() made
 * @raw: the parts
 */
void fgagg_raw_free(struct fgagg_raw *raw)
{
	free(raw->records);
	free(raw->rest);
	memset(raw, 0, sizeof(*raw));
}
