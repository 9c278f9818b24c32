// SPDX-License-Identifier: GPL-2.0-only
#include "model.h"

#include <stdio.h>

#include "cct.h"
#include "unit.h"

static const struct model_path *path_of(struct model *m,
					const struct model_path *up, int func,
					int context)
{
	struct model_path *path = &m->path[m->nr_paths];
	u32 i;

	assert_in_range(m->nr_paths, 0, MODEL_CALLS - 1);
	if (up)
		snprintf(path->name, sizeof(path->name), "%.*s%c",
			 MODEL_DEPTH + 1, up->name, 'a' + func);
	else
		snprintf(path->name, sizeof(path->name), "%c:%c",
			 "TSHN"[context], 'a' + func);
	for (i = 0; i < m->nr_paths; i++)
		if (!strcmp(m->path[i].name, path->name))
			return &m->path[i];

	m->nr_paths++;
	path->up = up;
	path->context = context;
	path->parent = up ? up->key : m->root_key[context];
	path->func = m->func[func];
	path->key = fgagg_cct_mix(path->parent, path->func);
	return path;
}

/**
 * model_enter - a call
 * @m: the model
 * @task: the task that runs, or that was interrupted
 * @func: number of the function
 * @context: &enum fgagg_context
 */
void model_enter(struct model *m, int task, int func, int context)
{
	struct model_task *t = &m->task[task];
	const struct model_path *up = NULL;

	if (t->depth && t->call[t->depth - 1].path->context == context)
		up = t->call[t->depth - 1].path;
	t->call[t->depth++] = (struct model_call){
		.path = path_of(m, up, func, context),
		.times = 1,
	};
}

/**
 * model_pass - time passes
 * @m: the model
 * @ticks: how much
 * @except: a task for which it does not, or -1
 */
void model_pass(struct model *m, u64 ticks, int except)
{
	struct model_task *t;
	struct model_call *c, *top;

	for (t = m->task; t < m->task + MODEL_TASKS; t++) {
		if (t - m->task == except)
			continue;
		for (c = t->call; c < t->call + t->depth; c++)
			c->wall += ticks;
		if (!t->depth || (t->cpu < 0 && !m->wall))
			continue;
		top = c - 1;
		top->self += ticks;
		while (c-- > t->call && c->path->context == top->path->context)
			c->busy += ticks;
	}
}

/**
 * model_same_path - can a table tell two paths apart?
 * @a: a path
 * @b: another
 *
 * It cannot if their callers have the same key.  The caller that came second is
 * lost to a collision then, but its callees are not.
 *
 * Return: true if it cannot.
 */
bool model_same_path(const struct model_path *a, const struct model_path *b)
{
	return a->parent == b->parent && a->func == b->func;
}

static const struct model_path *node_of(const struct model_cpu *c,
					const struct model_path *path)
{
	u32 i;

	for (i = 0; i < c->nr_nodes; i++)
		if (c->node[i]->key == path->key)
			return c->node[i];
	return NULL;
}

/* Callers first; those of a caller that has a node have theirs. */
static const struct model_path *node_make(struct model *m, struct model_cpu *c,
					  const struct model_path *path)
{
	const struct model_path *missing;

	/* A caller may have the same key: then there is one node for both. */
	while (!node_of(c, path)) {
		missing = path;
		while (missing->up && !node_of(c, missing->up))
			missing = missing->up;
		if (c->nr_nodes == m->max_paths)
			return NULL;
		c->node[c->nr_nodes++] = missing;
	}
	return node_of(c, path);
}

/* The definition of buckets, counted out. */
static u32 bucket_of(const struct model *m, u64 value)
{
	u32 per_octave = 1U << m->precision;
	u32 first = 2 * per_octave;
	u64 octave = first;

	if (value < first)
		return value;
	while (value >= 2 * octave) {
		octave *= 2;
		first += per_octave;
	}
	return first + (value - octave) / (octave / per_octave);
}

static u32 octave_of(const struct model *m, u32 bucket)
{
	u32 per_octave = 1U << m->precision;

	return bucket < per_octave ? 0 : bucket / per_octave - 1;
}

static u64 total_of(const struct model *m, const struct model_call *call)
{
	return m->wall ? call->wall : call->busy;
}

/* Octave 0 has twice as many buckets as the others, and takes two chunks. */
static bool part_get(struct model *m, struct model_cpu *c,
		     const struct model_path *node, u32 octave, u32 level)
{
	u32 chunks = octave ? 1 : 2;
	u32 i;

	for (i = 0; i < c->nr_parts; i++)
		if (c->part[i].node == node && c->part[i].octave == octave &&
		    c->part[i].level == level)
			return true;
	if (c->nr_chunks + chunks > m->max_chunks)
		return false;
	c->part[i].node = node;
	c->part[i].octave = octave;
	c->part[i].level = level;
	c->nr_parts++;
	c->nr_chunks += chunks;
	return true;
}

/* Every 2^15 calls are carried, and every 2^15 of these once more. */
static bool count_get(struct model *m, struct model_cpu *c,
		      const struct model_path *node, u64 value)
{
	u32 bucket = bucket_of(m, value), octave = octave_of(m, bucket);
	u64 count = 1;
	u32 i;

	if (!part_get(m, c, node, octave, 0))
		return false;
	for (i = 0; i < c->nr_done; i++)
		if (model_same_path(c->done[i].path, node) &&
		    bucket_of(m, total_of(m, &c->done[i])) == bucket)
			count += c->done[i].times;
	if (count % (1U << 15))
		return true;
	return part_get(m, c, node, octave, 1) &&
	       (count % (1U << 30) || part_get(m, c, node, octave, 2));
}

static bool cut(u64 *time)
{
	if (*time < 1ULL << 44)
		return false;
	*time = (1ULL << 44) - 1;
	return true;
}

/**
 * model_return - the innermost call of a task, or on top of it, returns
 * @m: the model
 * @task: the task, which runs
 *
 * Return: the call.
 */
struct model_call model_return(struct model *m, int task)
{
	struct model_task *t = &m->task[task];

	return t->call[--t->depth];
}

static void done(struct model_cpu *c, struct model_call call)
{
	assert_in_range(c->nr_done, 0, MODEL_CALLS - 1);
	c->done[c->nr_done++] = call;
}

/**
 * model_record - record a call that has returned
 * @m: the model
 * @cpu: where it returned
 * @call: the call
 */
void model_record(struct model *m, int cpu, struct model_call call)
{
	struct model_cpu *c = &m->cpu[cpu];
	u64 *total = m->wall ? &call.wall : &call.busy;
	const struct model_path *node;
	bool clamped;

	clamped = cut(total);
	cut(&call.self);

	node = node_make(m, c, call.path);
	if (!node) {
		c->lost[FGAGG_LOST_FULL]++;
	} else if (!model_same_path(node, call.path)) {
		c->lost[FGAGG_LOST_COLLISION]++;
	} else if (!count_get(m, c, node, *total)) {
		c->lost[FGAGG_LOST_POOL]++;
	} else {
		done(c, call);
		c->clamped += clamped;
	}
}

/**
 * model_told - record a call, or count it as lost, as one is told to
 * @m: the model
 * @cpu: where it returned
 * @call: the call
 * @lost: &enum fgagg_loss, -1 if it was recorded
 *
 * Where interrupts come while a call is being recorded, who gets the last chunk
 * depends on when precisely.  What must be true is that calls that were recorded
 * are counted, and others not.
 */
void model_told(struct model *m, int cpu, struct model_call call, int lost)
{
	struct model_cpu *c = &m->cpu[cpu];
	bool clamped = cut(m->wall ? &call.wall : &call.busy);

	cut(&call.self);
	if (lost >= 0) {
		c->lost[lost]++;
	} else {
		done(c, call);
		c->clamped += clamped;
	}
}
