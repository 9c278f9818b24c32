/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * funcgraph_task: the tasks of a function_graph log, and the calls that each
 * has open.
 *
 * A log that has the column of tasks says of each event whose it is.  Otherwise
 * it says when a CPU switches to another task, and until it does, what runs there
 * is the CPU's own nameless task.  So a call that sleeps is found again when its
 * task is back, on whatever CPU.
 */
#ifndef FGAGG_FUNCGRAPH_TASK_H
#define FGAGG_FUNCGRAPH_TASK_H

#include <stdbool.h>
#include <stddef.h>

#include "counter.h"

/**
 * struct fgagg_funcgraph_event - a function is called, or returns
 * @cpu: where
 * @has_task: whether @pid and @comm are known
 * @pid: the task
 * @comm: its name
 * @has_context: whether @context is known
 * @context: &enum fgagg_context
 * @has_time: whether @ns is known
 * @ns: duration
 * @indent: blanks before the function or the brace
 * @name: the function, not terminated
 * @len: bytes of @name; of a return it may be 0
 */
struct fgagg_funcgraph_event {
	__u16 cpu;
	bool has_task;
	__u32 pid;
	char comm[16];
	bool has_context;
	unsigned int context;
	bool has_time;
	__u64 ns;
	size_t indent;
	const char *name;
	size_t len;
};

/**
 * struct fgagg_funcgraph_frame - a call that is open
 * @node: its path; NULL for an interrupt, on top of which its calls are
 * @nested: time of what ran on top: callees and interrupts, in ns
 * @indent: as printed
 */
struct fgagg_funcgraph_frame {
	struct fgagg_counter_node *node;
	__u64 nested;
	size_t indent;
};

/**
 * struct fgagg_funcgraph_task - a task
 * @id: what it is found by
 * @pid: as it is recorded
 * @comm: its name
 * @base: least indentation that was seen with nothing below it
 * @skipped: calls that are open and were too deep for a frame
 * @irqs: interrupts among @frames
 * @nr: number of @frames
 * @room: room in @frames
 * @frames: outermost first
 */
struct fgagg_funcgraph_task {
	__u64 id;
	__u32 pid;
	char comm[16];
	size_t base;
	__u64 skipped;
	size_t irqs;
	size_t nr;
	size_t room;
	struct fgagg_funcgraph_frame *frames;
};

/**
 * struct fgagg_funcgraph_tasks - all tasks; all zero at first
 * @by_id: for tsearch()
 * @on_cpu: the task that each CPU runs, NULL if none has been seen
 * @nr_cpus: number of @on_cpu
 */
struct fgagg_funcgraph_tasks {
	void *by_id;
	struct fgagg_funcgraph_task **on_cpu;
	size_t nr_cpus;
};

void fgagg_funcgraph_task_free(struct fgagg_funcgraph_tasks *tasks);
struct fgagg_funcgraph_task *
fgagg_funcgraph_task_get(struct fgagg_funcgraph_tasks *tasks,
			 const struct fgagg_funcgraph_event *event);
int fgagg_funcgraph_task_switch(struct fgagg_funcgraph_tasks *tasks,
				const struct fgagg_funcgraph_event *from,
				const struct fgagg_funcgraph_event *to);
int fgagg_funcgraph_task_push(struct fgagg_funcgraph_task *task,
			      struct fgagg_counter_node *node, size_t indent);
void fgagg_funcgraph_task_pop(struct fgagg_funcgraph_task *task);

#endif /* FGAGG_FUNCGRAPH_TASK_H */
