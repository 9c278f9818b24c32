/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPUs on which tasks and interrupts call functions at random, beside the model.
 *
 * The hook here does what the module's hook does, with hist, cct and frame; the
 * tables are made so small that they overflow, or so large that they must not.
 */
#ifndef FGAGG_SIM_H
#define FGAGG_SIM_H

#include "frame.h"
#include "model.h"

#ifdef fgagg_cct_mix
#define SIM_WEAK	1
#else
#define SIM_WEAK	0
#endif

struct sim_cpu {
	struct fgagg_cct	cct;
	struct fgagg_pool	pool;
	struct fgagg_frame	*current;
	int			idle;
	int			task;
	u64			since;
	u64			entered;
	u64			recorded;
	u64			hurried;
	u64			clamped;
	u64			clamped_cost;
	u64			lost[FGAGG_LOST_NR];
};

/* What a call's hooks will yet take. */
struct sim_cost {
	u64			inside;
	u64			outside;
};

struct sim_task {
	struct fgagg_frame	frame[MODEL_DEPTH];
	struct sim_cost		cost[MODEL_DEPTH];
	int			depth;
	struct fgagg_frame	*current;
	int			last_cpu;
};

/**
 * struct sim_kind - what kind of round it is
 * @wall: time=wall
 * @small: tables are so small that they overflow
 * @steps: interrupts come at every step of recording a call
 */
struct sim_kind {
	bool wall;
	bool small;
	bool steps;
};

/**
 * struct sim - everything of one round
 * @round: its number
 * @kind: its kind
 * @nr_cpus: CPUs there are
 * @nr_tasks: tasks there are beside the idle ones
 * @nr_funcs: functions there are
 * @lazy: a task that has been away is noticed when a hook runs next
 * @precision: k
 * @cost: what a call costs, which is to be taken off its times
 * @now: the clock
 * @ticks_bits: greatest length of time that passes at once, as a power of two
 * @cpu: the CPUs
 * @task: the tasks
 * @model: the model
 */
struct sim {
	int			round;
	struct sim_kind		kind;
	int			nr_cpus;
	int			nr_tasks;
	int			nr_funcs;
	bool			lazy;
	unsigned int		precision;
	struct fgagg_cost	cost;
	u64			now;
	unsigned int		ticks_bits;
	struct sim_cpu		cpu[MODEL_CPUS];
	struct sim_task		task[MODEL_TASKS];
	struct model		model;
};

/* What happened in all rounds of a test, to see that it tests what it says. */
struct sim_sum {
	u64			recorded;
	u64			clamped;
	u64			lost[FGAGG_LOST_NR];
	u64			migrated;
	u64			windows;
	u64			steps;
	u64			same_node;
	u64			shared;
	u64			carried[FGAGG_HIST_LEVELS];
	u64			context[FGAGG_CTX_NR];
};

extern struct sim sim;
extern struct sim_sum sim_sum;
extern u64 sim_seed;

void sim_chance(u64 start);
u32 sim_rnd(u32 n);
void sim_init(int round, struct sim_kind kind);
void sim_step(void);
void sim_close(void);
void sim_exit(void);

void sim_compare(void);

#endif /* FGAGG_SIM_H */
