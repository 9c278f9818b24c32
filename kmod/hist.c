// SPDX-License-Identifier: GPL-2.0-only
#include "hist.h"

#include <linux/atomic.h>

/* The number of chunk 0; no bucket has it. */
#define NO_CHUNK	(~0U)

/**
 * fgagg_pool_init - make an empty pool of zeroed memory
 * @pool: the pool
 * @chunk: @size zeroed chunks
 * @size: number of chunks, at least 1
 */
void fgagg_pool_init(struct fgagg_pool *pool, struct fgagg_chunk *chunk,
		     u32 size)
{
	chunk[0].number = NO_CHUNK;
	pool->chunk = chunk;
	pool->size = size;
	pool->used = 1;
}

/*
 * Take a chunk.  A cmpxchg and not an addition: @used must not run past @size,
 * however often an exhausted pool is asked.  It fails only when an interrupt
 * took a chunk in between, which can nest no deeper than contexts do.
 */
static u32 pool_take(struct fgagg_pool *pool)
{
	u32 seen, used = READ_ONCE(pool->used);

	while (used < pool->size) {
		seen = cmpxchg_local(&pool->used, used, used + 1);
		if (seen == used)
			return used;
		used = seen;
	}
	return 0;
}

/**
 * fgagg_hist_extend - find a bucket's counter, taking a chunk if there is none
 * @hist: the histogram
 * @pool: the CPU's pool
 * @bucket: the bucket
 *
 * The slow half of fgagg_hist_record().
 *
 * Context: as fgagg_hist_record().
 * Return: the counter, or NULL if the pool is exhausted.
 */
u64 *fgagg_hist_extend(struct fgagg_hist *hist, struct fgagg_pool *pool,
		       u32 bucket)
{
	u32 number = bucket / FGAGG_CHUNK_BUCKETS;
	u32 *way = &hist->way[number % FGAGG_HIST_WAYS];
	struct fgagg_chunk *chunk;
	u32 i;

	/* No number occurs twice, which bounds the loop: see hist.h. */
	for (i = *way; i; i = chunk->next) {
		chunk = &pool->chunk[i];
		if (chunk->number == number)
			return &chunk->count[bucket % FGAGG_CHUNK_BUCKETS];
	}

	i = pool_take(pool);
	if (!i)
		return NULL;
	chunk = &pool->chunk[i];
	chunk->number = number;
	chunk->next = *way;
	/* Pairs with the acquire in fgagg_hist_for_each(). */
	smp_store_release(way, i);
	return &chunk->count[bucket % FGAGG_CHUNK_BUCKETS];
}

/**
 * fgagg_hist_for_each - visit the buckets that are not empty
 * @hist: the histogram
 * @pool: the pool it was recorded with
 * @fn: called for each bucket, in no particular order
 * @data: passed to @fn
 *
 * Context: any.  Safe against a writer on another CPU; each counter is read
 * once.
 */
void fgagg_hist_for_each(const struct fgagg_hist *hist,
			 const struct fgagg_pool *pool, fgagg_hist_fn fn,
			 void *data)
{
	const struct fgagg_chunk *chunk;
	u32 way, i, j;

	for (way = 0; way < FGAGG_HIST_WAYS; way++) {
		/* Pairs with the release in fgagg_hist_extend(). */
		for (i = smp_load_acquire(&hist->way[way]); i; i = chunk->next) {
			chunk = &pool->chunk[i];
			for (j = 0; j < FGAGG_CHUNK_BUCKETS; j++) {
				u64 count = READ_ONCE(chunk->count[j]);

				if (count)
					fn(chunk->number * FGAGG_CHUNK_BUCKETS + j,
					   count, data);
			}
		}
	}
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
 * Context: any.
 * Return: the sum of all buckets.
 */
u64 fgagg_hist_total(const struct fgagg_hist *hist,
		     const struct fgagg_pool *pool)
{
	u64 total = 0;

	fgagg_hist_for_each(hist, pool, add_count, &total);
	return total;
}
