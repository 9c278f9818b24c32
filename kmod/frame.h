/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Frames: one live invocation of a traced function each.
 *
 * A frame holds what its return needs: the path key, so that the call can be
 * recorded on whatever CPU it returns on, and the times that decide what was
 * its own.  Frames live where the hook keeps them, with the call, and are
 * linked from the innermost outwards.
 *
 *	wall    from entry to return
 *	stolen  of it, what interrupts on top took and, with time=cpu, what the
 *		task slept or waited for a CPU
 *	child   of the rest, what traced callees took
 *
 *	  entry                                               return
 *	    |----|=====callee=====|----|~~interrupt~~|----|=callee=|--|
 *	      self     child       self    stolen     self  child  self
 *
 *	self = wall - stolen - child
 *
 * A frame whose context differs from that of the one below is the root of a
 * path of its own: it gives its whole time to the one below as stolen.
 *
 * What tracing costs is taken off.  Of the cost of one call a part is inside,
 * between the two readings of the clock, and the rest is outside, where it is
 * time of the caller.  So a call that has made calls itself, n of them directly
 * and all in all m, has
 *
 *	total = wall - inside - m (inside + outside)
 *	self = wall - stolen - child - inside - n outside
 */
#ifndef FGAGG_FRAME_H
#define FGAGG_FRAME_H

#include <asm/local64.h>
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "cct.h"

/* Frame flags */
#define FGAGG_FRAME_ROOT	0x01	/* the first of its context */

/* Of the tag, which is otherwise the caller's: its task was switched out. */
#define FGAGG_TAG_OUT		0x80000000U

/**
 * struct fgagg_frame - one live invocation
 * @key: path key
 * @start: clock at entry
 * @child: time of traced callees that have returned, with what tracing them has
 *	cost outside
 * @cost: what tracing them, and their callees, has cost inside and outside; with
 *	time=wall what tracing interrupts has cost, too
 * @stolen: time taken by interrupts and, if it does not count, by sleep
 * @below: the frame that was current at entry: the caller's, or, if this is
 *	a root, what was interrupted; NULL for none
 * @func: low half of the function's address, see fgagg_frame_func()
 * @tag: session and interrupt level; and FGAGG_TAG_OUT
 * @flags: FGAGG_FRAME_*
 * @context: &enum fgagg_context
 * @room: number of calls that may be nested in this one
 * @hook_data: the hook's own
 *
 * Interrupts add to @cost and @stolen at any instruction, and to @child if their
 * softirqs are shown inline.  The direct hook writes frames in assembly, too: see
 * offsets.c.
 */
struct fgagg_frame {
	u64			key;
	u64			start;
	u64			child;
	local64_t		cost;
	local64_t		stolen;
	struct fgagg_frame	*below;
	u32			func;
	u32			tag;
	u8			flags;
	u8			context;
	u16			room;
	u32			hook_data;
};

/**
 * struct fgagg_cost - what tracing a call costs, in ticks
 * @inside: between the readings of the clock
 * @outside: before the first and after the second one
 */
struct fgagg_cost {
	u64	inside;
	u64	outside;
};

/**
 * struct fgagg_mark - the end of a call's time
 * @now: the clock
 * @stolen: what @stolen of the frame was then; what was added later is time of
 *	the frame below
 * @cost: likewise
 */
struct fgagg_mark {
	u64	now;
	u64	stolen;
	u64	cost;
};

/* Why a time was clamped. */
enum fgagg_clamp {
	FGAGG_CLAMP_NONE,
	FGAGG_CLAMP_TIME,	/* negative, or out of range */
	FGAGG_CLAMP_COST,	/* less than what tracing costs */
};

/**
 * struct fgagg_times - what a call has taken, in ticks
 * @total: inclusive time
 * @self: exclusive time
 * @cost: what was taken off @total, as cost of tracing
 * @clamp: whether a time was cut
 */
struct fgagg_times {
	u64			total;
	u64			self;
	u64			cost;
	enum fgagg_clamp	clamp;
};

/*
 * The kernel's text and its modules live in the top 2 GiB of the address
 * space, so 32 bits say which function it is.  Functions elsewhere are not
 * hooked: fgagg_frame_func_fits().
 */
static __always_inline unsigned long
fgagg_frame_func(const struct fgagg_frame *f)
{
	return (unsigned long)(long)(s32)f->func;
}

static inline bool fgagg_frame_func_fits(unsigned long func)
{
	return (unsigned long)(long)(s32)(u32)func == func;
}

/**
 * fgagg_frame_parent - the parent key of a frame's path
 * @f: a live frame
 * @root_key: keys of the contexts' roots
 *
 * Return: the key of its caller's path, or that of its context's root.
 */
static __always_inline u64 fgagg_frame_parent(const struct fgagg_frame *f,
					      const u64 *root_key)
{
	return f->flags & FGAGG_FRAME_ROOT ? root_key[f->context] : f->below->key;
}

/**
 * fgagg_frame_depth - how many callers a call has
 * @f: a live frame
 *
 * Return: the number of frames below it on its path.
 */
static inline unsigned int fgagg_frame_depth(const struct fgagg_frame *f)
{
	unsigned int depth = 0;

	for (; !(f->flags & FGAGG_FRAME_ROOT); f = f->below)
		depth++;
	return depth;
}

/**
 * fgagg_frame_enter - a traced function was entered
 * @f: its frame; @start, @tag and @hook_data are left to others
 * @below: the current frame, or NULL
 * @root_key: keys of the contexts' roots
 * @func: address of the function
 * @context: &enum fgagg_context
 * @room: number of calls that may be nested in a root; in another call it is one
 *	less than in its caller, which must not have 0
 *
 * The caller then makes @f the current frame, and starts its time.
 *
 * Context: any, NMI included.
 */
static __always_inline void
fgagg_frame_enter(struct fgagg_frame *f, struct fgagg_frame *below,
		  const u64 *root_key, unsigned long func, u8 context, u16 room)
{
	u64 parent;

	if (below && below->context == context) {
		parent = below->key;
		f->room = below->room - 1;
		f->flags = 0;
	} else {
		parent = root_key[context];
		f->room = room;
		f->flags = FGAGG_FRAME_ROOT;
	}
	f->key = fgagg_cct_mix(parent, func);
	f->child = 0;
	local64_set(&f->cost, 0);
	local64_set(&f->stolen, 0);
	f->below = below;
	f->func = func;
	f->context = context;
}

/**
 * fgagg_frame_start - the time of a frame starts
 * @f: the current frame
 * @now: the clock
 *
 * If anything has been taken of it since it became the current frame it starts
 * late: fgagg_frame_start_late().
 *
 * Context: any, NMI included.
 */
static __always_inline void fgagg_frame_start(struct fgagg_frame *f, u64 now)
{
	f->start = now;
}

void fgagg_frame_start_late(struct fgagg_frame *f, struct fgagg_mark m);

/**
 * fgagg_frame_times - what a call has taken of which nothing was stolen
 * @f: its frame
 * @m: when it returned
 * @cost: what a call costs
 * @times: filled in
 *
 * Return: false if a time has to be cut.
 */
static __always_inline bool fgagg_frame_times(const struct fgagg_frame *f,
					      struct fgagg_mark m,
					      const struct fgagg_cost *cost,
					      struct fgagg_times *times)
{
	u64 elapsed = m.now - f->start;

	times->cost = m.cost + cost->inside;
	times->total = elapsed - times->cost;
	times->self = elapsed - f->child - cost->inside;
	times->clamp = FGAGG_CLAMP_NONE;
	/* All ones above that if it is negative. */
	return likely((times->total | times->self) <= FGAGG_VALUE_MAX);
}

/**
 * fgagg_frame_give - give a frame's time to the one below
 * @f: the frame; the one below is the current frame again
 * @elapsed: its time
 * @busy: without what was stolen of it
 * @m: when its time ended
 * @wall: inclusive time is wall time
 * @cost: what a call costs
 *
 * Context: any, NMI included.
 */
static __always_inline void
fgagg_frame_give(const struct fgagg_frame *f, u64 elapsed, u64 busy,
		 struct fgagg_mark m, bool wall, const struct fgagg_cost *cost)
{
	u64 inside = cost->inside, outside = cost->outside;
	struct fgagg_frame *below = f->below;

	if (likely(!(f->flags & FGAGG_FRAME_ROOT))) {
		below->child += busy + outside;
		local64_add(local64_read(&f->cost) + inside + outside,
			    &below->cost);
		local64_add(local64_read(&f->stolen), &below->stolen);
	} else if (below) {
		if (wall)
			local64_add(local64_read(&f->cost) + inside + outside,
				    &below->cost);
		local64_add(elapsed + outside + local64_read(&f->stolen) -
			    m.stolen, &below->stolen);
	}
}

/**
 * fgagg_frame_exit - a traced function has returned
 * @f: its frame; the one below is the current frame again
 * @m: when it returned; nothing was stolen up to then
 * @wall: inclusive time is wall time
 * @cost: what a call costs
 * @times: filled in
 *
 * Context: any, NMI included.
 * Return: true, and the frame's time was given to the one below; or false if a
 * time has to be cut, and nothing was done: call fgagg_frame_exit_slow().
 */
static __always_inline bool
fgagg_frame_exit(const struct fgagg_frame *f, struct fgagg_mark m, bool wall,
		 const struct fgagg_cost *cost, struct fgagg_times *times)
{
	u64 elapsed = m.now - f->start;

	if (unlikely(!fgagg_frame_times(f, m, cost, times)))
		return false;
	fgagg_frame_give(f, elapsed, elapsed, m, wall, cost);
	return true;
}

struct fgagg_times fgagg_frame_exit_slow(const struct fgagg_frame *f,
					 struct fgagg_mark m, bool wall,
					 const struct fgagg_cost *cost);

/**
 * fgagg_frame_out - the task that runs a frame is switched out
 * @f: its current frame
 * @now: the clock
 *
 * Context: scheduler, interrupts off.
 */
static inline void fgagg_frame_out(struct fgagg_frame *f, u64 now)
{
	local64_sub(now, &f->stolen);
	f->tag |= FGAGG_TAG_OUT;
}

/**
 * fgagg_frame_in - the task that runs a frame is back
 * @f: its current frame
 * @since: the clock when the task was switched in
 *
 * An interrupt may come first, at any instruction: who clears FGAGG_TAG_OUT counts.
 *
 * Context: any, NMI included, before the frame's times are used.
 */
static inline void fgagg_frame_in(struct fgagg_frame *f, u64 since)
{
	u32 tag = READ_ONCE(f->tag);

	if (tag & FGAGG_TAG_OUT &&
	    cmpxchg_local(&f->tag, tag, tag & ~FGAGG_TAG_OUT) == tag)
		local64_add(since, &f->stolen);
}

struct fgagg_node *fgagg_frame_insert(struct fgagg_cct *cct,
				      const struct fgagg_frame *f,
				      const u64 *root_key);

#endif /* FGAGG_FRAME_H */
