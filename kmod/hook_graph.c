// SPDX-License-Identifier: GPL-2.0-only
/*
 * The graph hook: function graph tracing's own way to see calls and returns.
 *
 * Frames and the current frame belong to the task, in or beside fgraph's shadow
 * stack.  They move with the task, whatever CPU that runs on, and interrupts,
 * which use the shadow stack of the task they interrupt, nest on top of it.
 * Nothing is left to do at a context switch but to take the time.
 */
#include "hook.h"

#include "fgraph.h"
#include "shard.h"
#include "switch.h"

/* The current frame, unless an earlier session left it behind. */
static __always_inline struct fgagg_frame *
current_frame(const unsigned long *slot)
{
	struct fgagg_frame *f = fgagg_fgraph_current(slot);

	return f && fgagg_shard_owns(f) ? f : NULL;
}

/*
 * Calls that fgraph did not show us for want of room: it counts them for the
 * task.  A frame knows how many came before it or were booked since.
 */
static noinline void graph_overrun(struct fgagg_frame *f, u32 overrun)
{
	s32 more = overrun - READ_ONCE(f->hook_data);

	/* An interrupt may have come since @overrun was read, and booked more. */
	if (more <= 0)
		return;
	fgagg_shard_refuse(FGAGG_LOST_OVERRUN, more);
	for (; f; f = f->below)
		f->hook_data += more;
}

static __always_inline void book_overrun(struct fgagg_frame *f)
{
	u32 overrun = atomic_read(&current->trace_overrun);

	if (unlikely(overrun != READ_ONCE(f->hook_data)))
		graph_overrun(f, overrun);
}

/* ftrace's recursion protection has turned preemption off. */
static FGAGG_FGRAPH_ENTRY(graph_entry, trace)
{
	unsigned long *slot = fgagg_fgraph_slot();
	struct fgagg_frame *f, *below = current_frame(slot);
	struct fgagg_level level;

	if (!fgagg_shard_wants(below, trace->func, &level))
		return 0;
	f = fgagg_fgraph_push(slot);
	if (unlikely(!f)) {
		fgagg_shard_refuse(FGAGG_LOST_OVERRUN, 1);
		return 0;
	}
	fgagg_shard_enter(f, below, trace->func, level);
	fgagg_fgraph_set_current(slot, f);
	/* Not before: what interrupts book from here on they add to @f. */
	f->hook_data = atomic_read(&current->trace_overrun);
	fgagg_shard_start(f);
	return 1;
}

/* A call has returned, of which something was stolen. */
static noinline void graph_exit_slow(struct fgagg_frame *f)
{
	struct fgagg_mark m = fgagg_shard_stop_slow(f);

	fgagg_fgraph_set_current(fgagg_fgraph_slot(), f->below);
	book_overrun(f);
	fgagg_shard_exit_slow(f, m);
}

static FGAGG_FGRAPH_RETURN(graph_return, trace)
{
	u64 now = fgagg_clock();
	struct fgagg_frame *f;
	enum fgagg_rest rest;
	struct fgagg_mark m;

	preempt_disable_notrace();
	f = fgagg_fgraph_top(trace);
	/* No frame: another user of fgraph wanted this call, and we did not. */
	if (!f || unlikely(!fgagg_shard_owns(f)))
		goto out;
	if (fgagg_shard_stop(f, now, &m)) {
		fgagg_fgraph_set_current(fgagg_fgraph_slot(), f->below);
		book_overrun(f);
		rest = fgagg_shard_exit(f, m);
		if (unlikely(rest))
			fgagg_shard_exit_rest(f, m, rest);
	} else {
		graph_exit_slow(f);
	}
	fgagg_fgraph_pop(f);
out:
	preempt_enable_notrace();
}

struct fgraph_ops fgagg_fgraph_ops = {
	.entryfunc	= graph_entry,
	.retfunc	= graph_return,
};

/* A task that will not run again is switched out: its calls never return. */
static void graph_dead(struct fgagg_frame *f)
{
	struct fgagg_frame *below;

	book_overrun(f);
	fgagg_fgraph_set_current(fgagg_fgraph_slot(), NULL);
	for (; f; f = below) {
		below = f->below;
		fgagg_shard_dead();
		fgagg_fgraph_pop(f);
	}
}

static void graph_switch(void *unused, bool preempt, struct task_struct *prev,
			 struct task_struct *next, unsigned int prev_state)
{
	struct fgagg_frame *f = NULL;

	if (current->ret_stack)
		f = current_frame(fgagg_fgraph_slot());
	if (f && prev_state & TASK_DEAD) {
		graph_dead(f);
		f = NULL;
	}
	fgagg_shard_switch(f);
}

static int graph_start(unsigned long *addrs, unsigned int nr)
{
	int err = fgagg_switch_register(graph_switch);

	if (err)
		return err;
	err = fgagg_fgraph_start(addrs, nr);
	if (err)
		fgagg_switch_unregister(graph_switch);
	return err;
}

static void graph_stop(void)
{
	fgagg_fgraph_stop();
	fgagg_switch_unregister(graph_switch);
	fgagg_shard_quiesce();
	fgagg_shard_abandon(false);
	fgagg_fgraph_release();
}

const struct fgagg_hook fgagg_hook_graph = {
	.name	= "graph",
	.init	= fgagg_fgraph_init,
	.start	= graph_start,
	.update	= fgagg_fgraph_update,
	.stop	= graph_stop,
	.why	= fgagg_fgraph_why,
};
