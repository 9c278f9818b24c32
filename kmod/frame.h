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
 */
#ifndef FGAGG_FRAME_H
#define FGAGG_FRAME_H

#include <asm/local64.h>
#include <linux/compiler.h>
#include <linux/types.h>

#include "cct.h"

/* Frame flags */
#define FGAGG_FRAME_ROOT	0x01	/* the first of its context */
#define FGAGG_FRAME_OUT		0x02	/* its task was switched out */
#define FGAGG_FRAME_INLINE	0x04	/* softirqs on top run in its context */

/**
 * struct fgagg_frame - one live invocation
 * @key: path key
 * @start: clock at entry
 * @child: time of traced callees that have returned
 * @stolen: time taken by interrupts and, if it does not count, by sleep; a
 *	local64_t, since interrupts add to it at any instruction
 * @below: the frame that was current at entry: the caller's, or, if this is
 *	a root, what was interrupted; NULL for none
 * @func: low half of the function's address, see fgagg_frame_func()
 * @session: tells frames that an earlier session left behind
 * @depth: number of callers on the path
 * @context: &enum fgagg_context
 * @flags: FGAGG_FRAME_*
 * @hook_data: the hook's own
 */
struct fgagg_frame {
	u64			key;
	u64			start;
	u64			child;
	local64_t		stolen;
	struct fgagg_frame	*below;
	u32			func;
	u32			session;
	u16			depth;
	u8			context;
	u8			flags;
	u32			hook_data;
};

/**
 * struct fgagg_times - what a call has cost, in ticks
 * @total: inclusive time
 * @self: exclusive time
 * @clamped: a time was negative or out of range, and was cut
 */
struct fgagg_times {
	u64	total;
	u64	self;
	bool	clamped;
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
 * fgagg_frame_enter - a traced function was entered
 * @f: its frame; @start, @session and @hook_data are left to others
 * @below: the current frame, or NULL
 * @root_key: keys of the contexts' roots
 * @func: address of the function
 * @context: &enum fgagg_context
 *
 * The caller then makes @f the current frame, and starts its time.
 *
 * Context: any, NMI included.
 */
static __always_inline void
fgagg_frame_enter(struct fgagg_frame *f, struct fgagg_frame *below,
		  const u64 *root_key, unsigned long func, u8 context)
{
	u64 parent;

	if (below && below->context == context) {
		parent = below->key;
		f->depth = below->depth + 1;
		f->flags = below->flags & FGAGG_FRAME_INLINE;
	} else {
		parent = root_key[context];
		f->depth = 0;
		f->flags = FGAGG_FRAME_ROOT;
	}
	f->key = fgagg_cct_mix(parent, func);
	f->child = 0;
	local64_set(&f->stolen, 0);
	f->below = below;
	f->func = func;
	f->context = context;
}

/**
 * fgagg_frame_start - the time of a frame starts
 * @f: the current frame
 * @now: the clock
 * @stolen: what @f->stolen was then: taken by interrupts since @f became the
 *	current frame, which is still the time of the one below
 *
 * Context: any, NMI included.
 */
static __always_inline void fgagg_frame_start(struct fgagg_frame *f, u64 now,
					      u64 stolen)
{
	f->start = now;
	if (unlikely(stolen)) {
		local64_sub(stolen, &f->stolen);
		if (f->below)
			local64_add(stolen, &f->below->stolen);
	}
}

/**
 * fgagg_frame_exit - a traced function has returned
 * @f: its frame; the one below is the current frame again
 * @now: the clock
 * @stolen: what @f->stolen was then; what was added later is time of the frame
 *	below
 * @wall: inclusive time is all that has passed; else without what was stolen
 *
 * Gives the frame's time to the one below.
 *
 * Context: any, NMI included.
 * Return: what the call has cost.
 */
static __always_inline struct fgagg_times
fgagg_frame_exit(struct fgagg_frame *f, u64 now, u64 stolen, bool wall)
{
	struct fgagg_frame *below = f->below;
	struct fgagg_times t = { };
	s64 elapsed = now - f->start;
	s64 busy, self;

	/* The clocks of two CPUs may differ by a few ticks. */
	if (unlikely(elapsed < 0)) {
		elapsed = 0;
		t.clamped = true;
	}
	busy = elapsed - (s64)stolen;
	if (unlikely((u64)busy > (u64)elapsed)) {
		busy = busy < 0 ? 0 : elapsed;
		t.clamped = true;
	}
	self = busy - (s64)f->child;
	if (unlikely(self < 0)) {
		self = 0;
		t.clamped = true;
	}
	/*
	 * What goes to @below is not cut to the range of histograms: hours that
	 * a callee slept must cancel out there.
	 */
	t.total = wall ? elapsed : busy;
	t.self = self;
	if (unlikely(t.total > FGAGG_VALUE_MAX)) {
		t.total = FGAGG_VALUE_MAX;
		if (t.self > t.total)
			t.self = t.total;
		t.clamped = true;
	}

	if (f->flags & FGAGG_FRAME_ROOT) {
		if (below)
			local64_add(elapsed + local64_read(&f->stolen) - stolen,
				    &below->stolen);
	} else {
		below->child += busy;
		local64_add(local64_read(&f->stolen), &below->stolen);
	}
	return t;
}

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
	f->flags |= FGAGG_FRAME_OUT;
}

/**
 * fgagg_frame_in - the task that runs a frame is back
 * @f: its current frame, FGAGG_FRAME_OUT set
 * @since: the clock when the task was switched in
 *
 * Context: any, NMI included, before the frame's times are used.
 */
static inline void fgagg_frame_in(struct fgagg_frame *f, u64 since)
{
	local64_add(since, &f->stolen);
	f->flags &= ~FGAGG_FRAME_OUT;
}

struct fgagg_node *fgagg_frame_insert(struct fgagg_cct *cct,
				      const struct fgagg_frame *f,
				      const u64 *root_key);

#endif /* FGAGG_FRAME_H */
