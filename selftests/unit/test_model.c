// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random calls on random CPUs, against the model.
 *
 * The hook here does what the module's hook does, with hist, cct and frame; the
 * tables are made so small that they overflow, or so large that they must not.
 * The same program is built a second time with a hash of paths that knows few
 * keys, so that paths collide.
 *
 * FGAGG_SEED in the environment repeats a run.
 */
#include "frame.h"

#include <stdio.h>

#include "model.h"
#include "unit.h"

#ifdef fgagg_cct_mix
#define WEAK	1
#else
#define WEAK	0
#endif

#define ROUNDS	250
#define STEPS	700

/* Leaves room for interrupts while a hook runs. */
#define STEP_DEPTH	(MODEL_DEPTH - FGAGG_CTX_NR)

static const u64 root_key[FGAGG_CTX_NR] = {
	[FGAGG_CTX_TASK]	= 0x1d8e4e27c47d124fULL,
	[FGAGG_CTX_SOFTIRQ]	= 0xeb44accab455d165ULL,
	[FGAGG_CTX_HARDIRQ]	= 0x9d6bdbf3b8ee5a17ULL,
	[FGAGG_CTX_NMI]		= 0x4be98134a5976fd3ULL,
};

static const unsigned long func_addr[MODEL_FUNCS] = {
	0xffffffff81000000, 0xffffffff81000010, 0xffffffff81000020,
	0xffffffff81234560, 0xffffffff82ffff40, 0xffffffffc0000000,
	0xffffffffc0000120, 0xffffffffc1234560,
};

struct cpu {
	struct fgagg_cct	cct;
	struct fgagg_pool	pool;
	struct fgagg_frame	*current;
	int			idle;
	int			task;
	u64			since;
	u64			entered;
	u64			recorded;
	u64			clamped;
	u64			lost[FGAGG_LOST_NR];
};

struct task {
	struct fgagg_frame	frame[MODEL_DEPTH];
	int			depth;
	struct fgagg_frame	*current;
	int			last_cpu;
};

/* Everything of one round. */
static struct sim {
	int			round;
	int			nr_cpus;
	int			nr_tasks;
	int			nr_funcs;
	bool			wall;
	bool			lazy;
	unsigned int		precision;
	u64			now;
	unsigned int		ticks_bits;
	struct cpu		cpu[MODEL_CPUS];
	struct task		task[MODEL_TASKS];
	struct model		model;
} sim;

/* What happened in all rounds of a test, to see that it tests what it says. */
static struct {
	u64			recorded;
	u64			clamped;
	u64			lost[FGAGG_LOST_NR];
	u64			migrated;
	u64			windows;
	u64			shared;
	u64			context[FGAGG_CTX_NR];
} sum;

/* Chance: splitmix64 */

static u64 seed = 1;
static u64 chance;

static u64 rnd64(void)
{
	u64 z = chance += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static u32 rnd(u32 n)
{
	return rnd64() % n;
}

/* The hook */

/* A task that has been away is noticed at once, or when a hook runs next. */
static void settle(struct cpu *cpu)
{
	if (cpu->current && cpu->current->flags & FGAGG_FRAME_OUT)
		fgagg_frame_in(cpu->current, cpu->since);
}

static void hook_record(struct cpu *cpu, const struct fgagg_frame *f,
			struct fgagg_times t)
{
	u64 parent = fgagg_frame_parent(f, root_key);
	struct fgagg_node *node = fgagg_cct_find(&cpu->cct, f->key);

	if (!node)
		node = fgagg_frame_insert(&cpu->cct, f, root_key);
	if (!node) {
		cpu->lost[FGAGG_LOST_FULL]++;
	} else if (!fgagg_node_is(node, parent, fgagg_frame_func(f))) {
		cpu->lost[FGAGG_LOST_COLLISION]++;
	} else if (!fgagg_node_record(node, &cpu->pool,
				      fgagg_bucket_index(t.total, sim.precision),
				      t.total, t.self)) {
		cpu->lost[FGAGG_LOST_POOL]++;
	} else {
		cpu->recorded++;
		cpu->clamped += t.clamped;
		if (t.total > node->max)
			node->max = t.total;
	}
}

static void hook_switch(struct cpu *cpu, struct task *from, struct task *to)
{
	settle(cpu);
	from->current = cpu->current;
	if (from->current && !sim.wall)
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
	model_pass(&sim.model, ticks);
}

/* Of all orders of magnitude; calls of some rounds are too long. */
static u64 random_ticks(void)
{
	return rnd(3) ? rnd64() >> (63 - rnd(sim.ticks_bits)) : 0;
}

static int context_of(const struct fgagg_frame *f)
{
	return f ? f->context : FGAGG_CTX_TASK;
}

static void call(struct cpu *cpu, int func, int context);
static void leave(struct cpu *cpu);

/*
 * Here, while a hook changes the current frame to or from @f, an interrupt may
 * come.  It is one that interrupts what is below @f too, and hence has a root
 * of its own whichever of them is current.
 */
static void window(struct cpu *cpu, const struct fgagg_frame *f)
{
	int context = context_of(f);

	if (f->below && f->below->context > context)
		context = f->below->context;
	if (rnd(16) || context == FGAGG_CTX_NMI)
		return;
	pass(random_ticks());
	call(cpu, rnd(sim.nr_funcs), context + 1 + rnd(FGAGG_CTX_NMI - context));
	pass(random_ticks());
	leave(cpu);
	pass(random_ticks());
	sum.windows++;
}

static void call(struct cpu *cpu, int func, int context)
{
	struct task *t = &sim.task[cpu->task];
	struct fgagg_frame *f = &t->frame[t->depth++];
	u64 now, stolen;

	settle(cpu);
	cpu->entered++;
	fgagg_frame_enter(f, cpu->current, root_key, func_addr[func], context);
	cpu->current = f;
	window(cpu, f);
	now = sim.now;
	stolen = local64_read(&f->stolen);
	model_enter(&sim.model, cpu->task, func, context);
	window(cpu, f);
	fgagg_frame_start(f, now, stolen);
	sum.context[context]++;
}

static void leave(struct cpu *cpu)
{
	struct fgagg_frame *f = cpu->current;
	struct model_call returned;
	struct fgagg_times t;
	u64 now, stolen;

	settle(cpu);
	now = sim.now;
	stolen = local64_read(&f->stolen);
	returned = model_return(&sim.model, cpu->task);
	window(cpu, f);
	cpu->current = f->below;
	window(cpu, f);
	t = fgagg_frame_exit(f, now, stolen, sim.wall);
	hook_record(cpu, f, t);
	model_record(&sim.model, cpu - sim.cpu, returned);
	sim.task[cpu->task].depth--;
}

static void change(struct cpu *cpu, int task)
{
	struct task *from = &sim.task[cpu->task], *to = &sim.task[task];
	int nr = cpu - sim.cpu;

	hook_switch(cpu, from, to);
	sim.model.task[cpu->task].cpu = -1;
	sim.model.task[task].cpu = nr;
	cpu->task = task;
	from->last_cpu = nr;
	sum.migrated += to->depth && to->last_cpu != nr;
}

/*
 * Mostly the context goes on; an interrupt may come on top of it; and a softirq
 * may come on top of a hardirq, at whose exit softirqs run.
 */
static int random_context(const struct cpu *cpu)
{
	int context = context_of(cpu->current), next = rnd(FGAGG_CTX_NR);

	if (rnd(4))
		return context;
	if (context == FGAGG_CTX_HARDIRQ && next == FGAGG_CTX_SOFTIRQ)
		return next;
	return next > context ? next : context;
}

static void random_switch(struct cpu *cpu)
{
	int task = rnd(sim.nr_tasks);

	if (context_of(cpu->current) != FGAGG_CTX_TASK)
		return;
	if (sim.model.task[task].cpu >= 0)
		task = cpu->idle;
	if (task != cpu->task)
		change(cpu, task);
}

static void random_step(struct cpu *cpu)
{
	u32 what = rnd(20);

	pass(random_ticks());
	if (what < 2)
		random_switch(cpu);
	else if (what < 11 && sim.task[cpu->task].depth < STEP_DEPTH)
		call(cpu, rnd(sim.nr_funcs), random_context(cpu));
	else if (cpu->current)
		leave(cpu);
}

/* Comparison */

static void expect(int cpu, const char *path, const char *what, u64 is, u64 should)
{
	if (is != should)
		fail_msg("FGAGG_SEED=%llu round %d, CPU %d, %s: %s is %llu, expected %llu",
			 seed, sim.round, cpu, path, what, is, should);
}

struct histogram {
	int			cpu;
	const struct model_path	*path;
	u64			total;
};

static bool is_of(const struct model_call *done, const struct model_path *path)
{
	return model_same_path(done->path, path);
}

static u64 total_of(const struct model_call *done)
{
	return sim.wall ? done->wall : done->busy;
}

static void compare_bucket(u32 bucket, u64 count, void *data)
{
	struct histogram *h = data;
	const struct model_cpu *c = &sim.model.cpu[h->cpu];
	u64 low = fgagg_bucket_low(bucket, sim.precision);
	u64 end = fgagg_bucket_low(bucket + 1, sim.precision);
	u64 nr = 0;
	u32 i;

	for (i = 0; i < c->nr_done; i++)
		nr += is_of(&c->done[i], h->path) &&
		      total_of(&c->done[i]) >= low && total_of(&c->done[i]) < end;
	expect(h->cpu, h->path->name, "a bucket", count, nr);
	h->total += count;
}

static void compare_node(int cpu, const struct fgagg_node *node,
			 const struct model_path *path)
{
	const struct model_cpu *c = &sim.model.cpu[cpu];
	u64 nr = 0, total = 0, self = 0, min = ~0ULL, max = 0;
	struct histogram h = { cpu, path, 0 };
	u32 i;

	for (i = 0; i < c->nr_done; i++) {
		const struct model_call *done = &c->done[i];

		if (!is_of(done, path))
			continue;
		sum.shared += done->path != path;
		nr++;
		total += total_of(done);
		self += done->self;
		if (total_of(done) < min)
			min = total_of(done);
		if (total_of(done) > max)
			max = total_of(done);
	}
	expect(cpu, path->name, "the key", node->key, path->key);
	expect(cpu, path->name, "the parent", node->parent, path->parent);
	expect(cpu, path->name, "the function", node->func, path->func);
	expect(cpu, path->name, "the total", node->total, total);
	expect(cpu, path->name, "self", node->self, self);
	expect(cpu, path->name, "the minimum", node->min, min);
	expect(cpu, path->name, "the maximum", node->max, max);
	fgagg_hist_for_each(&node->hist, &sim.cpu[cpu].pool, compare_bucket, &h);
	expect(cpu, path->name, "the sum of buckets", h.total, nr);
}

/* The parent of a node is a root, or it was born before. */
static bool has_parent(const struct fgagg_cct *cct, u32 node)
{
	u64 parent = cct->node[node].parent;
	u32 i;

	for (i = 0; i < FGAGG_CTX_NR; i++)
		if (root_key[i] == parent)
			return true;
	for (i = 1; i < node; i++)
		if (cct->node[i].key == parent)
			return true;
	return false;
}

static void compare(void)
{
	u64 entered = 0, gone = 0, open = 0;
	u32 i;
	int n;

	for (n = 0; n < sim.nr_cpus; n++) {
		const struct model_cpu *c = &sim.model.cpu[n];
		struct cpu *cpu = &sim.cpu[n];

		expect(n, "*", "nodes used", cpu->cct.used, c->nr_nodes + 1);
		expect(n, "*", "chunks used", cpu->pool.used, c->nr_chunks + 1);
		expect(n, "*", "recorded", cpu->recorded, c->nr_done);
		expect(n, "*", "clamped", cpu->clamped, c->clamped);
		for (i = 0; i < c->nr_nodes; i++) {
			compare_node(n, &cpu->cct.node[i + 1], c->node[i]);
			expect(n, c->node[i]->name, "having a parent",
			       has_parent(&cpu->cct, i + 1), true);
		}
		entered += cpu->entered;
		gone += cpu->recorded;
		for (i = 0; i < FGAGG_LOST_NR; i++) {
			expect(n, "*", "a loss", cpu->lost[i], c->lost[i]);
			gone += cpu->lost[i];
		}
	}
	for (n = 0; n < MODEL_TASKS; n++)
		open += sim.task[n].depth;
	expect(-1, "*", "entered", entered, gone + open);
}

/* Rounds */

static void round_init(int round, bool wall, bool small)
{
	u32 max_paths = small ? 1 + rnd(40) : MODEL_CALLS;
	u32 pool = small ? 1 + rnd(60) : MODEL_CALLS;
	int i;

	sim = (struct sim){
		.round = round,
		.nr_cpus = 1 + rnd(MODEL_CPUS),
		.nr_tasks = 1 + rnd(MODEL_TASKS - MODEL_CPUS),
		.nr_funcs = 1 + rnd(MODEL_FUNCS),
		.wall = wall,
		.lazy = rnd(2),
		.precision = FGAGG_PRECISION_MIN + rnd(FGAGG_PRECISION_MAX),
		.now = rnd64(),
		.ticks_bits = rnd(2) ? 30 : FGAGG_VALUE_BITS + 2,
		.model = {
			.wall = wall,
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
		struct cpu *cpu = &sim.cpu[i];

		fgagg_pool_init(&cpu->pool,
				zalloc(pool, sizeof(struct fgagg_chunk)), pool);
		fgagg_cct_init(&cpu->cct,
			       zalloc(fgagg_cct_index_size(max_paths), sizeof(u32)),
			       zalloc(max_paths + 1, sizeof(struct fgagg_node)),
			       max_paths);
		cpu->idle = MODEL_TASKS - MODEL_CPUS + i;
		cpu->task = cpu->idle;
		sim.model.task[cpu->task].cpu = i;
	}
}

static void round_exit(void)
{
	int i, j;

	for (i = 0; i < sim.nr_cpus; i++) {
		struct cpu *cpu = &sim.cpu[i];

		sum.recorded += cpu->recorded;
		sum.clamped += cpu->clamped;
		for (j = 0; j < FGAGG_LOST_NR; j++)
			sum.lost[j] += cpu->lost[j];
	}
	free_all(NULL);
}

/* Let every call return, those of tasks that are away on any CPU. */
static void close_all(void)
{
	int i;

	for (i = 0; i < sim.nr_cpus; i++)
		while (sim.cpu[i].current)
			leave(&sim.cpu[i]);
	for (i = 0; i < MODEL_TASKS; i++) {
		struct cpu *cpu = &sim.cpu[rnd(sim.nr_cpus)];

		if (!sim.task[i].depth)
			continue;
		change(cpu, i);
		while (cpu->current)
			leave(cpu);
	}
}

static void run(bool wall, bool small)
{
	int round, step;

	memset(&sum, 0, sizeof(sum));
	chance = seed + 2 * wall + small;
	for (round = 0; round < ROUNDS; round++) {
		round_init(round, wall, small);
		for (step = 0; step < STEPS; step++) {
			random_step(&sim.cpu[rnd(sim.nr_cpus)]);
			if (!rnd(STEPS / 2))
				compare();
		}
		close_all();
		compare();
		round_exit();
	}

	assert_int_not_equal(sum.recorded, 0);
	assert_int_not_equal(sum.clamped, 0);
	assert_int_not_equal(sum.migrated, 0);
	assert_int_not_equal(sum.windows, 0);
	for (step = 0; step < FGAGG_CTX_NR; step++)
		assert_int_not_equal(sum.context[step], 0);
	assert_int_equal(sum.lost[FGAGG_LOST_FULL] != 0, small);
	assert_int_equal(sum.lost[FGAGG_LOST_POOL] != 0, small);
	assert_int_equal(sum.lost[FGAGG_LOST_COLLISION] != 0, WEAK);
	assert_int_equal(sum.shared != 0, WEAK);
}

static void cpu_time_small_tables(void **state)
{
	run(false, true);
}

static void cpu_time_large_tables(void **state)
{
	run(false, false);
}

static void wall_time_small_tables(void **state)
{
	run(true, true);
}

static void wall_time_large_tables(void **state)
{
	run(true, false);
}

#define TEST(name)	cmocka_unit_test_teardown(name, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(cpu_time_small_tables),
		TEST(cpu_time_large_tables),
		TEST(wall_time_small_tables),
		TEST(wall_time_large_tables),
	};
	const char *s = getenv("FGAGG_SEED");
	char *end = "";

	if (s)
		seed = strtoull(s, &end, 0);
	if (*end || (s && !*s)) {
		fprintf(stderr, "FGAGG_SEED=%s is not a number\n", s);
		return 1;
	}
	printf("# FGAGG_SEED=%llu\n", seed);
	fflush(stdout);
	return cmocka_run_group_tests_name(WEAK ? "weak model" : "model", tests,
					   NULL, NULL);
}
