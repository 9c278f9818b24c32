// SPDX-License-Identifier: GPL-2.0-only
#include "funcgraph_stack.h"

#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tree.h"

/* What function_graph moves a callee to the right. */
#define INDENT		2

/* So many calls must have been indented before indentation is believed. */
#define INDENT_PROOF	8

/* Durations of seven digits and more are printed with less precision. */
#define ROUNDING	1000

/**
 * struct fgagg_funcgraph_stacks - the calls of all tasks
 * @counter: where calls go that have returned
 * @counts: what became of the log
 * @tasks: whose the calls are that have not
 * @indented: calls that were indented as they should
 * @crooked: calls that were not
 */
struct fgagg_funcgraph_stacks {
	struct fgagg_counter *counter;
	struct fgagg_funcgraph_counts *counts;
	struct fgagg_funcgraph_tasks tasks;
	__u64 indented;
	__u64 crooked;
};

/**
 * fgagg_funcgraph_stack_new - no task has been seen yet
 * @counter: where calls go
 * @counts: where it is counted what became of the log
 *
 * Return: the stacks, or NULL without memory.
 */
struct fgagg_funcgraph_stacks *
fgagg_funcgraph_stack_new(struct fgagg_counter *counter,
			  struct fgagg_funcgraph_counts *counts)
{
	struct fgagg_funcgraph_stacks *stacks = calloc(1, sizeof(*stacks));

	if (stacks) {
		stacks->counter = counter;
		stacks->counts = counts;
	}
	return stacks;
}

/**
 * fgagg_funcgraph_stack_free - give back the stacks
 * @stacks: the stacks, or NULL
 */
void fgagg_funcgraph_stack_free(struct fgagg_funcgraph_stacks *stacks)
{
	if (!stacks)
		return;
	fgagg_funcgraph_task_free(&stacks->tasks);
	free(stacks);
}

static struct fgagg_funcgraph_frame *
top_of(const struct fgagg_funcgraph_task *task)
{
	return task->nr ? &task->frames[task->nr - 1] : NULL;
}

/* The ends of these calls are not in the log. */
static void cut(struct fgagg_funcgraph_stacks *stacks,
		struct fgagg_funcgraph_task *task, size_t nr,
		enum fgagg_loss why)
{
	while (task->nr > nr) {
		if (top_of(task)->node) {
			stacks->counts->cut_off++;
			fgagg_counter_totals(stacks->counter)->lost[why]++;
		}
		fgagg_funcgraph_task_pop(task);
	}
}

static bool trust_indent(const struct fgagg_funcgraph_stacks *stacks)
{
	return stacks->indented >= INDENT_PROOF &&
	       stacks->crooked * INDENT_PROOF <= stacks->indented;
}

/*
 * What is to the right of a call has returned unseen.  Not what is straight above
 * it: an interrupt may be printed so, on top of a call that has just begun.
 */
static void check_indent(struct fgagg_funcgraph_stacks *stacks,
			 struct fgagg_funcgraph_task *task, size_t indent)
{
	const struct fgagg_funcgraph_frame *top = top_of(task);

	if (!top) {
		if (indent < task->base)
			task->base = indent;
		return;
	}
	if (!top->node)
		return;
	if (indent == top->indent + INDENT)
		stacks->indented++;
	else
		stacks->crooked++;
	while (trust_indent(stacks) && top && top->node &&
	       top->indent > indent) {
		cut(stacks, task, task->nr - 1, FGAGG_LOST_MISS);
		top = top_of(task);
	}
}

/* Between the arrows it is a hardirq, whatever the column of flags says. */
static unsigned int context_of(const struct fgagg_funcgraph_task *task,
			       const struct fgagg_funcgraph_event *event)
{
	if (task->irqs)
		return FGAGG_CTX_HARDIRQ;
	if (event->has_context)
		return event->context;
	return task->nr ? fgagg_counter_context(top_of(task)->node) :
			  FGAGG_CTX_TASK;
}

/**
 * fgagg_funcgraph_stack_enter - a function was called
 * @stacks: the stacks
 * @event: what the log says of it
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_stack_enter(struct fgagg_funcgraph_stacks *stacks,
				const struct fgagg_funcgraph_event *event)
{
	struct fgagg_counter_totals *totals;
	struct fgagg_funcgraph_task *task = fgagg_funcgraph_task_get(&stacks->tasks, event);
	struct fgagg_counter_node *parent, *node;
	const struct fgagg_funcgraph_frame *top;
	unsigned int context;

	if (!task)
		return -ENOMEM;
	totals = fgagg_counter_totals(stacks->counter);
	totals->entered++;
	if (task->skipped || task->nr == FGAGG_TREE_DEPTH_MAX) {
		task->skipped++;
		stacks->counts->cut_off++;
		totals->lost[FGAGG_LOST_OVERRUN]++;
		return 0;
	}
	check_indent(stacks, task, event->indent);
	context = context_of(task, event);
	top = top_of(task);
	parent = top && top->node &&
		 fgagg_counter_context(top->node) == context ?
		 top->node : fgagg_counter_root(stacks->counter, context);
	node = fgagg_counter_child(stacks->counter, parent, event->name,
				   event->len);
	return node ? fgagg_funcgraph_task_push(task, node, event->indent) : -ENOMEM;
}

static bool is_named(const struct fgagg_funcgraph_frame *frame,
		     const struct fgagg_funcgraph_event *event)
{
	return !event->len || fgagg_counter_is(frame->node, event->name,
					       event->len);
}

/*
 * Which call returns: usually the innermost.  Another one if the log names it or
 * its indentation, and then those on top have returned unseen.
 */
static size_t find_frame(const struct fgagg_funcgraph_stacks *stacks,
			 const struct fgagg_funcgraph_task *task,
			 const struct fgagg_funcgraph_event *event)
{
	bool trust = trust_indent(stacks);
	const struct fgagg_funcgraph_frame *frame;
	size_t i, named = 0;

	for (i = task->nr; i && task->frames[i - 1].node; i--) {
		frame = &task->frames[i - 1];
		if (!is_named(frame, event))
			continue;
		if (!trust || frame->indent == event->indent)
			return i;
		if (event->len && !named)
			named = i;
	}
	return named;
}

/* Where a log begins, calls return that were called before. */
static void count_orphan(struct fgagg_funcgraph_stacks *stacks,
			 struct fgagg_funcgraph_task *task, size_t indent)
{
	if (!task->nr && indent < task->base) {
		task->base = indent;
		stacks->counts->cut_off++;
	} else {
		stacks->counts->unmatched++;
	}
}

static int count(struct fgagg_funcgraph_stacks *stacks,
		 const struct fgagg_funcgraph_task *task,
		 const struct fgagg_funcgraph_frame *frame,
		 const struct fgagg_funcgraph_event *event)
{
	struct fgagg_counter_totals *totals;
	struct fgagg_counter_call call = {
		.cpu = event->cpu, .pid = task->pid, .total = event->ns,
	};

	totals = fgagg_counter_totals(stacks->counter);
	memcpy(call.comm, task->comm, sizeof(call.comm));
	if (!event->has_time) {
		stacks->counts->untimed++;
		call.total = 0;
	} else if (call.total > FGAGG_VALUE_MAX ||
		   frame->nested > call.total + ROUNDING) {
		totals->clamped++;
	}
	if (call.total > FGAGG_VALUE_MAX)
		call.total = FGAGG_VALUE_MAX;
	if (frame->nested < call.total)
		call.self = call.total - frame->nested;
	stacks->counts->calls++;
	return fgagg_counter_add(frame->node, &call);
}

/**
 * fgagg_funcgraph_stack_leave - a function has returned
 * @stacks: the stacks
 * @event: what the log says of it
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_stack_leave(struct fgagg_funcgraph_stacks *stacks,
				const struct fgagg_funcgraph_event *event)
{
	struct fgagg_funcgraph_task *task = fgagg_funcgraph_task_get(&stacks->tasks, event);
	struct fgagg_funcgraph_frame frame;
	size_t nr;

	if (!task)
		return -ENOMEM;
	if (task->skipped) {
		task->skipped--;
		stacks->counts->unmatched++;
		return 0;
	}
	nr = find_frame(stacks, task, event);
	if (!nr) {
		count_orphan(stacks, task, event->indent);
		return 0;
	}
	cut(stacks, task, nr, FGAGG_LOST_MISS);
	frame = *top_of(task);
	/* All of its time is nested in the one below, and what ran on top too. */
	if (event->has_time)
		top_of(task)->nested = event->ns;
	fgagg_funcgraph_task_pop(task);
	return count(stacks, task, &frame, event);
}

/* The innermost interrupt, or 0. */
static size_t find_irq(const struct fgagg_funcgraph_task *task)
{
	size_t i = task->nr;

	while (i && task->frames[i - 1].node)
		i--;
	return i;
}

/**
 * fgagg_funcgraph_stack_irq - an interrupt begins or ends
 * @stacks: the stacks
 * @event: where
 * @enter: whether it begins
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_stack_irq(struct fgagg_funcgraph_stacks *stacks,
			      const struct fgagg_funcgraph_event *event,
			      bool enter)
{
	struct fgagg_funcgraph_task *task = fgagg_funcgraph_task_get(&stacks->tasks, event);
	size_t nr;

	if (!task)
		return -ENOMEM;
	if (enter && task->nr < FGAGG_TREE_DEPTH_MAX && !task->skipped)
		return fgagg_funcgraph_task_push(task, NULL, 0);
	nr = enter ? 0 : find_irq(task);
	if (nr) {
		task->skipped = 0;
		cut(stacks, task, nr, FGAGG_LOST_MISS);
		fgagg_funcgraph_task_pop(task);
	}
	return 0;
}

/**
 * fgagg_funcgraph_stack_switch - a CPU runs another task from now on
 * @stacks: the stacks
 * @from: the task that ran until now
 * @to: the task that comes, on the same CPU
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_stack_switch(struct fgagg_funcgraph_stacks *stacks,
				 const struct fgagg_funcgraph_event *from,
				 const struct fgagg_funcgraph_event *to)
{
	return fgagg_funcgraph_task_switch(&stacks->tasks, from, to);
}

/**
 * fgagg_funcgraph_stack_lost - events of a CPU were lost
 * @stacks: the stacks
 * @cpu: the CPU
 *
 * Calls that were open there may have returned, and the next to come may belong
 * to others.
 */
void fgagg_funcgraph_stack_lost(struct fgagg_funcgraph_stacks *stacks,
				__u16 cpu)
{
	struct fgagg_funcgraph_task *task;

	task = cpu < stacks->tasks.nr_cpus ? stacks->tasks.on_cpu[cpu] : NULL;
	if (!task)
		return;
	cut(stacks, task, 0, FGAGG_LOST_MISS);
	task->skipped = 0;
	task->base = SIZE_MAX;
}

static void finish_task(const void *node, VISIT visit, void *stacks)
{
	struct fgagg_funcgraph_task *const *task = node;

	if (visit == postorder || visit == leaf)
		cut(stacks, *task, 0, FGAGG_LOST_STOPPED);
}

/**
 * fgagg_funcgraph_stack_finish - the log ends
 * @stacks: the stacks
 */
void fgagg_funcgraph_stack_finish(struct fgagg_funcgraph_stacks *stacks)
{
	twalk_r(stacks->tasks.by_id, finish_task, stacks);
}
