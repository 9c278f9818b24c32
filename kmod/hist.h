/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Histograms that share a pool of buckets.
 *
 * A path touches a few neighbouring octaves out of forty, so a histogram does
 * not own its buckets.  It owns references to chunks, each of which holds the
 * counters of FGAGG_CHUNK_BUCKETS consecutive buckets, and takes a chunk from
 * its CPU's pool when one of its buckets is hit for the first time.
 *
 *	hist->way[]          pool->chunk[]
 *	+-----+
 *	|  0  |              chunk 17            chunk 5
 *	|  17 |------------> +-----------+  ,--> +-----------+
 *	|  0  |              | number 9  |  |    | number 1  |
 *	| ... |              | next      |--'    | next 0    |
 *	+-----+              | count[8]  |       | count[8]  |
 *	                     +-----------+       +-----------+
 *
 * Chunk number n holds buckets 8n to 8n+7 and hangs in way n modulo
 * FGAGG_HIST_WAYS.  Neighbouring chunks have a way of their own, so that the
 * body of a distribution is one step away; only tails more than
 * FGAGG_HIST_WAYS chunks apart share a chain.  No number occurs twice, so that a
 * chain is never longer than all chunks of the range of values divided by the
 * ways, rounded up: 11 at the default precision.
 *
 * Everything is preallocated: histograms are written in every context, NMI
 * included.  A chunk that was taken is never given back.
 *
 * Writers: one CPU, which may interrupt itself at any instruction.  A
 * histogram has one writer at a time; the pool is shared by all contexts of the
 * CPU.  Readers: any CPU, at any time, without a lock.
 */
#ifndef FGAGG_HIST_H
#define FGAGG_HIST_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "uapi/fgagg.h"

#define FGAGG_CHUNK_BUCKETS	8
#define FGAGG_HIST_WAYS		8

/**
 * struct fgagg_chunk - the counters of consecutive buckets
 * @next: the next chunk of the chain, 0 at its end
 * @number: which buckets these are
 * @count: calls, one counter a bucket; 64 bits, so that none can wrap
 */
struct fgagg_chunk {
	u32	next;
	u32	number;
	u64	count[FGAGG_CHUNK_BUCKETS];
};

/**
 * struct fgagg_pool - the chunks of one CPU
 * @chunk: the memory; chunk 0 is never handed out, 0 means none
 * @size: number of chunks
 * @used: chunks handed out, chunk 0 included
 */
struct fgagg_pool {
	struct fgagg_chunk	*chunk;
	u32			size;
	u32			used;
};

/**
 * struct fgagg_hist - one histogram; all zeroes is an empty one
 * @way: for each way the first chunk of its chain, 0 for none
 */
struct fgagg_hist {
	u32	way[FGAGG_HIST_WAYS];
};

void fgagg_pool_init(struct fgagg_pool *pool, struct fgagg_chunk *chunk,
		     u32 size);

u64 *fgagg_hist_extend(struct fgagg_hist *hist, struct fgagg_pool *pool,
		       u32 bucket);

/**
 * fgagg_hist_record - count a value
 * @hist: the histogram
 * @pool: the CPU's pool
 * @bucket: the value's bucket, from fgagg_bucket_index()
 *
 * Context: any, NMI included, on the CPU that owns @pool, with preemption off.
 * Return: true if the value was counted, false if the pool is exhausted.
 */
static __always_inline bool fgagg_hist_record(struct fgagg_hist *hist,
					      struct fgagg_pool *pool,
					      u32 bucket)
{
	u32 number = bucket / FGAGG_CHUNK_BUCKETS;
	u32 i = hist->way[number % FGAGG_HIST_WAYS];
	struct fgagg_chunk *chunk = &pool->chunk[i];
	u64 *count = &chunk->count[bucket % FGAGG_CHUNK_BUCKETS];

	/* Chunk 0 is no chunk, and has a number that matches none. */
	if (unlikely(chunk->number != number)) {
		count = fgagg_hist_extend(hist, pool, bucket);
		if (unlikely(!count))
			return false;
	}
	WRITE_ONCE(*count, *count + 1);
	return true;
}

typedef void (*fgagg_hist_fn)(u32 bucket, u64 count, void *data);

void fgagg_hist_for_each(const struct fgagg_hist *hist,
			 const struct fgagg_pool *pool, fgagg_hist_fn fn,
			 void *data);
u64 fgagg_hist_total(const struct fgagg_hist *hist,
		     const struct fgagg_pool *pool);

#endif /* FGAGG_HIST_H */
