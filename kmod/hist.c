// SPDX-License-Identifier: GPL-2.0-only
#include "hist.h"

#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/processor.h>

/*
 * The link of a chunk: the number of the next one in its ring and, below it,
 * what the chunk is.  A way has the octaves that are equal modulo
 * FGAGG_HIST_WAYS, so 3 bits tell which, and 2 more the level.
 *
 * If an interrupt adds the very chunk that is being added, the ring has it twice.
 * Either may be used, and readers add them up.
 */
#define LINK_LEVEL	3
#define LINK_WHAT	((1U << FGAGG_LINK_BITS) - 1)

static_assert((FGAGG_VALUE_BITS - 1) / FGAGG_HIST_WAYS < 1 << LINK_LEVEL);
static_assert(FGAGG_HIST_LEVELS <= 1 << (FGAGG_LINK_BITS - LINK_LEVEL));

/* No bucket wraps in a month of 10 million calls in a second. */
static_assert((u64)U16_MAX << (FGAGG_HIST_LEVELS - 1) * FGAGG_COUNTER_BITS >
	      31 * 24 * 3600 * 10000000ULL);

/*
 * Of a way that is taken by one octave another is asked for: each time that a
 * bucket has been asked for so often, its octave gets the way.
 */
#define PATIENCE	16

static u32 link_what(u32 octave, u32 level)
{
	return octave / FGAGG_HIST_WAYS | level << LINK_LEVEL;
}

/**
 * fgagg_hist_init - make an empty histogram
 * @hist: zeroed memory
 */
void fgagg_hist_init(struct fgagg_hist *hist)
{
	u32 i;

	for (i = 0; i < FGAGG_HIST_WAYS; i++)
		hist->octave[i] = FGAGG_OCTAVE_NONE;
}

/* Any chunk of a way's ring, or 0 if there is none. */
static u32 ring_enter(const struct fgagg_hist *hist,
		      const struct fgagg_pool *pool, u32 i)
{
	/* Pairs with the first barrier in ring_link_in(). */
	u32 way = smp_load_acquire(&hist->way[i]);

	return way ? READ_ONCE(*fgagg_pool_link(pool, way)) >> FGAGG_LINK_BITS : 0;
}

/* What a chunk is, and which is next. */
static u32 ring_link(const struct fgagg_pool *pool, u32 chunk)
{
	/* Pairs with the second barrier in ring_link_in(). */
	return smp_load_acquire(fgagg_pool_link(pool, fgagg_pool_way(pool, chunk)));
}

/*
 * The chunk of an octave and level, or 0 if there is none.  A ring is not
 * longer than the octaves of its way times the levels.
 */
static u32 ring_find(const struct fgagg_hist *hist,
		     const struct fgagg_pool *pool, u32 octave, u32 level)
{
	u32 first = ring_enter(hist, pool, octave % FGAGG_HIST_WAYS);
	u32 what = link_what(octave, level);
	u32 link, chunk = first;

	if (!first)
		return 0;
	do {
		link = ring_link(pool, chunk);
		if ((link & LINK_WHAT) == what)
			return chunk;
		chunk = link >> FGAGG_LINK_BITS;
	} while (chunk != first);
	return 0;
}

/* Link a chunk behind the one where the ring is entered, or as the first. */
static bool ring_link_in(struct fgagg_hist *hist, struct fgagg_pool *pool,
			 u32 i, u32 chunk, u32 what)
{
	u32 way = READ_ONCE(hist->way[i]);
	u32 *own = fgagg_pool_link(pool, fgagg_pool_way(pool, chunk));
	u32 *link, old;

	if (!way) {
		WRITE_ONCE(*own, chunk << FGAGG_LINK_BITS | what);
		/* Pairs with the acquire in ring_enter(). */
		smp_wmb();
		return !cmpxchg_local(&hist->way[i], 0, fgagg_pool_way(pool, chunk));
	}
	link = fgagg_pool_link(pool, way);
	old = READ_ONCE(*link);
	WRITE_ONCE(*own, (old & ~LINK_WHAT) | what);
	/* Pairs with the acquire in ring_link(). */
	smp_wmb();
	return cmpxchg_local(link, old, chunk << FGAGG_LINK_BITS | (old & LINK_WHAT)) == old;
}

/* Take a chunk and add it to its ring. */
static bool ring_add(struct fgagg_hist *hist, struct fgagg_pool *pool,
		     u32 octave, u32 level)
{
	u32 chunk = fgagg_pool_take(pool, octave ? 1 : 2);

	if (!chunk)
		return false;
	/* The claim fails when an interrupt has just linked a chunk there. */
	while (!ring_link_in(hist, pool, octave % FGAGG_HIST_WAYS, chunk,
			     link_what(octave, level)))
		;
	return true;
}

/**
 * fgagg_hist_counter - find a counter
 * @hist: the histogram
 * @pool: its pool
 * @octave: octave of the values that are counted
 * @sub: one of these values shifted by its octave
 * @level: 0, or the level that it is carried to
 *
 * Context: any, NMI included.
 * Return: the counter, or NULL if it has no chunk.
 */
u16 *fgagg_hist_counter(const struct fgagg_hist *hist,
			const struct fgagg_pool *pool, u32 octave, u32 sub,
			u32 level)
{
	u32 chunk = ring_find(hist, pool, octave, level);

	return chunk ? &pool->counter[fgagg_pool_way(pool, chunk) + sub] : NULL;
}

/* The same, with a chunk taken if there is none. */
static u16 *level_counter(struct fgagg_hist *hist, struct fgagg_pool *pool,
			  u32 octave, u32 sub, u32 level)
{
	u16 *count = fgagg_hist_counter(hist, pool, octave, sub, level);

	if (!count && ring_add(hist, pool, octave, level))
		count = fgagg_hist_counter(hist, pool, octave, sub, level);
	return count;
}

/*
 * Let a way lead to a chunk.  Whoever finds it busy has interrupted this, and
 * leaves it alone.
 */
static void way_set(struct fgagg_hist *hist, u32 octave, u32 way)
{
	u32 i = octave % FGAGG_HIST_WAYS;
	u8 old = READ_ONCE(hist->octave[i]);

	if (old == FGAGG_OCTAVE_BUSY ||
	    cmpxchg_local(&hist->octave[i], old, FGAGG_OCTAVE_BUSY) != old)
		return;
	WRITE_ONCE(hist->way[i], way);
	WRITE_ONCE(hist->octave[i], octave);
}

/* The counter of a value that its way does not lead to. */
static u16 *hist_extend(struct fgagg_hist *hist, struct fgagg_pool *pool,
			u32 octave, u32 sub)
{
	u16 *count = level_counter(hist, pool, octave, sub, 0);

	if (!count)
		return NULL;
	if (READ_ONCE(hist->octave[octave % FGAGG_HIST_WAYS]) == FGAGG_OCTAVE_NONE ||
	    (READ_ONCE(*count) + 1) % PATIENCE == 0)
		way_set(hist, octave, count - pool->counter - sub);
	return count;
}

/* The counter of a bucket that is full, unless an interrupt has carried it. */
static u16 *full_counter(const struct fgagg_hist *hist,
			 const struct fgagg_pool *pool, u32 octave, u32 sub)
{
	u32 first = ring_enter(hist, pool, octave % FGAGG_HIST_WAYS);
	u32 link, chunk = first;
	u16 *count;

	do {
		link = ring_link(pool, chunk);
		count = &pool->counter[fgagg_pool_way(pool, chunk) + sub];
		if ((link & LINK_WHAT) == link_what(octave, 0) &&
		    READ_ONCE(*count) & FGAGG_COUNTER_FULL)
			return count;
		chunk = link >> FGAGG_LINK_BITS;
	} while (chunk != first);
	return NULL;
}

/*
 * Carry from a counter to the next level.  There must be room at the level after
 * that, too, if the carry goes on: so that it either fails before anything has
 * changed, or not at all.
 */
static bool carry(struct fgagg_hist *hist, struct fgagg_pool *pool, u32 octave,
		  u32 sub, u32 level, u16 *count)
{
	u16 *up = level_counter(hist, pool, octave, sub, level + 1);
	bool full;

	if (!up)
		return false;
	if (level + 2 < FGAGG_HIST_LEVELS &&
	    READ_ONCE(*up) >= FGAGG_COUNTER_FULL - 1 &&
	    !level_counter(hist, pool, octave, sub, level + 2))
		return false;

	/*
	 * A reader that sees one counter changed and the other one not has read
	 * @carry_end before and reads @carry_begin after the counters, and sees
	 * that they differ.
	 */
	local64_inc(&pool->carry_begin);
	/* Pairs with the second barrier in block_read(). */
	smp_wmb();
	full = fgagg_counter_empty(count) && fgagg_counter_inc(up);
	/* Pairs with the first barrier in block_read(). */
	smp_wmb();
	local64_inc(&pool->carry_end);

	/* The last level may use its highest bit; it does not wrap. */
	if (full && level + 2 < FGAGG_HIST_LEVELS)
		carry(hist, pool, octave, sub, level + 1, up);
	return true;
}

/**
 * fgagg_hist_record_slow - count a value where something else is to be done
 * @hist: the histogram
 * @pool: the CPU's pool
 * @value: the value
 * @full: it was counted, and its counter has become full; else its octave has
 *	no chunk, or one that its way does not lead to
 *
 * The rare part of fgagg_hist_record().
 *
 * Context: as fgagg_hist_record().
 * Return: true if the value was counted, false if the pool is exhausted.
 */
bool fgagg_hist_record_slow(struct fgagg_hist *hist, struct fgagg_pool *pool,
			    u64 value, bool full)
{
	u32 octave = fgagg_hist_octave(pool, value);
	u32 sub = value >> octave;
	u16 *count;

	if (!full) {
		count = hist_extend(hist, pool, octave, sub);
		if (!count)
			return false;
		full = fgagg_counter_inc(count);
	} else {
		count = full_counter(hist, pool, octave, sub);
	}
	if (!full || !count || carry(hist, pool, octave, sub, 0, count))
		return true;
	fgagg_counter_dec(count);
	return false;
}

/* Buckets that a reader looks at together; 2^k of them if that is less. */
#define BLOCK	16

/*
 * What all chunks have of neighbouring buckets.  A full counter whose carry has
 * not begun stands for a call that is being recorded and may yet be lost.
 */
static void block_sum(const struct fgagg_hist *hist,
		      const struct fgagg_pool *pool, u32 octave, u32 sub,
		      u32 nr, u64 *sum)
{
	u32 first = ring_enter(hist, pool, octave % FGAGG_HIST_WAYS);
	u32 i, link, level, chunk = first;
	const u16 *counter;
	u64 count;

	for (i = 0; i < nr; i++)
		sum[i] = 0;
	do {
		link = ring_link(pool, chunk);
		level = (link & LINK_WHAT) >> LINK_LEVEL;
		counter = &pool->counter[fgagg_pool_way(pool, chunk) + sub];
		for (i = 0; i < nr &&
		     (link & LINK_WHAT) == link_what(octave, level); i++) {
			count = READ_ONCE(counter[i]);
			if (!level && count >= FGAGG_COUNTER_FULL)
				count = FGAGG_COUNTER_FULL - 1;
			sum[i] += count << level * FGAGG_COUNTER_BITS;
		}
		chunk = link >> FGAGG_LINK_BITS;
	} while (chunk != first);
}

/* The same, with no carry half done. */
static void block_read(const struct fgagg_hist *hist,
		       const struct fgagg_pool *pool, u32 octave, u32 sub,
		       u32 nr, u64 *sum)
{
	s64 carries;

	for (;;) {
		carries = local64_read(&pool->carry_end);
		/* Pairs with the second barrier in carry(). */
		smp_rmb();
		block_sum(hist, pool, octave, sub, nr, sum);
		/* Pairs with the first barrier in carry(). */
		smp_rmb();
		if (local64_read(&pool->carry_begin) == carries)
			return;
		/* Writers do not sleep, and carries are rare. */
		cpu_relax();
	}
}

static void octave_for_each(const struct fgagg_hist *hist,
			    const struct fgagg_pool *pool, u32 octave,
			    fgagg_hist_fn fn, void *data)
{
	u32 nr = min_t(u32, pool->half, BLOCK);
	u32 i, sub = octave ? pool->half : 0;
	u64 sum[BLOCK];

	for (; sub < 2 * pool->half; sub += nr) {
		block_read(hist, pool, octave, sub, nr, sum);
		for (i = 0; i < nr; i++)
			if (sum[i])
				fn((octave << pool->precision) + sub + i, sum[i],
				   data);
	}
}

/**
 * fgagg_hist_for_each - visit the buckets that are not empty
 * @hist: the histogram
 * @pool: the pool it was recorded with
 * @fn: called for each bucket, by rising index
 * @data: passed to @fn
 *
 * Context: process.  Safe against a writer on another CPU: the count of a bucket
 * is one that it had, and never less than a reader has seen before.
 */
void fgagg_hist_for_each(const struct fgagg_hist *hist,
			 const struct fgagg_pool *pool, fgagg_hist_fn fn,
			 void *data)
{
	u32 octave;

	for (octave = 0; octave < FGAGG_VALUE_BITS - pool->precision; octave++)
		if (ring_find(hist, pool, octave, 0))
			octave_for_each(hist, pool, octave, fn, data);
}

static void add_count(u32 bucket, u64 count, void *data)
{
	*(u64 *)data += count;
}

/**
 * fgagg_hist_total - how many values a histogram holds
 * @hist: the histogram
 * @pool: the pool it was recorded with
 *
 * Context: process.
 * Return: the sum of all buckets.
 */
u64 fgagg_hist_total(const struct fgagg_hist *hist,
		     const struct fgagg_pool *pool)
{
	u64 total = 0;

	fgagg_hist_for_each(hist, pool, add_count, &total);
	return total;
}
