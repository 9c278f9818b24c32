// SPDX-License-Identifier: GPL-2.0-only
#include "pool.h"

#include <linux/limits.h>
#include <linux/minmax.h>

/* Counters of a chunk that are its link. */
#define LINK_COUNTERS	(sizeof(u32) / sizeof(u16))

/**
 * fgagg_pool_chunk_bytes - the size of a chunk
 * @k: precision
 *
 * Return: bytes.
 */
u32 fgagg_pool_chunk_bytes(unsigned int k)
{
	return ((1U << k) + LINK_COUNTERS) * sizeof(u16);
}

/**
 * fgagg_pool_chunks_max - how large a pool can be
 * @k: precision
 *
 * Return: a number of chunks such that each has a number that fits into a link,
 * and each counter one that fits into 32 bits.
 */
u32 fgagg_pool_chunks_max(unsigned int k)
{
	u32 links = U32_MAX >> FGAGG_LINK_BITS;
	u32 counters = U32_MAX / ((1U << k) + LINK_COUNTERS);

	return min(links, counters);
}

/**
 * fgagg_pool_init - make an empty pool of zeroed memory
 * @pool: the pool
 * @memory: @size times fgagg_pool_chunk_bytes(@k), zeroed, aligned to 4 bytes
 * @size: number of chunks, at least 1, at most fgagg_pool_chunks_max(@k)
 * @k: precision
 */
void fgagg_pool_init(struct fgagg_pool *pool, void *memory, u32 size,
		     unsigned int k)
{
	pool->counter = memory;
	pool->half = 1ULL << k;
	pool->precision = k;
	pool->size = size;
	pool->used = 1;
	local64_set(&pool->carry_begin, 0);
	local64_set(&pool->carry_end, 0);
}

/**
 * fgagg_pool_take - take consecutive chunks
 * @pool: the CPU's pool
 * @nr: how many
 *
 * A cmpxchg and not an addition: @used must not run past @size, however often an
 * exhausted pool is asked.  It fails only when an interrupt took a chunk in
 * between, which can nest no deeper than contexts do.
 *
 * Context: any, NMI included, on the CPU that owns @pool, with preemption off.
 * Return: the last of them, or 0 if the pool is exhausted.
 */
u32 fgagg_pool_take(struct fgagg_pool *pool, u32 nr)
{
	u32 seen, used = READ_ONCE(pool->used);

	while (nr <= pool->size - used) {
		seen = cmpxchg_local(&pool->used, used, used + nr);
		if (seen == used)
			return used + nr - 1;
		used = seen;
	}
	return 0;
}

/**
 * fgagg_pool_way - the way to a chunk
 * @pool: its pool
 * @chunk: its number
 *
 * Return: a number of a counter, 2^k before the first one of the chunk.
 */
u32 fgagg_pool_way(const struct fgagg_pool *pool, u32 chunk)
{
	return chunk * (pool->half + LINK_COUNTERS) - pool->half;
}

/**
 * fgagg_pool_link - the link of a chunk
 * @pool: its pool
 * @way: the way to it
 *
 * Return: where it is.
 */
u32 *fgagg_pool_link(const struct fgagg_pool *pool, u32 way)
{
	return (u32 *)&pool->counter[way + 2 * pool->half];
}

/**
 * fgagg_counter_dec - undo fgagg_counter_inc()
 * @count: the counter
 *
 * Context: as fgagg_counter_inc().
 */
void fgagg_counter_dec(u16 *count)
{
	u16 seen, old = READ_ONCE(*count);

	while ((seen = cmpxchg_local(count, old, (u16)(old - 1))) != old)
		old = seen;
}

/**
 * fgagg_counter_empty - take off what makes a counter full
 * @count: the counter
 *
 * Context: as fgagg_counter_inc().
 * Return: true if it was full, false if it is no more, as an interrupt has done
 * the same.
 */
bool fgagg_counter_empty(u16 *count)
{
	u16 seen, old = READ_ONCE(*count);

	while (old & FGAGG_COUNTER_FULL) {
		seen = cmpxchg_local(count, old, (u16)(old - FGAGG_COUNTER_FULL));
		if (seen == old)
			return true;
		old = seen;
	}
	return false;
}
