/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A pool of counters, which are handed out in chunks.
 *
 * A chunk has 2^k counters of 16 bits and a link, in which its owner notes what
 * the chunk is for, and which is the next one.
 *
 *	... ------------+-----------------+------+-----------------+------+--- ...
 *	    chunk 16    | 2^k counters    | link | chunk 18        |      |
 *	... ------------+-----------------+------+-----------------+------+--- ...
 *	    ^           0   chunk 17
 *	   way
 *
 * The way to a chunk, as it is kept by owners, is 2^k counters before its first
 * one.  Chunks that are handed out together are neighbours; the way to the last
 * of two is then a place for 2^k counters more.
 *
 * Chunk 0 is never handed out: 0 means none, as does way 0.
 *
 * Writers: one CPU, which may interrupt itself at any instruction.
 */
#ifndef FGAGG_POOL_H
#define FGAGG_POOL_H

#include <asm/local64.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

/* A counter is full when its highest bit is set; what it counts has 15. */
#define FGAGG_COUNTER_FULL	0x8000U
#define FGAGG_COUNTER_BITS	15

/* The link: the number of a chunk and, below it, so many bits for its owner. */
#define FGAGG_LINK_BITS		5

/**
 * struct fgagg_pool - the counters of one CPU
 * @counter: the memory
 * @half: 2^k, the number of counters of a chunk: half of octave 0
 * @precision: k
 * @size: number of chunks
 * @used: chunks handed out, chunk 0 included
 * @carry_begin: carries begun, and
 * @carry_end: carries completed: for readers
 */
struct fgagg_pool {
	u16		*counter;
	u64		half;
	u32		precision;
	u32		size;
	u32		used;
	local64_t	carry_begin;
	local64_t	carry_end;
};

u32 fgagg_pool_chunk_bytes(unsigned int k);
u32 fgagg_pool_chunks_max(unsigned int k);
void fgagg_pool_init(struct fgagg_pool *pool, void *memory, u32 size,
		     unsigned int k);
u32 fgagg_pool_take(struct fgagg_pool *pool, u32 nr);
u32 fgagg_pool_way(const struct fgagg_pool *pool, u32 chunk);
u32 *fgagg_pool_link(const struct fgagg_pool *pool, u32 way);

/**
 * fgagg_counter_inc - add 1 to a counter, in one step as seen from this CPU
 * @count: the counter
 *
 * Context: any, NMI included, on the CPU that owns the counter, with preemption
 * off.
 * Return: true if it is full.
 */
static __always_inline bool fgagg_counter_inc(u16 *count)
{
#ifdef CONFIG_X86
	bool full;

	asm volatile("incw %0" : "+m" (*count), "=@ccs" (full) : : "memory");
	return full;
#else
	u16 seen, old = READ_ONCE(*count);

	while ((seen = cmpxchg_local(count, old, (u16)(old + 1))) != old)
		old = seen;
	return (old + 1) & FGAGG_COUNTER_FULL;
#endif
}

void fgagg_counter_dec(u16 *count);
bool fgagg_counter_empty(u16 *count);

#endif /* FGAGG_POOL_H */
