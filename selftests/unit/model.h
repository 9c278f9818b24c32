/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the core should do, said in the slowest and plainest way.
 *
 * The model is told what happens: calls, returns, task switches, and how much
 * time passes between them.  Time is added, as it passes, to each call that it
 * belongs to.  Nothing is counted: of every call that is recorded the path and
 * the times are kept in a list, and of each CPU's memory the model knows which
 * path and which part of a histogram each piece went to.
 */
#ifndef FGAGG_MODEL_H
#define FGAGG_MODEL_H

#include <linux/types.h>

#include "uapi/fgagg.h"

#define MODEL_CPUS	4
#define MODEL_TASKS	8
#define MODEL_FUNCS	8
#define MODEL_DEPTH	18
#define MODEL_CALLS	2048

/**
 * struct model_path - a call path
 * @name: the context and the functions, a letter each: "H:ac"
 * @up: the caller's path, NULL below the context's root
 * @context: &enum fgagg_context
 * @parent: key of the caller's path, or of the context's root
 * @func: address of the function
 * @key: path key
 */
struct model_path {
	char				name[MODEL_DEPTH + 3];
	const struct model_path		*up;
	int				context;
	u64				parent;
	unsigned long			func;
	u64				key;
};

/**
 * struct model_call - a call that is open, or one that was recorded
 * @path: its path
 * @wall: time since the entry
 * @busy: without interrupts and, with time=cpu, sleep
 * @self: of this, without callees
 * @times: so many calls were the same
 */
struct model_call {
	const struct model_path		*path;
	u64				wall;
	u64				busy;
	u64				self;
	u64				times;
};

/**
 * struct model_task - a task, with the interrupts that came on top of it
 * @call: its open calls, outermost first
 * @depth: number of these
 * @cpu: where it runs, -1 if it does not
 */
struct model_task {
	struct model_call		call[MODEL_DEPTH];
	int				depth;
	int				cpu;
};

/**
 * struct model_cpu - one CPU
 * @node: the paths that got a node, in this order
 * @nr_nodes: number of these
 * @part: the parts of histograms that have counters, each with the octave and
 *	how many times it was carried
 * @nr_parts: number of these
 * @nr_chunks: chunks of these
 * @done: the calls recorded
 * @nr_done: number of these
 * @lost: calls lost
 * @clamped: calls recorded whose time was cut
 */
struct model_cpu {
	const struct model_path		*node[MODEL_CALLS];
	u32				nr_nodes;
	struct {
		const struct model_path	*node;
		u32			octave;
		u32			level;
	} part[3 * MODEL_CALLS];
	u32				nr_parts;
	u32				nr_chunks;
	struct model_call		done[MODEL_CALLS];
	u32				nr_done;
	u64				lost[FGAGG_LOST_NR];
	u64				clamped;
};

/**
 * struct model - all of it
 * @wall: time=wall
 * @precision: k
 * @max_paths: nodes a CPU has
 * @max_chunks: chunks a CPU has
 * @root_key: keys of the contexts' roots
 * @func: addresses of the functions
 * @path: paths called so far
 * @nr_paths: number of these
 * @task: the tasks
 * @cpu: the CPUs
 */
struct model {
	bool				wall;
	unsigned int			precision;
	u32				max_paths;
	u32				max_chunks;
	const u64			*root_key;
	const unsigned long		*func;
	struct model_path		path[MODEL_CALLS];
	u32				nr_paths;
	struct model_task		task[MODEL_TASKS];
	struct model_cpu		cpu[MODEL_CPUS];
};

void model_enter(struct model *m, int task, int func, int context);
struct model_call model_return(struct model *m, int task);
void model_record(struct model *m, int cpu, struct model_call call);
void model_told(struct model *m, int cpu, struct model_call call, int lost);
void model_pass(struct model *m, u64 ticks, int except);
bool model_same_path(const struct model_path *a, const struct model_path *b);

#endif /* FGAGG_MODEL_H */
