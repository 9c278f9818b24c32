// SPDX-License-Identifier: GPL-2.0-only
#include "snapshot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* KSYM_NAME_LEN and MODULE_NAME_LEN of the kernel, and " []". */
#define NAME_MAX_LEN	(512 + 56 + 3)

/* Of a record, before it had a cost. */
#define RECORD_SIZE_FIRST	offsetof(struct fgagg_record, cost)

struct fgagg_snap {
	char *data;
	size_t size;
	struct fgagg_snapshot head;
	const char *strings;
	size_t strings_size;
	char *stats;
	const struct fgagg_record **records;
	size_t nr_records;
	__u32 nr_indices;	/* buckets that the precision knows */
};

static int check_magic(const char *data, size_t size, struct fgagg_error *err)
{
	__u64 magic;

	if (size < sizeof(magic))
		return fgagg_error_set(err, -EINVAL,
				       "not a snapshot: only %zu bytes", size);
	memcpy(&magic, data, sizeof(magic));
	if (magic == __builtin_bswap64(FGAGG_SNAPSHOT_MAGIC))
		return fgagg_error_set(err, -EINVAL,
				       "snapshot of a machine of the other byte order: read it there");
	if (magic != FGAGG_SNAPSHOT_MAGIC)
		return fgagg_error_set(err, -EINVAL,
				       "neither a run file nor a snapshot ('fgagg import' makes a run file of a log of function_graph)");
	return 0;
}

static int check_version(const char *data, size_t size,
			 struct fgagg_error *err)
{
	const size_t at = offsetof(struct fgagg_snapshot, version);
	__u32 version;

	if (size < at + sizeof(version))
		return fgagg_error_set(err, -EINVAL,
				       "snapshot is cut short: %zu bytes, less than its header",
				       size);
	memcpy(&version, data + at, sizeof(version));
	if (version != FGAGG_SNAPSHOT_VERSION)
		return fgagg_error_set(err, -EPROTO,
				       "snapshot has version %u, this fgagg knows version %u: use the fgagg of the module's release",
				       version, FGAGG_SNAPSHOT_VERSION);
	return 0;
}

static int parse_head(struct fgagg_snap *snap, struct fgagg_error *err)
{
	struct fgagg_snapshot *head = &snap->head;
	int ret;

	ret = check_magic(snap->data, snap->size, err);
	if (!ret)
		ret = check_version(snap->data, snap->size, err);
	if (ret)
		return ret;
	if (snap->size < sizeof(*head))
		return fgagg_error_set(err, -EINVAL,
				       "snapshot is cut short: %zu bytes, less than its header",
				       snap->size);
	memcpy(head, snap->data, sizeof(*head));
	if (head->size != snap->size)
		return fgagg_error_set(err, -EINVAL,
				       "snapshot is cut short or too long: %zu bytes, its header says %llu",
				       snap->size, head->size);
	if (head->header_size < sizeof(*head) || head->header_size % 8 ||
	    head->header_size > snap->size)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: header of %u bytes",
				       head->header_size);
	if (!head->clock_khz)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: clock of 0 kHz");
	if (head->precision < FGAGG_PRECISION_MIN ||
	    head->precision > FGAGG_PRECISION_MAX)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: precision %u, not %u to %u",
				       head->precision, FGAGG_PRECISION_MIN,
				       FGAGG_PRECISION_MAX);
	snap->nr_indices = fgagg_bucket_count(head->precision);
	return 0;
}

static int take_stats(struct fgagg_snap *snap, const char *data, size_t size,
		      struct fgagg_error *err)
{
	if (snap->stats)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: two sections of stats");
	snap->stats = strndup(data, size);
	return snap->stats ? 0 : fgagg_error_nomem(err);
}

static int take_strings(struct fgagg_snap *snap, const char *data, size_t size,
			struct fgagg_error *err)
{
	if (snap->strings)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: two sections of names");
	if (!size || data[0] || data[size - 1])
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: names without their zero bytes");
	snap->strings = data;
	snap->strings_size = size;
	return 0;
}

/* Finds where each record starts; what is in them is checked later. */
static int take_records(struct fgagg_snap *snap, const char *data, size_t size,
			struct fgagg_error *err)
{
	while (size) {
		const struct fgagg_record *rec = (const void *)data;

		if (size < RECORD_SIZE_FIRST || rec->size < RECORD_SIZE_FIRST ||
		    rec->size > size || rec->size % 8)
			return fgagg_error_set(err, -EINVAL,
					       "damaged snapshot: record %zu has a wrong size",
					       snap->nr_records);
		if (snap->nr_records == snap->head.nr_records)
			return fgagg_error_set(err, -EINVAL,
					       "damaged snapshot: more than the %u records it announces",
					       snap->head.nr_records);
		snap->records[snap->nr_records++] = rec;
		data += rec->size;
		size -= rec->size;
	}
	return 0;
}

static int take_section(struct fgagg_snap *snap, __u32 type, const char *data,
			size_t size, struct fgagg_error *err)
{
	switch (type) {
	case FGAGG_SECTION_STATS:
		return take_stats(snap, data, size, err);
	case FGAGG_SECTION_STRINGS:
		return take_strings(snap, data, size, err);
	case FGAGG_SECTION_RECORDS:
		return take_records(snap, data, size, err);
	default:
		return 0;	/* of a newer module, to be skipped */
	}
}

static int parse_sections(struct fgagg_snap *snap, struct fgagg_error *err)
{
	size_t at = snap->head.header_size;
	int ret;

	while (at < snap->size) {
		struct fgagg_section sec;
		size_t left = snap->size - at, pad;

		if (left < sizeof(sec))
			return fgagg_error_set(err, -EINVAL,
					       "damaged snapshot: half a section head at byte %zu",
					       at);
		memcpy(&sec, snap->data + at, sizeof(sec));
		at += sizeof(sec);
		left -= sizeof(sec);
		pad = -sec.size & 7;
		if (sec.size > left || pad > left - sec.size)
			return fgagg_error_set(err, -EINVAL,
					       "damaged snapshot: section of %llu bytes where %zu are left",
					       sec.size, left);
		ret = take_section(snap, sec.type, snap->data + at, sec.size,
				   err);
		if (ret)
			return ret;
		at += sec.size + pad;
	}
	if (snap->nr_records != snap->head.nr_records)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: %zu records, its header says %u",
				       snap->nr_records, snap->head.nr_records);
	return 0;
}

/*
 * A name is printed to terminals and split at semicolons.  It may be empty: the
 * function was in a module that is gone.
 */
static bool name_is_sound(const struct fgagg_snap *snap, __u32 offset)
{
	const char *name;
	size_t len, i;

	if (offset >= snap->strings_size)
		return false;
	name = snap->strings + offset;
	len = strnlen(name, NAME_MAX_LEN + 1);
	if (len > NAME_MAX_LEN)
		return false;
	for (i = 0; i < len; i++)
		if (name[i] < ' ' || name[i] > '~' || name[i] == ';')
			return false;
	return true;
}

static bool buckets_are_sound(const struct fgagg_snap *snap,
			      const struct fgagg_record *rec)
{
	const struct fgagg_bucket *b = fgagg_snapshot_buckets(rec);
	__u64 count = 0;
	__u32 i;

	for (i = 0; i < rec->nr_buckets; i++) {
		if (b[i].index >= snap->nr_indices ||
		    (i && b[i].index <= b[i - 1].index))
			return false;
		if (__builtin_add_overflow(count, b[i].count, &count) ||
		    count > INT64_MAX)
			return false;
	}
	return true;
}

static int check_record(const struct fgagg_snap *snap, size_t i,
			struct fgagg_error *err)
{
	const struct fgagg_record *rec = snap->records[i];
	const char *what = NULL;
	__u64 buckets = (__u64)rec->nr_buckets * sizeof(struct fgagg_bucket);

	if (rec->header_size < RECORD_SIZE_FIRST || rec->header_size % 8 ||
	    rec->header_size > rec->size ||
	    buckets != rec->size - rec->header_size)
		what = "sizes that do not add up";
	else if (rec->context >= FGAGG_CTX_NR)
		what = "an unknown context";
	else if (!name_is_sound(snap, rec->name))
		what = "no proper name";
	else if (!buckets_are_sound(snap, rec))
		what = "an impossible histogram";
	if (what)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: record %zu has %s",
				       i, what);
	return 0;
}

static int parse(struct fgagg_snap *snap, struct fgagg_error *err)
{
	size_t i;
	int ret;

	ret = parse_head(snap, err);
	if (ret)
		return ret;
	if (snap->head.nr_records > snap->size / RECORD_SIZE_FIRST)
		return fgagg_error_set(err, -EINVAL,
				       "damaged snapshot: %u records in %zu bytes",
				       snap->head.nr_records, snap->size);
	snap->records = calloc((size_t)snap->head.nr_records + 1,
			       sizeof(*snap->records));
	if (!snap->records)
		return fgagg_error_nomem(err);
	ret = parse_sections(snap, err);
	for (i = 0; !ret && i < snap->nr_records; i++)
		ret = check_record(snap, i, err);
	return ret;
}

/**
 * fgagg_snapshot_parse - check the bytes of a snapshot
 * @data: the bytes, from malloc(); taken over, also on failure
 * @size: how many
 * @snap: set to the snapshot
 * @err: set on failure
 *
 * Return: 0; -EINVAL if it is not a sound snapshot of this machine's byte
 * order; -EPROTO if it is of an unknown version; -ENOMEM.
 */
int fgagg_snapshot_parse(void *data, size_t size, struct fgagg_snap **snap,
			 struct fgagg_error *err)
{
	struct fgagg_snap *s = calloc(1, sizeof(*s));
	int ret;

	if (!s) {
		free(data);
		return fgagg_error_nomem(err);
	}
	s->data = data;
	s->size = size;
	ret = parse(s, err);
	if (ret) {
		fgagg_snapshot_free(s);
		return ret;
	}
	*snap = s;
	return 0;
}

/**
 * fgagg_snapshot_free - give back a snapshot
 * @snap: from fgagg_snapshot_parse(), or NULL
 */
void fgagg_snapshot_free(struct fgagg_snap *snap)
{
	if (!snap)
		return;
	free(snap->records);
	free(snap->stats);
	free(snap->data);
	free(snap);
}

/**
 * fgagg_snapshot_head - the header
 * @snap: a snapshot
 *
 * Return: the header as this fgagg knows it.
 */
const struct fgagg_snapshot *
fgagg_snapshot_head(const struct fgagg_snap *snap)
{
	return &snap->head;
}

/**
 * fgagg_snapshot_stats - the text of the file "stats" when it was taken
 * @snap: a snapshot
 *
 * Return: the text, empty if the snapshot has none.
 */
const char *fgagg_snapshot_stats(const struct fgagg_snap *snap)
{
	return snap->stats ? snap->stats : "";
}

/**
 * fgagg_snapshot_bytes - all of it
 * @snap: a snapshot
 * @size: set to the number of bytes
 *
 * Return: the bytes that were parsed.
 */
const void *fgagg_snapshot_bytes(const struct fgagg_snap *snap, size_t *size)
{
	*size = snap->size;
	return snap->data;
}

/**
 * fgagg_snapshot_count - the number of records
 * @snap: a snapshot
 *
 * Return: the number.
 */
size_t fgagg_snapshot_count(const struct fgagg_snap *snap)
{
	return snap->nr_records;
}

/**
 * fgagg_snapshot_record - one record
 * @snap: a snapshot
 * @i: below fgagg_snapshot_count()
 *
 * Return: the record, which lives as long as the snapshot.
 */
const struct fgagg_record *
fgagg_snapshot_record(const struct fgagg_snap *snap, size_t i)
{
	return snap->records[i];
}

/**
 * fgagg_snapshot_buckets - the histogram of a record
 * @rec: of fgagg_snapshot_record()
 *
 * Return: its nr_buckets buckets, by rising index.
 */
const struct fgagg_bucket *
fgagg_snapshot_buckets(const struct fgagg_record *rec)
{
	return (const void *)((const char *)rec + rec->header_size);
}

/**
 * fgagg_snapshot_cost - what was taken off the times of a record
 * @rec: of fgagg_snapshot_record()
 *
 * Return: ticks; 0 if the module was too old to do that.
 */
__u64 fgagg_snapshot_cost(const struct fgagg_record *rec)
{
	return rec->header_size < sizeof(*rec) ? 0 : rec->cost;
}

/**
 * fgagg_snapshot_name - the function of a record
 * @snap: a snapshot
 * @rec: one of its records
 *
 * Return: "name" or "name [module]"; "(unknown)" if the module had no name.
 */
const char *fgagg_snapshot_name(const struct fgagg_snap *snap,
				const struct fgagg_record *rec)
{
	const char *name = snap->strings + rec->name;

	return *name ? name : "(unknown)";
}
