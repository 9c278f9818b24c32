// SPDX-License-Identifier: GPL-2.0-only
#include "sim.h"

#include "unit.h"

struct sim sim;
struct sim_sum sim_sum;
u64 sim_seed = 1;

/* Leaves room for interrupts while a hook runs. */
#define STEP_DEPTH	(MODEL_DEPTH - FGAGG_CTX_NR)

static const u64 root_key[FGAGG_CTX_NR] = {
#if SIM_WEAK
	[FGAGG_CTX_TASK]	= 7,
	[FGAGG_CTX_SOFTIRQ]	= 19,
	[FGAGG_CTX_HARDIRQ]	= 33,
	[FGAGG_CTX_NMI]		= 50,
#else
	[FGAGG_CTX_TASK]	= 0x1d8e4e27c47d124fULL,
	[FGAGG_CTX_SOFTIRQ]	= 0xeb44accab455d165ULL,
	[FGAGG_CTX_HARDIRQ]	= 0x9d6bdbf3b8ee5a17ULL,
	[FGAGG_CTX_NMI]		= 0x4be98134a5976fd3ULL,
#endif
};

static const unsigned long func_addr[MODEL_FUNCS] = {
	0xffffffff81000000, 0xffffffff81000010, 0xffffffff81000020,
	0xffffffff81234560, 0xffffffff82ffff40, 0xffffffffc0000000,
	0xffffffffc0000120, 0xffffffffc1234560,
};

/* Chance: splitmix64 */

static u64 chance;

static u64 rnd64(void)
{
	u64 z = chance += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* sim_chance - begin a sequence of random numbers */
void sim_chance(u64 start)
{
	chance = start;
}

/* sim_rnd - a random number less than n */
u32 sim_rnd(u32 n)
{
	return rnd64() % n;
}

/* The hook */

/* A task that has been away is noticed at once, or when a hook runs next. */
static void settle(struct sim_cpu *cpu)
{
	if (cpu->current && cpu->current->tag & FGAGG_TAG_OUT)
		fgagg_frame_in(cpu->current, cpu->since);
}

/* Why the call is lost, or -1 if it is recorded. */
static int hook_node_record(struct sim_cpu *cpu, const struct fgagg_frame *f,
			    struct fgagg_times t, struct fgagg_node **node)
{
	*node = fgagg_cct_slot(&cpu->cct, f->key);
	if (!fgagg_node_matches(*node, f->key, f->func)) {
		*node = fgagg_cct_find(&cpu->cct, f->key);
		if (!*node)
			*node = fgagg_frame_insert(&cpu->cct, f, root_key);
		if (!*node)
			return FGAGG_LOST_FULL;
		if (!fgagg_node_is(*node, f->func))
			return FGAGG_LOST_COLLISION;
	}
	if (!fgagg_node_record(*node, &cpu->pool, t.total, t.self, t.cost))
		return FGAGG_LOST_POOL;
	return -1;
}

static void hook_switch(struct sim_cpu *cpu, struct sim_task *from,
			struct sim_task *to)
{
	settle(cpu);
	from->current = cpu->current;
	if (from->current && !sim.kind.wall)
		fgagg_frame_out(from->current, sim.now);
	cpu->current = to->current;
	cpu->since = sim.now;
	if (!sim.lazy)
		settle(cpu);
}

/* What happens, to both */

static void pass(u64 ticks)
{
	sim.now += ticks;
	model_pass(&sim.model, ticks, -1);
}

/* Of all orders of magnitude; calls of some rounds are too long. */
static u64 random_ticks(void)
{
	return sim_rnd(3) ? rnd64() >> (63 - sim_rnd(sim.ticks_bits)) : 0;
}

static int context_of(const struct fgagg_frame *f)
{
	return f ? f->context : FGAGG_CTX_TASK;
}

static void call(struct sim_cpu *cpu, int func, int context);
static void leave(struct sim_cpu *cpu);

/*
 * Here, while a hook works on @f, an interrupt may come.  It is one that
 * interrupts what is below @f too, and hence has a root of its own whichever of
 * them is current.
 */
static bool window(struct sim_cpu *cpu, const struct fgagg_frame *f)
{
	int context = context_of(f);

	if (f->below && f->below->context > context)
		context = f->below->context;
	if (sim_rnd(16) || context == FGAGG_CTX_NMI)
		return false;
	pass(random_ticks());
	call(cpu, sim_rnd(sim.nr_funcs),
	     context + 1 + sim_rnd(FGAGG_CTX_NMI - context));
	pass(random_ticks());
	leave(cpu);
	pass(random_ticks());
	sim_sum.windows++;
	return true;
}

/* What is being recorded, for interrupts that come at any step of it. */
static struct {
	struct sim_cpu		*cpu;
	const struct fgagg_frame *f;
	struct fgagg_node	*node;
} recording;

static void interrupt(void)
{
	typeof(recording) saved = recording;

	shim_step_hook = NULL;
	sim_sum.steps += window(saved.cpu, saved.f);
	recording = saved;
	shim_step_hook = interrupt;
}

static int record(struct sim_cpu *cpu, const struct fgagg_frame *f,
		  struct fgagg_times t)
{
	struct fgagg_node *node;
	int lost;

	if (sim.kind.steps) {
		recording.cpu = cpu;
		recording.f = f;
		shim_step_hook = interrupt;
	}
	lost = hook_node_record(cpu, f, t, &node);
	shim_step_hook = NULL;
	if (lost >= 0) {
		cpu->lost[lost]++;
		return lost;
	}
	cpu->recorded++;
	cpu->clamped += t.clamp == FGAGG_CLAMP_TIME;
	cpu->clamped_cost += t.clamp == FGAGG_CLAMP_COST;
	if (t.total > node->max)
		node->max = t.total;
	return lost;
}

/* A hook takes time, which in the model the task does not. */
static void spend(const struct sim_cpu *cpu, u64 ticks)
{
	sim.now += ticks;
	model_pass(&sim.model, ticks, cpu->task);
}

/* It takes some of the time that it may. */
static u64 spend_some(const struct sim_cpu *cpu, u64 most)
{
	u64 ticks = most ? sim_rnd(most + 1) : 0;

	spend(cpu, ticks);
	return most - ticks;
}

static struct fgagg_mark mark(const struct fgagg_frame *f)
{
	return (struct fgagg_mark){
		.now	= sim.now,
		.stolen	= local64_read(&f->stolen),
		.cost	= local64_read(&f->cost),
	};
}

static void call(struct sim_cpu *cpu, int func, int context)
{
	struct sim_task *t = &sim.task[cpu->task];
	struct fgagg_frame *f = &t->frame[t->depth];
	struct sim_cost *left = &t->cost[t->depth++];
	struct fgagg_mark m;

	settle(cpu);
	cpu->entered++;
	fgagg_frame_enter(f, cpu->current, root_key, func_addr[func], context,
			  MODEL_DEPTH);
	left->outside = spend_some(cpu, sim.cost.outside);
	cpu->current = f;
	window(cpu, f);
	left->outside = spend_some(cpu, left->outside);
	m = mark(f);
	model_enter(&sim.model, cpu->task, func, context);
	window(cpu, f);
	fgagg_frame_start_late(f, m);
	left->inside = spend_some(cpu, sim.cost.inside);
	sim_sum.context[context]++;
}

static void leave(struct sim_cpu *cpu)
{
	struct sim_task *task = &sim.task[cpu->task];
	struct fgagg_frame *f = cpu->current;
	struct sim_cost *left = &task->cost[task->depth - 1];
	struct model_call returned;
	struct fgagg_times t;
	struct fgagg_mark m;
	int lost;

	settle(cpu);
	spend(cpu, left->inside);
	m = mark(f);
	returned = model_return(&sim.model, cpu->task);
	window(cpu, f);
	cpu->current = f->below;
	window(cpu, f);
	if (m.stolen ||
	    !fgagg_frame_exit(f, m, sim.kind.wall, &sim.cost, &t))
		t = fgagg_frame_exit_slow(f, m, sim.kind.wall, &sim.cost);
	lost = record(cpu, f, t);
	if (sim.kind.steps)
		model_told(&sim.model, cpu - sim.cpu, returned, lost);
	else
		model_record(&sim.model, cpu - sim.cpu, returned);
	spend(cpu, left->outside);
	task->depth--;
}

static void change(struct sim_cpu *cpu, int task)
{
	struct sim_task *from = &sim.task[cpu->task], *to = &sim.task[task];
	int nr = cpu - sim.cpu;

	hook_switch(cpu, from, to);
	sim.model.task[cpu->task].cpu = -1;
	sim.model.task[task].cpu = nr;
	cpu->task = task;
	from->last_cpu = nr;
	sim_sum.migrated += to->depth && to->last_cpu != nr;
}

/*
 * Mostly the context goes on; an interrupt may come on top of it; and a softirq
 * may come on top of a hardirq, at whose exit softirqs run.
 */
static int random_context(const struct sim_cpu *cpu)
{
	int context = context_of(cpu->current), next = sim_rnd(FGAGG_CTX_NR);

	if (sim_rnd(4))
		return context;
	if (context == FGAGG_CTX_HARDIRQ && next == FGAGG_CTX_SOFTIRQ)
		return next;
	return next > context ? next : context;
}

static void random_switch(struct sim_cpu *cpu)
{
	int task = sim_rnd(sim.nr_tasks);

	if (context_of(cpu->current) != FGAGG_CTX_TASK)
		return;
	if (sim.model.task[task].cpu >= 0)
		task = cpu->idle;
	if (task != cpu->task)
		change(cpu, task);
}

/* How much a counter can go up without being carried: mostly as much as it can. */
static u64 hurry_counter(u16 *count)
{
	u32 times = count && *count < FGAGG_COUNTER_FULL ?
		    FGAGG_COUNTER_FULL - 1 - *count : 0;

	if (times && !sim_rnd(4))
		times = sim_rnd(times);
	if (times)
		*count += times;
	return times;
}

/*
 * As if a call that was recorded had come thousands of times, up to the moment
 * before its counters are carried, or to any before.
 */
static void hurry(struct sim_cpu *cpu)
{
	struct model_cpu *m = &sim.model.cpu[cpu - sim.cpu];
	u32 octave, level, top = sim_rnd(FGAGG_HIST_LEVELS);
	struct model_call *done;
	struct fgagg_node *node;
	u64 total, times = 0;

	if (!m->nr_done)
		return;
	done = &m->done[sim_rnd(m->nr_done)];
	total = sim.kind.wall ? done->wall : done->busy;
	node = fgagg_cct_find(&cpu->cct, done->path->key);
	octave = fgagg_hist_octave(&cpu->pool, total);
	for (level = 0; level <= top; level++)
		times += hurry_counter(fgagg_hist_counter(&node->hist, &cpu->pool,
							  octave, total >> octave,
							  level)) <<
			 level * FGAGG_COUNTER_BITS;
	done->times += times;
	cpu->hurried += times;
	local64_add(times * total, &node->total);
	local64_add(times * done->self, &node->self);
}

/* sim_step - something happens */
void sim_step(void)
{
	struct sim_cpu *cpu = &sim.cpu[sim_rnd(sim.nr_cpus)];
	u32 what = sim_rnd(22);

	pass(random_ticks());
	if (what < 2)
		random_switch(cpu);
	else if (what < 11 && sim.task[cpu->task].depth < STEP_DEPTH)
		call(cpu, sim_rnd(sim.nr_funcs), random_context(cpu));
	else if (what < 20 && cpu->current)
		leave(cpu);
	else
		hurry(cpu);
}

/* Rounds */

/* sim_init - begin a round */
void sim_init(int round, struct sim_kind kind)
{
	u32 max_paths = kind.small ? 1 + sim_rnd(40) : MODEL_CALLS;
	u32 pool = kind.small ? 1 + sim_rnd(60) : 3 * MODEL_CALLS;
	int i;

	sim = (struct sim){
		.round = round,
		.kind = kind,
		.nr_cpus = 1 + sim_rnd(MODEL_CPUS),
		.nr_tasks = 1 + sim_rnd(MODEL_TASKS - MODEL_CPUS),
		.nr_funcs = 1 + sim_rnd(MODEL_FUNCS),
		.lazy = sim_rnd(2),
		.precision = FGAGG_PRECISION_MIN + sim_rnd(FGAGG_PRECISION_MAX),
		.cost = {
			.inside = sim_rnd(2) * sim_rnd(200),
			.outside = sim_rnd(2) * sim_rnd(200),
		},
		.now = rnd64(),
		.ticks_bits = sim_rnd(2) ? 30 : FGAGG_VALUE_BITS + 2,
		.model = {
			.wall = kind.wall,
			.max_paths = max_paths,
			.max_chunks = pool - 1,
			.root_key = root_key,
			.func = func_addr,
		},
	};
	sim.model.precision = sim.precision;
	for (i = 0; i < MODEL_TASKS; i++)
		sim.model.task[i].cpu = -1;
	for (i = 0; i < sim.nr_cpus; i++) {
		struct sim_cpu *cpu = &sim.cpu[i];

		fgagg_pool_init(&cpu->pool,
				zalloc(pool, fgagg_pool_chunk_bytes(sim.precision)),
				pool, sim.precision);
		fgagg_cct_init(&cpu->cct,
			       zalloc(fgagg_cct_index_size(max_paths),
				      sizeof(*cpu->cct.index)),
			       zalloc(max_paths + 1, sizeof(struct fgagg_node)),
			       max_paths);
		cpu->idle = MODEL_TASKS - MODEL_CPUS + i;
		cpu->task = cpu->idle;
		sim.model.task[cpu->task].cpu = i;
	}
}

/* sim_close - every call returns, those of tasks that are away on any CPU */
void sim_close(void)
{
	int i;

	for (i = 0; i < sim.nr_cpus; i++)
		while (sim.cpu[i].current)
			leave(&sim.cpu[i]);
	for (i = 0; i < MODEL_TASKS; i++) {
		struct sim_cpu *cpu = &sim.cpu[sim_rnd(sim.nr_cpus)];

		if (!sim.task[i].depth)
			continue;
		change(cpu, i);
		while (cpu->current)
			leave(cpu);
	}
}

/* sim_exit - end a round */
void sim_exit(void)
{
	int i, j;

	for (i = 0; i < sim.nr_cpus; i++) {
		struct sim_cpu *cpu = &sim.cpu[i];

		sim_sum.recorded += cpu->recorded;
		sim_sum.clamped += cpu->clamped;
		for (j = 0; j < FGAGG_LOST_NR; j++)
			sim_sum.lost[j] += cpu->lost[j];
	}
	free_all(NULL);
}
