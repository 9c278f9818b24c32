// SPDX-License-Identifier: GPL-2.0-only
/* Puts snapshots together again; who makes deltas is in delta.c. */
#include "delta.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "runfile.h"

/* The least that a bucket takes in a delta. */
#define BUCKET_MIN	2

/**
 * struct applying - a snapshot on its way; nothing in a delta is trusted
 * @in: the columns of the delta
 * @base: the snapshot before
 * @next: the record of @base that is next
 * @run: so many of them are as they were
 * @ticks: when the snapshot was taken
 * @to: the snapshot
 * @at: bytes of it that are there
 * @end: where what comes now has to end
 */
struct applying {
	struct fgagg_columns_reader in;
	const struct fgagg_raw *base;
	size_t next;
	__u64 run;
	__u64 ticks;
	char *to;
	size_t at;
	size_t end;
};

static __u64 get(struct applying *a, enum fgagg_delta_column column)
{
	return fgagg_columns_get(&a->in, column);
}

static bool append(struct applying *a, const void *data, size_t size)
{
	if (!data || size > a->end - a->at)
		return false;
	memcpy(a->to + a->at, data, size);
	a->at += size;
	return true;
}

static bool append_rest(struct applying *a, size_t size)
{
	return append(a, fgagg_columns_get_bytes(&a->in, FGAGG_DELTA_REST, size),
		      size);
}

static bool append_bucket(struct applying *a, __u32 index, __u64 count)
{
	const struct fgagg_bucket bucket = { .index = index, .count = count };

	return append(a, &bucket, sizeof(bucket));
}

static bool next_index(struct applying *a, bool first, __u32 *index)
{
	__u64 step = get(a, FGAGG_DELTA_INDEX);

	if (a->in.bad || step > UINT32_MAX - *index || (!first && !step))
		return false;
	*index += step;
	return true;
}

/* All buckets of the base, with what has been added to them or is new. */
static bool append_buckets(struct applying *a, const struct fgagg_bucket *old,
			   size_t nr_old)
{
	__u64 i, count, changed = get(a, FGAGG_DELTA_BUCKETS);
	const struct fgagg_bucket *end = old + nr_old;
	__u32 index = 0;

	for (i = 0; i < changed; i++) {
		if (!next_index(a, !i, &index))
			return false;
		for (; old < end && old->index < index; old++)
			if (!append(a, old, sizeof(*old)))
				return false;
		count = get(a, FGAGG_DELTA_COUNT);
		if (old < end && old->index == index)
			count += (old++)->count;
		if (count && !append_bucket(a, index, count))
			return false;
	}
	return append(a, old, (end - old) * sizeof(*old));
}

/* A record, whose size is known when its buckets are there. */
static bool append_record(struct applying *a, struct fgagg_record *rec,
			  const struct fgagg_record *base)
{
	size_t at = a->at;

	if (!append(a, rec, sizeof(*rec)) ||
	    !append_buckets(a, (const void *)(base + 1), base->nr_buckets))
		return false;
	rec->size = a->at - at;
	rec->nr_buckets = (rec->size - sizeof(*rec)) /
			  sizeof(struct fgagg_bucket);
	memcpy(a->to + at, rec, sizeof(*rec));
	return true;
}

static bool append_new(struct applying *a)
{
	static const struct fgagg_record none;
	struct fgagg_record rec;
	const void *data;

	data = fgagg_columns_get_bytes(&a->in, FGAGG_DELTA_RECORD, sizeof(rec));
	if (!data)
		return false;
	memcpy(&rec, data, sizeof(rec));
	return rec.header_size == sizeof(rec) &&
	       append_record(a, &rec, &none);
}

static bool change_max(struct applying *a, struct fgagg_record *rec)
{
	const void *comm;

	rec->max += get(a, FGAGG_DELTA_MAX);
	rec->max_ticks = a->ticks - get(a, FGAGG_DELTA_TICKS);
	rec->max_pid = get(a, FGAGG_DELTA_PID);
	comm = fgagg_columns_get_bytes(&a->in, FGAGG_DELTA_COMM,
				       sizeof(rec->max_comm));
	if (comm)
		memcpy(rec->max_comm, comm, sizeof(rec->max_comm));
	return comm;
}

static bool append_changed(struct applying *a, const struct fgagg_record *base,
			   __u64 kind)
{
	struct fgagg_record rec = *base;

	rec.total += get(a, FGAGG_DELTA_TOTAL);
	rec.self += get(a, FGAGG_DELTA_SELF);
	rec.cost += get(a, FGAGG_DELTA_COST);
	if (kind & FGAGG_DELTA_HAS_MAX && !change_max(a, &rec))
		return false;
	if (kind & FGAGG_DELTA_HAS_MIN)
		rec.min -= get(a, FGAGG_DELTA_MIN);
	if (kind & FGAGG_DELTA_HAS_NAME)
		rec.name += get(a, FGAGG_DELTA_NAME);
	return append_record(a, &rec, base);
}

static const struct fgagg_record *next_of_base(struct applying *a)
{
	return a->next < a->base->nr ? a->base->records[a->next++] : NULL;
}

static bool append_next(struct applying *a)
{
	__u64 kind = get(a, FGAGG_DELTA_KIND);
	const struct fgagg_record *base = NULL;
	bool ok;

	if (a->in.bad)
		return false;
	if (kind != FGAGG_DELTA_NEW) {
		base = next_of_base(a);
		if (!base)
			return false;
	}
	if (kind == FGAGG_DELTA_NEW)
		ok = append_new(a);
	else
		ok = kind == FGAGG_DELTA_GONE || append_changed(a, base, kind);
	a->run = get(a, FGAGG_DELTA_RUN);
	return ok;
}

/* A section of records; a run may go on in the next one. */
static bool append_records(struct applying *a, size_t size)
{
	const struct fgagg_record *base;
	size_t end = a->end;

	if (size > a->end - a->at)
		return false;
	a->end = a->at + size;
	while (a->at < a->end) {
		if (!a->run) {
			if (!append_next(a))
				return false;
			continue;
		}
		base = next_of_base(a);
		if (!base || !append(a, base, base->size))
			return false;
		a->run--;
	}
	a->end = end;
	return true;
}

static bool append_section(struct applying *a)
{
	struct fgagg_section sec;
	const char *head = a->to + a->at;
	size_t pad;

	if (!append_rest(a, sizeof(sec)))
		return false;
	memcpy(&sec, head, sizeof(sec));
	if (sec.size > a->end - a->at)
		return false;
	pad = -sec.size & 7;
	if (sec.type != FGAGG_SECTION_RECORDS)
		return append_rest(a, sec.size + pad);
	return append_records(a, sec.size) && append_rest(a, pad);
}

static bool append_all(struct applying *a)
{
	a->run = get(a, FGAGG_DELTA_RUN);
	if (!append_rest(a, sizeof(struct fgagg_snapshot)))
		return false;
	while (a->at < a->end)
		if (!append_section(a))
			return false;
	return !a->run && fgagg_columns_ended(&a->in);
}

/*
 * How large the snapshot is to be.  No delta makes more of itself than buckets,
 * so one that says so is not believed before memory is spent on it.
 */
static int find_size(struct applying *a, size_t delta, size_t *size)
{
	const size_t most = delta / BUCKET_MIN * sizeof(struct fgagg_bucket) +
			    delta + a->base->size;
	struct fgagg_snapshot head;

	if (a->in.left[FGAGG_DELTA_REST] < sizeof(head))
		return -EBADMSG;
	memcpy(&head, a->in.at[FGAGG_DELTA_REST], sizeof(head));
	if (head.size > most || head.size > FGAGG_RUNFILE_PLAIN_MAX ||
	    head.size < sizeof(head))
		return -EBADMSG;
	a->ticks = head.ticks;
	*size = head.size;
	return 0;
}

/**
 * fgagg_delta_apply - put a snapshot together again
 * @base: the snapshot before
 * @delta: from fgagg_delta_make(), or anything
 * @size: bytes of it
 * @now: set to the snapshot; the caller frees it
 * @now_size: set to bytes of it
 *
 * Return: 0; -EBADMSG if it is no delta of @base; -ENOMEM.
 */
int fgagg_delta_apply(const struct fgagg_raw *base, const void *delta,
		      size_t size, char **now, size_t *now_size)
{
	struct applying a = { .base = base };
	int ret;

	ret = fgagg_columns_split(&a.in, delta, size);
	if (!ret)
		ret = find_size(&a, size, &a.end);
	if (ret)
		return ret;
	a.to = malloc(a.end);
	if (!a.to)
		return -ENOMEM;
	*now_size = a.end;
	*now = a.to;
	if (append_all(&a))
		return 0;
	free(a.to);
	return -EBADMSG;
}
