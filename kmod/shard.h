/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shards: what one CPU has counted, and the two functions that hooks call.
 *
 * Every CPU has a shard, and only that CPU writes it: no lock, no atomic and
 * no shared cache line on the hot path.  Hooks run with preemption off, so a
 * shard's writers are the contexts of one CPU that interrupt each other.
 *
 * A counter is one instruction to write (this_cpu_*), and never goes back to
 * zero; a reset remembers where it was.  So the sums hold at any quiet moment,
 * over all CPUs, whatever migrates meanwhile:
 *
 *	entered == recorded + open + lost
 *
 * where recorded is not a counter, but the sum of all buckets.
 *
 * Tables are replaced as a whole: by a reset, and by a change of their size.
 * fgagg_shard_lock protects the pointers against readers; writers are kept out
 * by replacing the pointer in a work item on the very CPU with interrupts off.
 */
#ifndef FGAGG_SHARD_H
#define FGAGG_SHARD_H

#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>

#include "cct.h"
#include "clock.h"
#include "frame.h"
#include "select.h"

#define FGAGG_MAX_PATHS_MIN	16
#define FGAGG_MAX_PATHS_MAX	4194304
#define FGAGG_MAX_PATHS_DEFAULT	4096

#define FGAGG_MAX_DEPTH_DEFAULT	64

/*
 * Chunks for each path: an octave each, and some to carry to.  With its node and
 * two slots of the index a path so has 504 bytes at the default precision.
 */
#define FGAGG_CHUNKS_PER_PATH	10

/**
 * struct fgagg_table - the memory of a shard
 * @cct: the calling context tree
 * @pool: the chunks of its histograms
 */
struct fgagg_table {
	struct fgagg_cct	cct;
	struct fgagg_pool	pool;
};

/**
 * struct fgagg_counters - what a shard counts beside the calls
 * @entered: calls that entered
 * @open: calls that entered here less calls that returned here
 * @clamped: calls with a time that was clamped
 * @lost: calls that were not recorded, by cause
 */
struct fgagg_counters {
	u64	entered;
	u64	open;
	u64	clamped;
	u64	lost[FGAGG_LOST_NR];
};

/**
 * struct fgagg_shard - one CPU's share
 * @table: its memory; NULL while there is none
 * @switched_from: the task that was switched out last; while it is the current
 *	task, it is on its way out
 * @switched_in: clock when the task after it was switched in
 * @count: running counters
 */
struct fgagg_shard {
	struct fgagg_table	*table;
	struct task_struct	*switched_from;
	u64			switched_in;
	struct fgagg_counters	count;
};

DECLARE_PER_CPU(struct fgagg_shard, fgagg_shard);

/**
 * struct fgagg_shard_config - what the hot path has to know
 * @root_key: the parent keys of top nodes, by context
 * @session: the session that frames belong to
 * @precision: k of the buckets; changes only while no hook runs
 * @max_depth: greatest number of calls on a path
 * @wall: inclusive time is wall time
 * @select: not every call is wanted at the root of a path
 * @softirq_func: if not 0, softirqs that run below this function belong to
 *	the path of the task that called it
 *
 * Written under the session's mutex, with WRITE_ONCE(); read by every call.
 */
struct fgagg_shard_config {
	u64		root_key[FGAGG_CTX_NR];
	u32		session;
	u32		precision;
	u16		max_depth;
	bool		wall;
	bool		select;
	unsigned long	softirq_func;
};

extern struct fgagg_shard_config fgagg_shard_config;

static __always_inline void fgagg_shard_lose(enum fgagg_loss why, u64 n)
{
	this_cpu_add(fgagg_shard.count.lost[why], n);
}

/* A call that entered and is lost at once. */
static __always_inline void fgagg_shard_refuse(enum fgagg_loss why, u64 n)
{
	this_cpu_add(fgagg_shard.count.entered, n);
	fgagg_shard_lose(why, n);
}

/*
 * The current frame was current when its task was switched out, and the task is
 * back; or not, since the scheduler calls functions between its tracepoint and
 * the switch.
 */
static __always_inline void fgagg_shard_back(struct fgagg_frame *f)
{
	if (this_cpu_read(fgagg_shard.switched_from) != current)
		fgagg_frame_in(f, this_cpu_read(fgagg_shard.switched_in));
}

/**
 * fgagg_shard_wants - is a call to be recorded?
 * @below: the current frame, or NULL
 * @func: address of the function
 * @context: set to the call's &enum fgagg_context
 *
 * Context: any, NMI included, with preemption off.
 * Return: false if a restriction leaves the call out; that is no loss.
 */
static __always_inline bool fgagg_shard_wants(const struct fgagg_frame *below,
					      unsigned long func, u8 *context)
{
	const struct fgagg_shard_config *config = &fgagg_shard_config;
	u8 level = interrupt_context_level();

	/* An NMI that nests may find the tables half way through a change. */
	if (unlikely(level == FGAGG_CTX_NMI) &&
	    (preempt_count() & NMI_MASK) >= 2 * NMI_OFFSET) {
		fgagg_shard_refuse(FGAGG_LOST_MISS, 1);
		return false;
	}
	if (below) {
		/* See FGAGG_FRAME_INLINE. */
		if (unlikely(below->flags & FGAGG_FRAME_INLINE) &&
		    level == FGAGG_CTX_SOFTIRQ)
			level = below->context;
		*context = level;
		if (likely(below->context == level))
			return below->depth + 1 < READ_ONCE(config->max_depth);
	}
	*context = level;
	return likely(!READ_ONCE(config->select)) || fgagg_select_root(func);
}

/**
 * fgagg_shard_enter - a traced function was entered
 * @f: its frame
 * @below: the current frame, or NULL
 * @func: address of the function
 * @context: what fgagg_shard_wants() has said
 *
 * The caller makes @f the current frame, and calls fgagg_shard_start().
 *
 * Context: any, NMI included, with preemption off.
 */
static __always_inline void
fgagg_shard_enter(struct fgagg_frame *f, struct fgagg_frame *below,
		  unsigned long func, u8 context)
{
	const struct fgagg_shard_config *config = &fgagg_shard_config;

	this_cpu_inc(fgagg_shard.count.entered);
	this_cpu_inc(fgagg_shard.count.open);
	if (below && unlikely(below->flags & FGAGG_FRAME_OUT))
		fgagg_shard_back(below);
	fgagg_frame_enter(f, below, config->root_key, func, context);
	if (unlikely(func == READ_ONCE(config->softirq_func)))
		f->flags |= FGAGG_FRAME_INLINE;
	f->session = READ_ONCE(config->session);
	/* An interrupt must find all of this when it finds @f current. */
	barrier();
}

/*
 * Read the clock, and what interrupts have taken of the current frame up to the
 * same moment.  An interrupt in between is seen as a change of the latter.  One
 * more try is enough in practice; if not, the times are clamped.
 */
static __always_inline u64 fgagg_shard_clock(const struct fgagg_frame *f,
					     u64 *stolen)
{
	u64 now;

	*stolen = local64_read(&f->stolen);
	barrier();
	now = fgagg_clock();
	barrier();
	if (unlikely(local64_read(&f->stolen) != *stolen)) {
		*stolen = local64_read(&f->stolen);
		barrier();
		now = fgagg_clock();
		barrier();
	}
	return now;
}

/**
 * fgagg_shard_start - the time of a frame starts
 * @f: the current frame, after fgagg_shard_enter()
 *
 * The last thing that a hook does before the function runs.
 *
 * Context: any, NMI included, with preemption off.
 */
static __always_inline void fgagg_shard_start(struct fgagg_frame *f)
{
	u64 stolen, now = fgagg_shard_clock(f, &stolen);

	fgagg_frame_start(f, now, stolen);
}

/**
 * fgagg_shard_stop - the time of a frame stops
 * @f: the current frame
 * @stolen: for fgagg_shard_exit()
 *
 * The first thing that a hook does after the function has returned.
 *
 * Context: any, NMI included, with preemption off.
 * Return: the clock, for fgagg_shard_exit().
 */
static __always_inline u64 fgagg_shard_stop(struct fgagg_frame *f, u64 *stolen)
{
	if (unlikely(f->flags & FGAGG_FRAME_OUT))
		fgagg_shard_back(f);
	return fgagg_shard_clock(f, stolen);
}

void fgagg_shard_exit(struct fgagg_frame *f, u64 now, u64 stolen);

/**
 * fgagg_shard_dead - a call will never return, as its task is dead
 * @f: its frame
 *
 * Context: any, with preemption off.
 */
static inline void fgagg_shard_dead(struct fgagg_frame *f)
{
	this_cpu_dec(fgagg_shard.count.open);
	fgagg_shard_lose(FGAGG_LOST_MISS, 1);
}

/**
 * fgagg_shard_owns - does a frame belong to this session?
 * @f: a frame that its hook has kept
 *
 * A task may sleep in a traced function while tracing stops and starts again.
 * Such a frame was counted as FGAGG_LOST_STOPPED.
 *
 * Return: false if it is to be ignored.
 */
static __always_inline bool fgagg_shard_owns(const struct fgagg_frame *f)
{
	return f->session == READ_ONCE(fgagg_shard_config.session);
}

void fgagg_shard_switch(struct fgagg_frame *current_frame);

/**
 * struct fgagg_shard_size - how much memory shards take
 * @max_paths: nodes of a shard
 * @chunks: chunks of a shard
 * @chunk_bytes: bytes of a chunk
 * @index_bytes: bytes of the index of the nodes
 * @bytes: bytes of a shard
 */
struct fgagg_shard_size {
	u32	max_paths;
	u32	chunks;
	u32	chunk_bytes;
	u64	index_bytes;
	u64	bytes;
};

struct fgagg_shard_size fgagg_shard_size(u32 max_paths, u32 precision);

int fgagg_shard_init(u32 max_paths, u32 precision);
void fgagg_shard_uninit(void);
int fgagg_shard_reset(u32 max_paths, u32 precision);
void fgagg_shard_quiesce(void);
void fgagg_shard_abandon_open(void);

void fgagg_shard_lock(void);
void fgagg_shard_unlock(void);
struct fgagg_table *fgagg_shard_table(int cpu);
void fgagg_shard_counters(struct fgagg_counters *sum);
bool fgagg_shard_has_func(unsigned long func);
u64 fgagg_shard_epoch(void);
unsigned int fgagg_shard_cpus(void);

#endif /* FGAGG_SHARD_H */
