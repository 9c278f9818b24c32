/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shards: what one CPU has counted, and the two functions that hooks call.
 *
 * Every CPU has a shard, and only that CPU writes it: no lock, no atomic and
 * no shared cache line on the hot path.  Hooks count with preemption off, or by one
 * instruction, so a shard's writers are the contexts of one CPU that interrupt each
 * other.
 *
 * A counter is one instruction to write (this_cpu_*), and never goes back to
 * zero; a reset remembers where it was.  So the sums hold at any quiet moment,
 * over all CPUs, whatever migrates meanwhile:
 *
 *	entered == recorded + open + lost
 *
 * where recorded is not a counter, but the sum of all buckets, and open is how
 * many more have entered than left.
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
 * @left: calls that have returned, or were lost, while their session went on
 * @late: calls that have returned after it
 * @clamped: calls with a time that was clamped: FGAGG_CLAMP_TIME
 * @clamped_cost: likewise: FGAGG_CLAMP_COST
 * @lost: calls that were not recorded, by cause
 */
struct fgagg_counters {
	u64	entered;
	u64	left;
	u64	late;
	u64	clamped;
	u64	clamped_cost;
	u64	lost[FGAGG_LOST_NR];
};

/**
 * struct fgagg_shard - one CPU's share
 * @table: its memory; without any, a table that is full
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

/*
 * The tag of a frame has the number of its session and, in the bits that it has
 * there, what preempt_count() says of interrupts.  A call whose tag is that of
 * the current frame is a call of that frame's function.
 */
#define FGAGG_TAG_LEVEL		(NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET)
#define FGAGG_TAG_SESSION	(~(u32)(FGAGG_TAG_LEVEL | FGAGG_TAG_OUT))

/* What a hook has to copy of the arguments of a call. */
enum fgagg_copy {
	FGAGG_COPY_NONE,
	FGAGG_COPY_FEW,
	FGAGG_COPY_MANY,
	FGAGG_COPY_NR
};

/**
 * struct fgagg_shard_config - what the hot path has to know
 * @root_key: the parent keys of top nodes, by context
 * @cost: what a call costs that is traced, to be taken off its times; as are
 * @copy: what copying costs on top, inside, by &enum fgagg_copy
 * @tag: the session that frames belong to
 * @precision: k of the buckets; changes only while no hook runs
 * @max_depth: greatest number of calls on a path
 * @wall: inclusive time is wall time
 * @select: not every call is wanted at the root of a path
 * @softirq_func: if not 0, softirqs that run below this function belong to
 *	the path of the task that called it
 *
 * Written under the session's mutex, with WRITE_ONCE(); read by every call.  @cost
 * and @copy change only while no hook runs.
 */
struct fgagg_shard_config {
	u64			root_key[FGAGG_CTX_NR];
	struct fgagg_cost	cost;
	u64			copy[FGAGG_COPY_NR];
	u32			tag;
	u32			precision;
	u16			max_depth;
	bool			wall;
	bool			select;
	unsigned long		softirq_func;
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
	this_cpu_add(fgagg_shard.count.left, n);
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
 * struct fgagg_level - what a call may have in common with the current frame
 * @tag: its tag
 * @context: its &enum fgagg_context
 */
struct fgagg_level {
	u32	tag;
	u8	context;
};

bool fgagg_shard_wants_root(const struct fgagg_frame *below, unsigned long func,
			    struct fgagg_level *level);

/**
 * fgagg_shard_wants - is a call to be recorded?
 * @below: the current frame, for which fgagg_shard_owns() is true, or NULL
 * @func: address of the function
 * @level: filled in, see fgagg_shard_wants_root()
 *
 * Context: any, NMI included, with preemption off.
 * Return: false if a restriction leaves the call out, which is no loss, or if it
 * was counted as lost.
 */
static __always_inline bool fgagg_shard_wants(const struct fgagg_frame *below,
					      unsigned long func,
					      struct fgagg_level *level)
{
	level->tag = READ_ONCE(fgagg_shard_config.tag) |
		     (preempt_count() & (NMI_MASK | HARDIRQ_MASK)) |
		     (softirq_count() & SOFTIRQ_OFFSET);
	if (likely(below && !((below->tag ^ level->tag) & FGAGG_TAG_LEVEL))) {
		level->context = below->context;
		return below->room;
	}
	return fgagg_shard_wants_root(below, func, level);
}

/**
 * fgagg_shard_enter - a traced function was entered
 * @f: its frame
 * @below: as for fgagg_shard_wants()
 * @func: address of the function
 * @level: what fgagg_shard_wants() has said
 *
 * The caller makes @f the current frame, and calls fgagg_shard_start().
 *
 * Context: any, NMI included.
 */
static __always_inline void
fgagg_shard_enter(struct fgagg_frame *f, struct fgagg_frame *below,
		  unsigned long func, struct fgagg_level level)
{
	const struct fgagg_shard_config *config = &fgagg_shard_config;

	this_cpu_inc(fgagg_shard.count.entered);
	if (below && unlikely(below->tag & FGAGG_TAG_OUT))
		fgagg_shard_back(below);
	fgagg_frame_enter(f, below, config->root_key, func, level.context,
			  READ_ONCE(config->max_depth) - 1);
	f->tag = level.tag;
	/* An interrupt must find all of this when it finds @f current. */
	barrier();
}

void fgagg_shard_start_late(struct fgagg_frame *f);

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
	fgagg_frame_start(f, fgagg_clock());
	barrier();
	/* There was an interrupt since @f is current. */
	if (unlikely(local64_read(&f->stolen) | f->child))
		fgagg_shard_start_late(f);
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
	return !((f->tag ^ READ_ONCE(fgagg_shard_config.tag)) &
		 FGAGG_TAG_SESSION);
}

/**
 * fgagg_shard_stop - the time of a frame stops
 * @f: the current frame
 * @now: the clock, as the first thing that a hook does when the function has
 *	returned
 * @m: filled in
 *
 * Context: any, NMI included, with preemption off.
 * Return: whether fgagg_shard_exit() may be called; false if @f is not of this
 * session, see fgagg_shard_owns(), or if something was stolen of it, of which
 * nobody knows whether it was before or after the clock was read.
 */
static __always_inline bool fgagg_shard_stop(const struct fgagg_frame *f,
					     u64 now, struct fgagg_mark *m)
{
	*m = (struct fgagg_mark){
		.now	= now,
		.cost	= local64_read(&f->cost),
	};
	barrier();
	return likely(!(((f->tag ^ READ_ONCE(fgagg_shard_config.tag)) &
			 FGAGG_TAG_SESSION) | local64_read(&f->stolen)));
}

struct fgagg_mark fgagg_shard_stop_slow(struct fgagg_frame *f);
void fgagg_shard_exit_slow(const struct fgagg_frame *f, struct fgagg_mark m);

/* What is left to be done when a call has returned. */
enum fgagg_rest {
	FGAGG_REST_NONE,
	FGAGG_REST_ALL,		/* a time has to be cut */
	FGAGG_REST_RECORD,	/* there is no node, or it has no counter */
	FGAGG_REST_FULL,	/* its counter is full */
	FGAGG_REST_EXTREME,	/* it is a new minimum or maximum */
};

void fgagg_shard_exit_rest(const struct fgagg_frame *f, struct fgagg_mark m,
			   enum fgagg_rest rest);

/**
 * fgagg_shard_exit - a traced function has returned
 * @f: its frame
 * @m: from fgagg_shard_stop(), which has allowed this
 *
 * The caller has made the frame below the current frame.
 *
 * Context: any, NMI included, with preemption off.
 * Return: what fgagg_shard_exit_rest() has to do, before preemption is on again;
 * so that this calls nothing, and needs no registers to be saved.
 */
static __always_inline enum fgagg_rest
fgagg_shard_exit(const struct fgagg_frame *f, struct fgagg_mark m)
{
	const struct fgagg_shard_config *config = &fgagg_shard_config;
	struct fgagg_table *table;
	struct fgagg_node *node;
	struct fgagg_times t;

	/* A setting, which may change at any time; needed for a root only. */
	if (unlikely(!fgagg_frame_exit(f, m, data_race(config->wall),
				       &config->cost, &t)))
		return FGAGG_REST_ALL;
	this_cpu_inc(fgagg_shard.count.left);
	table = this_cpu_read(fgagg_shard.table);
	node = fgagg_cct_slot(&table->cct, f->key);
	if (unlikely(!fgagg_node_matches(node, f->key, f->func)))
		return FGAGG_REST_RECORD;
	switch (fgagg_hist_try(&node->hist, &table->pool, t.total)) {
	case FGAGG_HIST_MISSING:
		return FGAGG_REST_RECORD;
	case FGAGG_HIST_FULL:
		return FGAGG_REST_FULL;
	case FGAGG_HIST_COUNTED:
		break;
	}
	fgagg_node_add(node, t.total, t.self, t.cost);
	if (unlikely(t.total < node->min || t.total > node->max))
		return FGAGG_REST_EXTREME;
	return FGAGG_REST_NONE;
}

/**
 * fgagg_shard_dead - a call will never return, as its task is dead
 *
 * Context: any, with preemption off.
 */
static inline void fgagg_shard_dead(void)
{
	this_cpu_inc(fgagg_shard.count.left);
	fgagg_shard_lose(FGAGG_LOST_MISS, 1);
}

/**
 * fgagg_shard_late - a call has returned that was open when tracing stopped
 *
 * For hooks that said to fgagg_shard_abandon() that such calls will return.
 *
 * Context: any, NMI included, with preemption off.
 */
static __always_inline void fgagg_shard_late(void)
{
	this_cpu_inc(fgagg_shard.count.late);
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

struct fgagg_table *fgagg_shard_table_alloc(u32 max_paths);
void fgagg_shard_table_free(struct fgagg_table *table);
u64 fgagg_shard_apart(struct fgagg_table *table, u64 (*fn)(void));

int fgagg_shard_init(u32 max_paths, u32 precision);
void fgagg_shard_uninit(void);
unsigned int fgagg_shard_needed(void);
int fgagg_shard_reset(u32 max_paths, u32 precision);
void fgagg_shard_quiesce(void);
void fgagg_shard_abandon(bool will_return);
bool fgagg_shard_all_left(void);

void fgagg_shard_lock(void);
void fgagg_shard_unlock(void);
struct fgagg_table *fgagg_shard_table(int cpu);
void fgagg_shard_counters(struct fgagg_counters *sum);
bool fgagg_shard_has_func(unsigned long func);
u64 fgagg_shard_epoch(void);
unsigned int fgagg_shard_cpus(void);

#endif /* FGAGG_SHARD_H */
