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
	};
}

/**
 * model_pass - time passes
 * @m: the model
 * @ticks: how much
 */
void model_pass(struct model *m, u64 ticks)
{
	struct model_task *t;
	struct model_call *c, *top;

	for (t = m->task; t < m->task + MODEL_TASKS; t++) {
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

static bool chunk_get(struct model *m, struct model_cpu *c,
		      const struct model_path *node, u64 value)
{
	u32 number = bucket_of(m, value) / 8;
	u32 i;

	for (i = 0; i < c->nr_chunks; i++)
		if (c->chunk[i].node == node && c->chunk[i].number == number)
			return true;
	if (c->nr_chunks == m->max_chunks)
		return false;
	c->chunk[i].node = node;
	c->chunk[i].number = number;
	c->nr_chunks++;
	return true;
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
	} else if (!chunk_get(m, c, node, *total)) {
		c->lost[FGAGG_LOST_POOL]++;
	} else {
		c->done[c->nr_done++] = call;
		c->clamped += clamped;
	}
}
