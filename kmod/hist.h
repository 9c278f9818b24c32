/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histograms that share a pool of counters.
 *
 * A path touches a few neighbouring octaves out of forty, so a histogram does
 * not own its counters.  It owns references to chunks, each of which holds the
 * counters of one octave, and takes a chunk from its CPU's pool when a value of
 * an octave comes for the first time.
 *
 * Octave s > 0 holds the values from 2^(k+s) to 2^(k+s+1) - 1 in 2^k buckets;
 * octave 0 holds all that is below 2^(k+1), in twice as many.  In either the
 * bucket is told by value >> s, which is at least 2^k for s > 0.  The way to a
 * chunk being 2^k counters before its first one, nothing has to be subtracted to
 * find a counter:
 *
 *	            way[s % 8]                                  pool->counter[]
 *	                |
 *	... ------------v-----------+-----------------+------+------------ ...
 *	                  chunk 16  | chunk 17: 2^k   | link | chunk 18
 *	... ------------------------+-----------------+------+------------ ...
 *	                0          2^k             2^(k+1)      value >> s
 *
 * The lower half of octave 0 is in the chunk before, which is taken along.
 *
 * Chunks of a histogram whose octaves are equal modulo FGAGG_HIST_WAYS are linked
 * in a ring, which their way enters at any of them: that of the octave which
 * @octave of struct fgagg_hist names, and which is one step away.  The others
 * are found by walking the ring, and one that is asked for again and again
 * becomes the one where the ring is entered.
 *
 * A counter that is full is carried: it is emptied, and one is added to the
 * counter of the same bucket in a chunk of the next level, in the same ring.  With
 * three levels a bucket has 46 bits.
 *
 * Everything is preallocated: histograms are written in every context, NMI
 * included.  A chunk that was taken is never given back.
 *
 * Writers: one CPU, which may interrupt itself at any instruction.  As a rule
 * each histogram has one writer at a time, since paths of different contexts are
 * different paths.  If an interrupt writes the same, all are counted; one in a wrong
 * bucket, maybe of another path, if the interrupt has taken the chunk for just that
 * octave: see fgagg_hist_try().
 * Readers: any CPU, at any time, without a lock, in process context.  They
 * never see a carry half done: see fgagg_hist_for_each().
 */
#ifndef FGAGG_HIST_H
#define FGAGG_HIST_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "pool.h"
#include "uapi/fgagg.h"

#define FGAGG_HIST_WAYS		8
#define FGAGG_HIST_LEVELS	3

/* No octave: what a way has that is empty, or that is being changed. */
#define FGAGG_OCTAVE_NONE	0xff
#define FGAGG_OCTAVE_BUSY	0xfe

/**
 * struct fgagg_hist - one histogram
 * @octave: for each way the octave that it leads to at once
 * @way: for each way where that octave's counters are, less 2^k; 0 for none
 */
struct fgagg_hist {
	u8	octave[FGAGG_HIST_WAYS];
	u32	way[FGAGG_HIST_WAYS];
};

void fgagg_hist_init(struct fgagg_hist *hist);
u16 *fgagg_hist_counter(const struct fgagg_hist *hist,
			const struct fgagg_pool *pool, u32 octave, u32 sub,
			u32 level);
bool fgagg_hist_record_slow(struct fgagg_hist *hist, struct fgagg_pool *pool,
			    u64 value, bool full);

/* The octave of a value: how far it has to be shifted to tell its bucket. */
static __always_inline u32 fgagg_hist_octave(const struct fgagg_pool *pool,
					     u64 value)
{
	/* This way round it is one instruction and a subtraction on x86. */
	return (63 ^ __builtin_clzll(value | pool->half)) - pool->precision;
}

/* What has come of an attempt to count a value. */
enum fgagg_hist_try {
	FGAGG_HIST_COUNTED,
	FGAGG_HIST_MISSING,	/* nothing, as no way leads to its octave */
	FGAGG_HIST_FULL,	/* it was counted, and its counter has become full */
};

/**
 * fgagg_hist_try - count a value, if that is easy
 * @hist: the histogram
 * @pool: the CPU's pool
 * @value: the value, at most FGAGG_VALUE_MAX
 *
 * Context: any, NMI included, on the CPU that owns @pool, with preemption off.
 * Return: if it is not FGAGG_HIST_COUNTED call fgagg_hist_record_slow().
 */
static __always_inline enum fgagg_hist_try
fgagg_hist_try(struct fgagg_hist *hist, struct fgagg_pool *pool, u64 value)
{
	u32 octave = fgagg_hist_octave(pool, value);
	u32 i = octave % FGAGG_HIST_WAYS;
	/* First the way: if it becomes that of another octave, the latter will tell. */
	u32 way = READ_ONCE(hist->way[i]);

	barrier();
	if (unlikely(hist->octave[i] != (u8)octave))
		return FGAGG_HIST_MISSING;
	if (unlikely(fgagg_counter_inc(&pool->counter[way + (value >> octave)])))
		return FGAGG_HIST_FULL;
	return FGAGG_HIST_COUNTED;
}

/**
 * fgagg_hist_record - count a value
 * @hist: the histogram
 * @pool: the CPU's pool
 * @value: the value, at most FGAGG_VALUE_MAX
 *
 * Context: as fgagg_hist_try().
 * Return: true if the value was counted, false if the pool is exhausted.
 */
static __always_inline bool fgagg_hist_record(struct fgagg_hist *hist,
					      struct fgagg_pool *pool,
					      u64 value)
{
	enum fgagg_hist_try try = fgagg_hist_try(hist, pool, value);

	return likely(try == FGAGG_HIST_COUNTED) ||
	       fgagg_hist_record_slow(hist, pool, value,
				      try == FGAGG_HIST_FULL);
}

typedef void (*fgagg_hist_fn)(u32 bucket, u64 count, void *data);

void fgagg_hist_for_each(const struct fgagg_hist *hist,
			 const struct fgagg_pool *pool, fgagg_hist_fn fn,
			 void *data);
u64 fgagg_hist_total(const struct fgagg_hist *hist,
		     const struct fgagg_pool *pool);

#endif /* FGAGG_HIST_H */
