// SPDX-License-Identifier: GPL-2.0-only
#include "frame.h"

#include <linux/minmax.h>

/* Cut a time that is less than none. */
static s64 cut(s64 time, bool *was_cut)
{
	if (time >= 0)
		return time;
	*was_cut = true;
	return 0;
}

/**
 * fgagg_frame_start_late - the time of a frame starts, of which something was taken
 * @f: the current frame
 * @m: the clock, and what interrupts have taken since @f became the current frame
 *
 * That is still time of the frame below.  Calls that the scheduler has made when it
 * preempted the task are callees of @f, so what they have taken is time of @f, as if it
 * had just been; and what tracing them has cost is the other's.  With time=wall that
 * of interrupts cannot be told from it.
 *
 * Context: any, NMI included, with preemption off.
 */
void fgagg_frame_start_late(struct fgagg_frame *f, struct fgagg_mark m)
{
	struct fgagg_frame *below = f->below;
	u64 cost = min(f->child, m.cost);

	f->child -= cost;
	f->start = m.now - f->child;
	local64_sub(m.stolen, &f->stolen);
	local64_sub(m.cost, &f->cost);
	if (!below)
		return;
	local64_add(m.stolen, &below->stolen);
	local64_add(m.cost, &below->cost);
	if (f->flags & FGAGG_FRAME_ROOT)
		local64_add(cost, &below->stolen);
	else
		below->child += cost;
}

/**
 * fgagg_frame_exit_slow - a traced function has returned
 * @f: its frame; the one below is the current frame again
 * @m: when it returned
 * @wall: inclusive time is all that has passed; else without what was stolen
 * @cost: what a call costs
 *
 * As fgagg_frame_exit(), for all that can be.
 *
 * Context: any, NMI included.
 * Return: what the call has taken.
 */
struct fgagg_times fgagg_frame_exit_slow(const struct fgagg_frame *f,
					 struct fgagg_mark m, bool wall,
					 const struct fgagg_cost *cost)
{
	struct fgagg_times t = { };
	s64 elapsed, busy, raw;
	u64 spent = m.cost + cost->inside;
	bool bad = false, cheap = false;

	/* The clocks of two CPUs may differ by a few ticks. */
	elapsed = cut(m.now - f->start, &bad);
	busy = cut(elapsed - m.stolen, &bad);
	if (busy > elapsed) {
		busy = elapsed;
		bad = true;
	}
	/*
	 * What goes to the frame below is not cut to the range of histograms:
	 * hours that a callee slept must cancel out there.
	 */
	fgagg_frame_give(f, elapsed, busy, m, wall, cost);

	raw = wall ? elapsed : busy;
	t.total = cut(raw - spent, &cheap);
	t.self = cut(busy - f->child - cost->inside, spent ? &cheap : &bad);
	t.cost = raw - t.total;
	if (t.total > FGAGG_VALUE_MAX) {
		t.total = FGAGG_VALUE_MAX;
		bad = true;
	}
	t.self = min(t.self, t.total);
	if (bad)
		t.clamp = FGAGG_CLAMP_TIME;
	else if (cheap)
		t.clamp = FGAGG_CLAMP_COST;
	return t;
}

/**
 * fgagg_frame_insert - make the node of a frame's path, and of all its callers
 * @cct: this CPU's tree
 * @f: the frame; it and those below it are live
 * @root_key: keys of the contexts' roots
 *
 * Callers are inserted first, so that a reader who sees a node sees its parent
 * too.  This looks up every ancestor once for each one that is missing, which
 * is cheap enough for what happens once in the life of a path.
 *
 * The node may turn out to be that of a caller with the same key, so that
 * fgagg_node_is() has to be asked, as after fgagg_cct_find().
 *
 * Context: any, NMI included, on the CPU that owns @cct, with preemption off.
 * Return: the node of @f's path, or NULL if the tree is full.
 */
struct fgagg_node *fgagg_frame_insert(struct fgagg_cct *cct,
				      const struct fgagg_frame *f,
				      const u64 *root_key)
{
	const struct fgagg_frame *missing;
	struct fgagg_node *node;

	do {
		for (missing = f; !(missing->flags & FGAGG_FRAME_ROOT);
		     missing = missing->below)
			if (fgagg_cct_find(cct, missing->below->key))
				break;
		if (!fgagg_cct_insert(cct, missing->key,
				      fgagg_frame_parent(missing, root_key),
				      fgagg_frame_func(missing)))
			return NULL;
		/* It may be a caller's, by a collision of keys. */
		node = fgagg_cct_find(cct, f->key);
	} while (!node);
	return node;
}
