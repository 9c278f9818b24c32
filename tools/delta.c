// SPDX-License-Identifier: GPL-2.0-only
/* Makes deltas; who puts snapshots together again is in delta_apply.c. */
#include "delta.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "columns.h"

/*
 * How far to look for a record in the base.  Records stay in their order, and
 * none goes, as long as there is no reset; so this is for what nobody expects.
 */
#define LOOK_AHEAD	64

static_assert(FGAGG_DELTA_REST + 1 == FGAGG_COLUMNS_NR, "a column is missing");

/**
 * struct making - a delta on its way
 * @out: its columns
 * @now: the snapshot
 * @run: records that were as they had been, not written yet
 */
struct making {
	struct fgagg_columns out;
	const struct fgagg_raw *now;
	__u64 run;
};

static void put(struct making *m, enum fgagg_delta_column column, __u64 value)
{
	fgagg_columns_put(&m->out, column, value);
}

static void put_kind(struct making *m, unsigned int kind)
{
	put(m, FGAGG_DELTA_RUN, m->run);
	m->run = 0;
	put(m, FGAGG_DELTA_KIND, kind);
}

static const struct fgagg_bucket *buckets_of(const struct fgagg_record *rec)
{
	return (const void *)(rec + 1);
}

/* Calls are not taken away, but a number modulo 2^64 would say that, too. */
static void put_buckets(struct making *m, const struct fgagg_record *base,
			const struct fgagg_record *now)
{
	const struct fgagg_bucket *old = buckets_of(base);
	const struct fgagg_bucket *old_end = old + base->nr_buckets;
	const struct fgagg_bucket *b = buckets_of(now);
	const struct fgagg_bucket *end = b + now->nr_buckets;
	__u64 more, changed = 0;
	__u32 index, last = 0;

	while (b < end || old < old_end) {
		index = old < old_end ? old->index : UINT32_MAX;
		if (b < end && b->index < index)
			index = b->index;
		more = 0;
		if (b < end && b->index == index)
			more += (b++)->count;
		if (old < old_end && old->index == index)
			more -= (old++)->count;
		if (!more)
			continue;
		put(m, FGAGG_DELTA_INDEX, index - last);
		put(m, FGAGG_DELTA_COUNT, more);
		last = index;
		changed++;
	}
	put(m, FGAGG_DELTA_BUCKETS, changed);
}

static void put_new(struct making *m, const struct fgagg_record *now)
{
	static const struct fgagg_record none;
	struct fgagg_record rec = *now;

	/* These follow from the buckets. */
	rec.size = 0;
	rec.nr_buckets = 0;
	put_kind(m, FGAGG_DELTA_NEW);
	fgagg_columns_put_bytes(&m->out, FGAGG_DELTA_RECORD, &rec, sizeof(rec));
	put_buckets(m, &none, now);
}

static bool has_other_max(const struct fgagg_record *base,
			  const struct fgagg_record *now)
{
	return base->max != now->max || base->max_ticks != now->max_ticks ||
	       base->max_pid != now->max_pid ||
	       memcmp(base->max_comm, now->max_comm, sizeof(now->max_comm));
}

/* Whether there are no differences but those that a delta knows. */
static bool is_expected(const struct fgagg_record *base,
			const struct fgagg_record *now)
{
	return base->cpu == now->cpu && base->key == now->key &&
	       base->context == now->context && base->parent == now->parent;
}

static void put_max(struct making *m, const struct fgagg_record *base,
		    const struct fgagg_record *now)
{
	put(m, FGAGG_DELTA_MAX, now->max - base->max);
	put(m, FGAGG_DELTA_TICKS, m->now->head.ticks - now->max_ticks);
	put(m, FGAGG_DELTA_PID, now->max_pid);
	fgagg_columns_put_bytes(&m->out, FGAGG_DELTA_COMM, now->max_comm,
				sizeof(now->max_comm));
}

static void put_changed(struct making *m, const struct fgagg_record *base,
			const struct fgagg_record *now)
{
	unsigned int kind = FGAGG_DELTA_CHANGED;

	if (has_other_max(base, now))
		kind |= FGAGG_DELTA_HAS_MAX;
	if (base->min != now->min)
		kind |= FGAGG_DELTA_HAS_MIN;
	if (base->name != now->name)
		kind |= FGAGG_DELTA_HAS_NAME;
	put_kind(m, kind);
	put(m, FGAGG_DELTA_TOTAL, now->total - base->total);
	put(m, FGAGG_DELTA_SELF, now->self - base->self);
	put(m, FGAGG_DELTA_COST, now->cost - base->cost);
	if (kind & FGAGG_DELTA_HAS_MAX)
		put_max(m, base, now);
	if (kind & FGAGG_DELTA_HAS_MIN)
		put(m, FGAGG_DELTA_MIN, base->min - now->min);
	if (kind & FGAGG_DELTA_HAS_NAME)
		put(m, FGAGG_DELTA_NAME, (__u32)(now->name - base->name));
	put_buckets(m, base, now);
}

/* Where in the base a record is, from @at on; @at if it is not there. */
static size_t find(const struct fgagg_raw *base, size_t at,
		   const struct fgagg_record *rec, bool *found)
{
	size_t i;

	for (i = at; i < base->nr && i < at + LOOK_AHEAD; i++) {
		*found = is_expected(base->records[i], rec);
		if (*found)
			return i;
	}
	*found = false;
	return at;
}

static void put_records(struct making *m, const struct fgagg_raw *base)
{
	const struct fgagg_record *rec, *old;
	size_t i, at = 0, to;
	bool found;

	for (i = 0; i < m->now->nr; i++) {
		rec = m->now->records[i];
		to = find(base, at, rec, &found);
		for (; at < to; at++)
			put_kind(m, FGAGG_DELTA_GONE);
		if (!found) {
			put_new(m, rec);
			continue;
		}
		old = base->records[at++];
		if (old->size == rec->size && !memcmp(old, rec, rec->size))
			m->run++;
		else
			put_changed(m, old, rec);
	}
	put(m, FGAGG_DELTA_RUN, m->run);
}

/**
 * fgagg_delta_make - make a delta of a snapshot
 * @base: the snapshot before
 * @now: the snapshot
 * @delta: set to the delta; the caller frees it
 * @size: set to bytes of it
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_delta_make(const struct fgagg_raw *base, const struct fgagg_raw *now,
		     void **delta, size_t *size)
{
	struct making m = { .now = now };
	int ret;

	put_records(&m, base);
	fgagg_columns_put_bytes(&m.out, FGAGG_DELTA_REST, now->rest,
				now->rest_size);
	ret = fgagg_columns_join(&m.out, delta, size);
	fgagg_columns_free(&m.out);
	return ret;
}
