/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the graph hook needs of the kernel's fgraph: to have its callbacks
 * called for a set of functions, a place to keep a frame for each call, and a
 * task's current frame.  There are two implementations, see FGAGG_FGRAPH_MULTI.
 *
 * fgraph_multi.c: frames are data on the task's shadow stack, and the current
 * frame is the word that fgraph keeps on it for each of its users.
 *
 * fgraph_single.c: fgraph has no room for us.  Frames come from a pool, and
 * the shadow stack's record of the call, whose function we know, points to its
 * frame instead.  The current frame is that of the innermost record.
 */
#ifndef FGAGG_FGRAPH_H
#define FGAGG_FGRAPH_H

#include <linux/ftrace.h>
#include <linux/sched.h>

#include "compat.h"
#include "frame.h"
#include "ksym.h"

/* Defined by the hook, with its callbacks. */
extern struct fgraph_ops fgagg_fgraph_ops;

int fgagg_fgraph_init(void);
int fgagg_fgraph_start(unsigned long *addrs, unsigned int nr);
int fgagg_fgraph_update(unsigned long *addrs, unsigned int nr);
void fgagg_fgraph_stop(void);
void fgagg_fgraph_release(void);
const char *fgagg_fgraph_why(int err);

#if FGAGG_FGRAPH_MULTI

FGAGG_KSYM_DECLARE(fgraph_reserve_data);
FGAGG_KSYM_DECLARE(fgraph_retrieve_data);
FGAGG_KSYM_DECLARE(fgraph_get_task_var);

/**
 * fgagg_fgraph_slot - where the current frame of the current task is noted
 *
 * Context: fgraph callback, or in a tracepoint.  The task has a shadow stack.
 * Return: the place.
 */
static __always_inline unsigned long *fgagg_fgraph_slot(void)
{
	return fgagg_ksym(fgraph_get_task_var)(&fgagg_fgraph_ops);
}

/**
 * fgagg_fgraph_current - the current frame
 * @slot: fgagg_fgraph_slot()
 *
 * The slot may hold what an earlier user of fgraph's index left behind, or a
 * frame whose return fgraph did not show us: a frame in use is on the shadow
 * stack, below its top.  The caller tells frames of other sessions.
 *
 * Context: as fgagg_fgraph_slot().
 * Return: the frame, or NULL.
 */
static __always_inline struct fgagg_frame *
fgagg_fgraph_current(const unsigned long *slot)
{
	unsigned long offset = READ_ONCE(*slot) - (unsigned long)current->ret_stack;

	if (offset >= current->curr_ret_stack * sizeof(long))
		return NULL;
	return (void *)current->ret_stack + offset;
}

/**
 * fgagg_fgraph_push - a frame for the call that fgraph is entering
 * @slot: fgagg_fgraph_slot()
 *
 * Context: entry callback.
 * Return: the frame, or NULL if the shadow stack is full.
 */
static __always_inline struct fgagg_frame *fgagg_fgraph_push(unsigned long *slot)
{
	return fgagg_ksym(fgraph_reserve_data)(fgagg_fgraph_ops.idx,
					       sizeof(struct fgagg_frame));
}

/**
 * fgagg_fgraph_top - the frame of the call that is returning
 * @trace: what fgraph says of it
 *
 * Context: return callback, with preemption off.
 * Return: the frame, or NULL if fgagg_fgraph_push() was not called for it.
 */
static __always_inline struct fgagg_frame *
fgagg_fgraph_top(const struct ftrace_graph_ret *trace)
{
	return fgagg_ksym(fgraph_retrieve_data)(fgagg_fgraph_ops.idx, NULL);
}

/**
 * fgagg_fgraph_set_current - make a frame the current one
 * @slot: fgagg_fgraph_slot()
 * @f: the frame, or NULL
 */
static __always_inline void fgagg_fgraph_set_current(unsigned long *slot,
						     struct fgagg_frame *f)
{
	WRITE_ONCE(*slot, (unsigned long)f);
}

/**
 * fgagg_fgraph_pop - give back the frame of the call that is returning
 * @f: fgagg_fgraph_top()
 */
static __always_inline void fgagg_fgraph_pop(struct fgagg_frame *f)
{
	/* fgraph takes its stack back as a whole. */
}

#else /* !FGAGG_FGRAPH_MULTI */

#include <linux/freelist.h>

/**
 * struct fgagg_fgraph_frame - a frame of the pool
 * @free: in a list of free frames
 * @home: that list
 * @record: the shadow stack's record of the call, while there is one
 * @frame: the frame
 */
struct fgagg_fgraph_frame {
	struct freelist_node	free;
	struct freelist_head	*home;
	struct ftrace_ret_stack	*record;
	struct fgagg_frame	frame;
} ____cacheline_aligned;

extern struct fgagg_fgraph_frame *fgagg_fgraph_pool;
extern unsigned int fgagg_fgraph_frames;
extern struct freelist_head fgagg_fgraph_free;
DECLARE_PER_CPU_ALIGNED(struct freelist_head, fgagg_fgraph_cpu_free);

static __always_inline bool fgagg_fgraph_in_pool(unsigned long p)
{
	return p - (unsigned long)fgagg_fgraph_pool <
	       fgagg_fgraph_frames * sizeof(*fgagg_fgraph_pool);
}

/* The frame that a record points to: the frame knows if that is out of date. */
static __always_inline struct fgagg_frame *
fgagg_fgraph_of_record(struct ftrace_ret_stack *record)
{
	unsigned long p = READ_ONCE(record->func);
	struct fgagg_frame *f = (struct fgagg_frame *)p;

	if (!fgagg_fgraph_in_pool(p) ||
	    container_of(f, struct fgagg_fgraph_frame, frame)->record != record)
		return NULL;
	return f;
}

static __always_inline unsigned long *fgagg_fgraph_slot(void)
{
	return &current->ret_stack[current->curr_ret_stack].func;
}

/*
 * The innermost record is that of the call that is being entered, which has no
 * frame yet.  So are those below it that an interrupt came in between.
 */
static __always_inline struct fgagg_frame *
fgagg_fgraph_current(const unsigned long *slot)
{
	int i = current->curr_ret_stack, end = max(i - FGAGG_CTX_NR, 0);
	struct fgagg_frame *f;

	for (; i >= end; i--) {
		f = fgagg_fgraph_of_record(&current->ret_stack[i]);
		if (f)
			return f;
	}
	return NULL;
}

static __always_inline struct fgagg_frame *fgagg_fgraph_push(unsigned long *slot)
{
	struct fgagg_fgraph_frame *f;
	struct freelist_node *node;

	node = freelist_try_get(raw_cpu_ptr(&fgagg_fgraph_cpu_free)) ?:
	       freelist_try_get(&fgagg_fgraph_free);
	if (unlikely(!node))
		return NULL;
	f = container_of(node, struct fgagg_fgraph_frame, free);
	f->record = container_of(slot, struct ftrace_ret_stack, func);
	return &f->frame;
}

static __always_inline struct fgagg_frame *
fgagg_fgraph_top(const struct ftrace_graph_ret *trace)
{
	return fgagg_fgraph_of_record(&current->ret_stack[current->curr_ret_stack]);
}

static __always_inline void fgagg_fgraph_set_current(unsigned long *slot,
						     struct fgagg_frame *f)
{
	WRITE_ONCE(*slot, (unsigned long)f);
}

static __always_inline void fgagg_fgraph_pop(struct fgagg_frame *frame)
{
	struct fgagg_fgraph_frame *f;

	f = container_of(frame, struct fgagg_fgraph_frame, frame);
	f->record = NULL;
	freelist_add(&f->free, f->home);
}

#endif /* FGAGG_FGRAPH_MULTI */

#endif /* FGAGG_FGRAPH_H */
