// SPDX-License-Identifier: GPL-2.0-only
/* What the tables of a simulation hold, against the list of calls in its model. */
#include "sim.h"

#include <stdio.h>

#include "unit.h"

static void expect(int cpu, const char *path, const char *what, u64 is, u64 should)
{
	if (is != should)
		fail_msg("FGAGG_SEED=%llu round %d, CPU %d, %s: %s is %llu, expected %llu",
			 sim_seed, sim.round, cpu, path, what, is, should);
}

static u64 total_of(const struct model_call *done)
{
	return sim.kind.wall ? done->wall : done->busy;
}

/**
 * struct balance - calls of a path that its nodes have, less those that it had
 * @cpu: on which CPU
 * @path: the path
 * @calls: number of calls
 * @total: sum of inclusive times
 * @self: sum of exclusive times
 * @bucket: calls by bucket, zero for any path when all is well
 */
struct balance {
	int			cpu;
	const struct model_path	*path;
	u64			calls;
	u64			total;
	u64			self;
	u64			*bucket;
};

static void add_bucket(u32 bucket, u64 count, void *data)
{
	struct balance *b = data;

	b->bucket[bucket] += count;
	b->calls += count;
}

static void check_bucket(u32 bucket, u64 count, void *data)
{
	const struct balance *b = data;

	expect(b->cpu, b->path->name, "a bucket's surplus", b->bucket[bucket], 0);
}

/* There are two if an interrupt inserted the node that was being inserted. */
static const struct fgagg_node *next_node(const struct balance *b, u32 *i)
{
	const struct fgagg_cct *cct = &sim.cpu[b->cpu].cct;
	const struct fgagg_node *node;

	while (++*i < cct->used) {
		node = &cct->node[*i];
		if (node->key == b->path->key &&
		    fgagg_node_func(node) == b->path->func)
			return node;
	}
	return NULL;
}

static const struct model_call *next_call(const struct balance *b, u32 *i)
{
	const struct model_cpu *c = &sim.model.cpu[b->cpu];

	while ((*i)++ < c->nr_done)
		if (model_same_path(c->done[*i - 1].path, b->path))
			return &c->done[*i - 1];
	return NULL;
}

static void check_buckets(struct balance *b)
{
	const struct fgagg_pool *pool = &sim.cpu[b->cpu].pool;
	const struct fgagg_node *node;
	const struct model_call *done;
	u32 i;

	for (i = 0; (node = next_node(b, &i));)
		fgagg_hist_for_each(&node->hist, pool, check_bucket, b);
	for (i = 0; (done = next_call(b, &i));)
		check_bucket(fgagg_bucket_index(total_of(done), sim.precision), 0,
			     b);
}

static void compare_path(int cpu, const struct model_path *path, u64 *bucket)
{
	struct balance b = { .cpu = cpu, .path = path, .bucket = bucket };
	u64 min = ~0ULL, max = 0, expected_min = ~0ULL, expected_max = 0;
	const struct fgagg_node *node;
	const struct model_call *done;
	u32 i;

	for (i = 0; (node = next_node(&b, &i));) {
		b.total += local64_read(&node->total);
		b.self += local64_read(&node->self);
		min = node->min < min ? node->min : min;
		max = node->max > max ? node->max : max;
		fgagg_hist_for_each(&node->hist, &sim.cpu[cpu].pool, add_bucket,
				    &b);
	}
	for (i = 0; (done = next_call(&b, &i));) {
		u64 total = total_of(done);

		sim_sum.shared += done->path != path;
		b.total -= done->times * total;
		b.self -= done->times * done->self;
		expected_min = total < expected_min ? total : expected_min;
		expected_max = total > expected_max ? total : expected_max;
		add_bucket(fgagg_bucket_index(total, sim.precision),
			   -done->times, &b);
	}
	expect(cpu, path->name, "the surplus of calls", b.calls, 0);
	expect(cpu, path->name, "the surplus of the total", b.total, 0);
	expect(cpu, path->name, "the surplus of self", b.self, 0);
	expect(cpu, path->name, "the minimum", min, expected_min);
	expect(cpu, path->name, "the maximum", max, expected_max);
	check_buckets(&b);
}

/* The parent of a node is a root, or it was born before. */
static bool has_parent(const struct fgagg_cct *cct, u32 node)
{
	u64 parent = cct->node[node].parent;
	u32 i;

	for (i = 0; i < FGAGG_CTX_NR; i++)
		if (sim.model.root_key[i] == parent)
			return true;
	for (i = 1; i < node; i++)
		if (cct->node[i].key == parent)
			return true;
	return false;
}

/* What got memory, in which order: no interrupt came in between. */
static void compare_memory(int cpu)
{
	const struct model_cpu *c = &sim.model.cpu[cpu];
	const struct fgagg_cct *cct = &sim.cpu[cpu].cct;
	u32 i;

	expect(cpu, "*", "nodes used", cct->used, c->nr_nodes + 1);
	expect(cpu, "*", "chunks used", sim.cpu[cpu].pool.used, c->nr_chunks + 1);
	for (i = 0; i < c->nr_nodes; i++) {
		const struct fgagg_node *node = &cct->node[i + 1];
		const struct model_path *path = c->node[i];

		expect(cpu, path->name, "the key", node->key, path->key);
		expect(cpu, path->name, "the parent", node->parent, path->parent);
		expect(cpu, path->name, "the function", fgagg_node_func(node),
		       path->func);
	}
	for (i = 0; i < c->nr_parts; i++)
		sim_sum.carried[c->part[i].level]++;
}

static void compare_cpu(int cpu)
{
	const struct model_cpu *c = &sim.model.cpu[cpu];
	const struct sim_cpu *s = &sim.cpu[cpu];
	u64 *bucket = zalloc(fgagg_bucket_count(sim.precision), sizeof(*bucket));
	u64 counted = 0;
	u32 i;

	expect(cpu, "*", "recorded", s->recorded, c->nr_done);
	expect(cpu, "*", "clamped", s->clamped, c->clamped);
	expect(cpu, "*", "less than what tracing costs", s->clamped_cost, 0);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		expect(cpu, "*", "a loss", s->lost[i], c->lost[i]);
	if (!sim.kind.steps)
		compare_memory(cpu);
	for (i = 0; i < sim.model.nr_paths; i++)
		compare_path(cpu, &sim.model.path[i], bucket);
	for (i = 1; i < s->cct.used; i++) {
		expect(cpu, "*", "having a parent", has_parent(&s->cct, i), true);
		counted += fgagg_hist_total(&s->cct.node[i].hist, &s->pool);
	}
	expect(cpu, "*", "the sum of all nodes", counted,
	       s->recorded + s->hurried);
	zfree(bucket);
}

/* sim_compare - everything that was counted is what it should be */
void sim_compare(void)
{
	u64 entered = 0, gone = 0, open = 0;
	int n, i;

	for (n = 0; n < sim.nr_cpus; n++) {
		compare_cpu(n);
		entered += sim.cpu[n].entered;
		gone += sim.cpu[n].recorded;
		for (i = 0; i < FGAGG_LOST_NR; i++)
			gone += sim.cpu[n].lost[i];
	}
	for (n = 0; n < MODEL_TASKS; n++)
		open += sim.task[n].depth;
	expect(-1, "*", "entered", entered, gone + open);
}
