// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "shard.h"

#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/vmalloc.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "cpus.h"

/* What a CPU has that has no memory: there is no room, and nobody is in. */
static struct fgagg_node no_node;
static struct fgagg_node *no_index = &no_node;
static struct fgagg_table no_table = {
	.cct	= { .index = &no_index, .node = &no_node, .size = 1, .used = 1 },
};

DEFINE_PER_CPU(struct fgagg_shard, fgagg_shard) = {
	.table	= &no_table,
};

struct fgagg_shard_config fgagg_shard_config __read_mostly = {
	.max_depth	= FGAGG_MAX_DEPTH_DEFAULT,
	.wall		= true,
};

/*
 * table_mutex protects the table pointers, their sizes, the baselines, and what
 * was abandoned.  It nests inside cpus_read_lock().  Hotplug callbacks take it
 * too.
 */
static DEFINE_MUTEX(table_mutex);
static u32 table_paths, table_precision;
static u64 epoch;
static int hotplug_state;

/* Where the counters stood at the last reset. */
static struct fgagg_counters baseline;

/*
 * Calls that were open when tracing stopped, and are open no more: those that
 * return all the same, and then count as late, and those that never will.
 */
static u64 abandoned, gone;

/* Or the first, which may have taken no time at all. */
static bool is_slowest(const struct fgagg_node *node, u64 total)
{
	return total > node->max || !node->max_ticks;
}

/* The exemplar. */
static void new_max(struct fgagg_node *node, u64 total, u64 now)
{
	node->max_ticks = now;
	node->max_pid = current->pid;
	memcpy(node->max_comm, current->comm, FGAGG_COMM_LEN);
	WRITE_ONCE(node->max, total);
}

/* The node of a path; or NULL, and the call was counted as lost. */
static struct fgagg_node *shard_node(struct fgagg_cct *cct,
				     const struct fgagg_frame *f)
{
	struct fgagg_node *node = fgagg_cct_find(cct, f->key);

	if (!node)
		node = fgagg_frame_insert(cct, f, fgagg_shard_config.root_key);
	if (!node) {
		fgagg_shard_lose(FGAGG_LOST_FULL, 1);
		return NULL;
	}
	if (!fgagg_node_is(node, f->func)) {
		fgagg_shard_lose(FGAGG_LOST_COLLISION, 1);
		return NULL;
	}
	return node;
}

static void shard_record(const struct fgagg_frame *f, u64 now,
			 const struct fgagg_times *t)
{
	struct fgagg_table *table = this_cpu_read(fgagg_shard.table);
	struct fgagg_node *node = shard_node(&table->cct, f);

	if (!node)
		return;
	if (!fgagg_node_record(node, &table->pool, t->total, t->self, t->cost)) {
		fgagg_shard_lose(FGAGG_LOST_POOL, 1);
		return;
	}
	if (is_slowest(node, t->total))
		new_max(node, t->total, now);
}

/* As shard_record(), when the histogram has counted the call. */
static void shard_record_counted(const struct fgagg_frame *f, u64 now,
				 const struct fgagg_times *t, bool full)
{
	struct fgagg_table *table = this_cpu_read(fgagg_shard.table);
	struct fgagg_node *node = fgagg_cct_slot(&table->cct, f->key);

	if (full && !fgagg_hist_record_slow(&node->hist, &table->pool, t->total,
					    true)) {
		fgagg_shard_lose(FGAGG_LOST_POOL, 1);
		return;
	}
	if (full)
		fgagg_node_add(node, t->total, t->self, t->cost);
	fgagg_node_new_min(node, t->total);
	if (is_slowest(node, t->total))
		new_max(node, t->total, now);
}

/*
 * Read the clock, and what interrupts have taken of the current frame up to the
 * same moment.  An interrupt in between is seen as a change of the latter.  One
 * more try is enough in practice; if not, the times are clamped.
 */
static struct fgagg_mark read_clock(const struct fgagg_frame *f)
{
	struct fgagg_mark m;
	int try;

	for (try = 0; try < 2; try++) {
		m.stolen = local64_read(&f->stolen);
		m.cost = local64_read(&f->cost);
		barrier();
		m.now = fgagg_clock();
		barrier();
		if (likely(local64_read(&f->stolen) == m.stolen))
			break;
	}
	return m;
}

/**
 * fgagg_shard_start_late - the time of a frame starts, of which something was taken
 * @f: the current frame
 *
 * Context: as fgagg_shard_start().
 */
void fgagg_shard_start_late(struct fgagg_frame *f)
{
	fgagg_frame_start_late(f, fgagg_shard_stop_slow(f));
}

/**
 * fgagg_shard_stop_slow - the time of a frame stops
 * @f: the current frame, for which fgagg_shard_owns() is true
 *
 * As fgagg_shard_stop(), for all that can be.
 *
 * Context: as there.
 * Return: when, for fgagg_shard_exit_slow().
 */
struct fgagg_mark fgagg_shard_stop_slow(struct fgagg_frame *f)
{
	if (f->tag & FGAGG_TAG_OUT)
		fgagg_shard_back(f);
	return read_clock(f);
}

/**
 * fgagg_shard_exit_slow - a traced function has returned
 * @f: its frame
 * @m: from fgagg_shard_stop_slow()
 *
 * As fgagg_shard_exit(), for all that can be.
 *
 * Context: as there.
 */
void fgagg_shard_exit_slow(const struct fgagg_frame *f, struct fgagg_mark m)
{
	const struct fgagg_shard_config *config = &fgagg_shard_config;
	struct fgagg_times t;

	t = fgagg_frame_exit_slow(f, m, fgagg_compat_read_bool(config->wall),
				  &config->cost);
	this_cpu_inc(fgagg_shard.count.left);
	shard_record(f, m.now, &t);
	/* Whether the call was recorded or lost. */
	if (t.clamp == FGAGG_CLAMP_TIME)
		this_cpu_inc(fgagg_shard.count.clamped);
	else if (t.clamp == FGAGG_CLAMP_COST)
		this_cpu_inc(fgagg_shard.count.clamped_cost);
}

/**
 * fgagg_shard_exit_rest - do what fgagg_shard_exit() has left to do
 * @f: as there
 * @m: as there
 * @rest: what it has returned
 *
 * Context: as there.
 */
void fgagg_shard_exit_rest(const struct fgagg_frame *f, struct fgagg_mark m,
			   enum fgagg_rest rest)
{
	struct fgagg_times t;

	if (rest == FGAGG_REST_ALL) {
		fgagg_shard_exit_slow(f, m);
		return;
	}
	fgagg_frame_times(f, m, &fgagg_shard_config.cost, &t);
	if (rest == FGAGG_REST_RECORD)
		shard_record(f, m.now, &t);
	else
		shard_record_counted(f, m.now, &t, rest == FGAGG_REST_FULL);
}

/* Is a frame, or one below it on its path, one of this function? */
static bool is_inside(const struct fgagg_frame *f, unsigned long func)
{
	while (f->func != (u32)func) {
		if (f->flags & FGAGG_FRAME_ROOT)
			return false;
		f = f->below;
	}
	return true;
}

/**
 * fgagg_shard_wants_root - is a call to be recorded, which has come by an
 *	interrupt, or first?
 * @below: as for fgagg_shard_wants()
 * @func: likewise
 * @level: @context is filled in, with FGAGG_CTX_NR if the call was counted as lost
 *
 * Context: any, NMI included, with preemption off.
 * Return: as fgagg_shard_wants().
 */
bool fgagg_shard_wants_root(const struct fgagg_frame *below, unsigned long func,
			    struct fgagg_level *level)
{
	unsigned long softirq_func = READ_ONCE(fgagg_shard_config.softirq_func);

	level->context = interrupt_context_level();
	/* An NMI that nests may find the tables half way through a change. */
	if (level->context == FGAGG_CTX_NMI &&
	    (level->tag & NMI_MASK) >= 2 * NMI_OFFSET) {
		fgagg_shard_refuse(FGAGG_LOST_MISS, 1);
		level->context = FGAGG_CTX_NR;
		return false;
	}
	if (below && softirq_func && level->context == FGAGG_CTX_SOFTIRQ &&
	    is_inside(below, softirq_func))
		level->context = below->context;
	if (below && below->context == level->context)
		return below->room;
	return !fgagg_compat_read_bool(fgagg_shard_config.select) ||
	       fgagg_select_root(func);
}

/**
 * fgagg_shard_switch - this CPU switches from the current task to another
 * @current_frame: the current frame of the task that leaves, or NULL
 *
 * Context: sched_switch, interrupts off.
 */
void fgagg_shard_switch(struct fgagg_frame *current_frame)
{
	struct fgagg_frame *f = current_frame;
	u64 now = fgagg_clock();

	/*
	 * Not only this one: a frame may be out that was current when its task was
	 * preempted, just where the direct hook was to make the next the current one.
	 */
	for (; f && fgagg_shard_owns(f); f = f->below)
		if (f->tag & FGAGG_TAG_OUT)
			fgagg_shard_back(f);
	this_cpu_write(fgagg_shard.switched_from, current);
	if (current_frame && !fgagg_compat_read_bool(fgagg_shard_config.wall))
		fgagg_frame_out(current_frame, now);
	this_cpu_write(fgagg_shard.switched_in, now);
}

/**
 * fgagg_shard_size - how much memory a shard takes
 * @max_paths: nodes
 * @precision: k
 *
 * Return: the sizes.
 */
struct fgagg_shard_size fgagg_shard_size(u32 max_paths, u32 precision)
{
	struct fgagg_shard_size size = {
		.max_paths = max_paths,
		.chunks = min(max_paths * FGAGG_CHUNKS_PER_PATH,
			      fgagg_pool_chunks_max(precision) - 1),
		.index_bytes = (u64)fgagg_cct_index_size(max_paths) *
			       sizeof(struct fgagg_node *),
		.chunk_bytes = fgagg_pool_chunk_bytes(precision),
	};

	size.bytes = sizeof(struct fgagg_table) + size.index_bytes +
		     (max_paths + 1ULL) * sizeof(struct fgagg_node) +
		     (size.chunks + 1ULL) * size.chunk_bytes;
	return size;
}

static void table_free(struct fgagg_table *table)
{
	if (!table || table == &no_table)
		return;
	vfree(table->pool.counter);
	vfree(table->cct.node);
	vfree(table->cct.index);
	kfree(table);
}

/* To be asked before vzalloc(), which has tasks killed before it fails. */
static bool is_available(u64 bytes)
{
	return bytes >> PAGE_SHIFT <= max(si_mem_available(), 0L);
}

static struct fgagg_table *table_alloc(int cpu, u32 max_paths, u32 precision)
{
	struct fgagg_shard_size size = fgagg_shard_size(max_paths, precision);
	struct fgagg_node *nodes, **index;
	int node = cpu_to_node(cpu);
	struct fgagg_table *table;
	void *chunks;

	if (!is_available(size.bytes))
		return NULL;
	table = kzalloc_node(sizeof(*table), GFP_KERNEL, node);
	if (!table)
		return NULL;
	index = vzalloc_node(size.index_bytes, node);
	nodes = vzalloc_node((size.max_paths + 1UL) * sizeof(*nodes), node);
	chunks = vzalloc_node((size.chunks + 1UL) * size.chunk_bytes, node);
	if (!index || !nodes || !chunks) {
		vfree(chunks);
		vfree(nodes);
		vfree(index);
		kfree(table);
		return NULL;
	}
	fgagg_cct_init(&table->cct, index, nodes, max_paths);
	fgagg_pool_init(&table->pool, chunks, size.chunks + 1, precision);
	return table;
}

/**
 * fgagg_shard_table_alloc - make a table for fgagg_shard_apart()
 * @max_paths: nodes
 *
 * Context: process, may sleep.
 * Return: the table, or NULL.
 */
struct fgagg_table *fgagg_shard_table_alloc(u32 max_paths)
{
	return table_alloc(raw_smp_processor_id(), max_paths,
			   fgagg_shard_config.precision);
}

/**
 * fgagg_shard_table_free - undo fgagg_shard_table_alloc()
 * @table: the table, or NULL
 *
 * Context: process, may sleep.
 */
void fgagg_shard_table_free(struct fgagg_table *table)
{
	table_free(table);
}

/* Who has left first, so that there are never more of them than have entered. */
static void counters_add_left(struct fgagg_counters *sum,
			      const struct fgagg_counters *c)
{
	sum->left += READ_ONCE(c->left);
	sum->late += READ_ONCE(c->late);
}

static void counters_add(struct fgagg_counters *sum,
			 const struct fgagg_counters *c)
{
	int i;

	sum->entered += READ_ONCE(c->entered);
	sum->clamped += READ_ONCE(c->clamped);
	sum->clamped_cost += READ_ONCE(c->clamped_cost);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		sum->lost[i] += READ_ONCE(c->lost[i]);
}

/* Make calls that were abandoned such that have left. */
static void counters_add_abandoned(struct fgagg_counters *sum)
{
	lockdep_assert_held(&table_mutex);
	sum->left += abandoned + gone;
	sum->lost[FGAGG_LOST_STOPPED] = abandoned + gone;
}

static void counters_sum(struct fgagg_counters *sum)
{
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		counters_add_left(sum, per_cpu_ptr(&fgagg_shard.count, cpu));
	for_each_possible_cpu(cpu)
		counters_add(sum, per_cpu_ptr(&fgagg_shard.count, cpu));
	counters_add_abandoned(sum);
}

struct swap {
	struct fgagg_shard	*shard;
	struct fgagg_table	*table;
	struct fgagg_counters	count;
};

/*
 * Give a shard another table, and read its counters at the same moment.
 *
 * Runs in process context on the shard's CPU, where no hook of a task can be
 * half way through the return of a call, as they keep preemption off for that;
 * and with interrupts off, so none of an interrupt can be.  A call in an NMI finds
 * no table, and is lost before or after that moment.
 */
static long shard_swap(void *data)
{
	struct swap *s = data;
	struct fgagg_shard *shard = s->shard;
	struct fgagg_table *old = shard->table;
	unsigned long flags;
	u64 left;

	local_irq_save(flags);
	WRITE_ONCE(shard->table, &no_table);
	do {
		left = READ_ONCE(shard->count.left);
		barrier();
		s->count = shard->count;
		barrier();
	} while (left != READ_ONCE(shard->count.left));
	WRITE_ONCE(shard->table, s->table);
	local_irq_restore(flags);
	s->table = old;
	return 0;
}

/*
 * Swap in tables[cpu], and leave the old ones there.
 *
 * What is open now stays open, and counts as entered after the reset: therefore
 * entered counts from those that have left.
 */
static void shards_swap(struct fgagg_table **tables)
{
	struct fgagg_counters sum = { };
	struct swap s;
	int cpu;

	for_each_possible_cpu(cpu) {
		s.shard = per_cpu_ptr(&fgagg_shard, cpu);
		s.table = tables[cpu] ?: &no_table;
		if (cpu_online(cpu))
			work_on_cpu(cpu, shard_swap, &s);
		else
			shard_swap(&s);
		tables[cpu] = s.table;
		counters_add_left(&sum, &s.count);
		counters_add(&sum, &s.count);
	}
	counters_add_abandoned(&sum);
	sum.entered = sum.left;
	baseline = sum;
	epoch++;
}

/* A CPU that has been offline since the module was loaded has none. */
static bool needs_table(int cpu)
{
	return cpu_online(cpu) || fgagg_shard_table(cpu);
}

static unsigned int tables_needed(void)
{
	unsigned int nr = 0;
	int cpu;

	lockdep_assert_held(&table_mutex);
	for_each_possible_cpu(cpu)
		nr += needs_table(cpu);
	return nr;
}

/**
 * fgagg_shard_needed - how many tables there will be after a reset
 *
 * Context: process, may sleep; true until a CPU comes or goes.
 * Return: the number.
 */
unsigned int fgagg_shard_needed(void)
{
	unsigned int nr;

	mutex_lock(&table_mutex);
	nr = tables_needed();
	mutex_unlock(&table_mutex);
	return nr;
}

/**
 * fgagg_shard_reset - forget everything that was counted
 * @max_paths: nodes of each shard from now on
 * @precision: k from now on; no hook runs if it changes
 *
 * Calls that are open stay open, and are recorded when they return.
 *
 * Context: process, may sleep.
 * Return: 0, or -ENOMEM, and then nothing was changed.
 */
int fgagg_shard_reset(u32 max_paths, u32 precision)
{
	struct fgagg_shard_size size = fgagg_shard_size(max_paths, precision);
	struct fgagg_table **tables;
	int cpu, err = 0;

	tables = kcalloc(nr_cpu_ids, sizeof(*tables), GFP_KERNEL);
	if (!tables)
		return -ENOMEM;

	cpus_read_lock();
	mutex_lock(&table_mutex);
	if (!is_available(size.bytes * tables_needed())) {
		err = -ENOMEM;
		goto out;
	}
	for_each_possible_cpu(cpu) {
		if (!needs_table(cpu))
			continue;
		tables[cpu] = table_alloc(cpu, max_paths, precision);
		if (!tables[cpu]) {
			err = -ENOMEM;
			goto out;
		}
	}
	table_paths = max_paths;
	table_precision = precision;
	WRITE_ONCE(fgagg_shard_config.precision, precision);
	shards_swap(tables);
out:
	mutex_unlock(&table_mutex);
	cpus_read_unlock();
	for_each_possible_cpu(cpu)
		table_free(tables[cpu]);
	kfree(tables);
	return err;
}

/* Whatever was counted since, on this CPU, was not. */
static void forget_since(const struct fgagg_counters *before)
{
	const struct fgagg_counters *now = this_cpu_ptr(&fgagg_shard.count);
	int i;

	baseline.entered += now->entered - before->entered;
	baseline.left += now->left - before->left;
	baseline.clamped += now->clamped - before->clamped;
	baseline.clamped_cost += now->clamped_cost - before->clamped_cost;
	for (i = 0; i < FGAGG_LOST_NR; i++)
		baseline.lost[i] += now->lost[i] - before->lost[i];
}

/**
 * fgagg_shard_apart - run something that is counted apart
 * @table: where its calls are counted, and nowhere else
 * @fn: runs with interrupts off
 *
 * Context: process, may sleep.
 * Return: what @fn has returned.
 */
u64 fgagg_shard_apart(struct fgagg_table *table, u64 (*fn)(void))
{
	struct fgagg_counters before;
	unsigned long flags;
	u64 value;

	mutex_lock(&table_mutex);
	local_irq_save(flags);
	before = *this_cpu_ptr(&fgagg_shard.count);
	table = this_cpu_xchg(fgagg_shard.table, table);
	value = fn();
	this_cpu_write(fgagg_shard.table, table);
	forget_since(&before);
	local_irq_restore(flags);
	mutex_unlock(&table_mutex);
	return value;
}

/**
 * fgagg_shard_quiesce - wait until no hook is running
 *
 * Nothing calls the hooks any more.  A task may have been preempted in a hook
 * before it turned preemption off: wait for every task to schedule on its own
 * account.  This leaves out idle tasks, which are never preempted: wait until
 * every CPU has run something else.
 *
 * Context: process, may sleep.
 */
void fgagg_shard_quiesce(void)
{
	synchronize_rcu_tasks();
	fgagg_cpus_run();
}

/* Disown all frames that there are. */
static void next_session(void)
{
	u32 tag = fgagg_shard_config.tag;

	/* Carries go through all bits that are not part of the number. */
	tag = ((tag | ~FGAGG_TAG_SESSION) + 1) & FGAGG_TAG_SESSION;
	WRITE_ONCE(fgagg_shard_config.tag, tag);
}

/**
 * fgagg_shard_abandon - begin a session, and count what is open as
 *	FGAGG_LOST_STOPPED
 * @will_return: the hook will say fgagg_shard_late() when these calls return
 *
 * No hook sees a call enter any more.  Those who were about to count a return,
 * which they do with preemption off, are done when every CPU has run something
 * else.
 *
 * Context: process, may sleep, under the session's mutex.
 */
void fgagg_shard_abandon(bool will_return)
{
	struct fgagg_counters sum;

	next_session();
	fgagg_cpus_run();
	mutex_lock(&table_mutex);
	counters_sum(&sum);
	if (will_return)
		abandoned += sum.entered - sum.left;
	else
		gone += sum.entered - sum.left;
	mutex_unlock(&table_mutex);
}

/**
 * fgagg_shard_all_left - have all calls returned that were abandoned, and will?
 *
 * Context: process, may sleep.
 * Return: true if so.
 */
bool fgagg_shard_all_left(void)
{
	struct fgagg_counters sum;
	bool all;

	mutex_lock(&table_mutex);
	counters_sum(&sum);
	all = sum.late == abandoned;
	mutex_unlock(&table_mutex);
	return all;
}

/**
 * fgagg_shard_lock - keep tables where they are
 *
 * Context: process, may sleep.
 */
void fgagg_shard_lock(void)
{
	mutex_lock(&table_mutex);
}

/**
 * fgagg_shard_unlock - undo fgagg_shard_lock()
 */
void fgagg_shard_unlock(void)
{
	mutex_unlock(&table_mutex);
}

/**
 * fgagg_shard_table - the table of a CPU
 * @cpu: the CPU
 *
 * Context: fgagg_shard_lock() is held.
 * Return: the table, which its CPU goes on writing, or NULL.
 */
struct fgagg_table *fgagg_shard_table(int cpu)
{
	struct fgagg_table *table = per_cpu(fgagg_shard.table, cpu);

	lockdep_assert_held(&table_mutex);
	return table == &no_table ? NULL : table;
}

/**
 * fgagg_shard_counters - what all shards have counted since the last reset
 * @sum: filled in; what has not left of what has entered is open
 *
 * Context: fgagg_shard_lock() is held.
 */
void fgagg_shard_counters(struct fgagg_counters *sum)
{
	int i;

	counters_sum(sum);
	sum->entered -= baseline.entered;
	sum->left -= baseline.left;
	sum->clamped -= baseline.clamped;
	sum->clamped_cost -= baseline.clamped_cost;
	for (i = 0; i < FGAGG_LOST_NR; i++)
		sum->lost[i] -= baseline.lost[i];
}

/**
 * fgagg_shard_has_func - was a function counted since the last reset?
 * @func: its address
 *
 * Context: fgagg_shard_lock() is held.
 * Return: true if there is a path to it.
 */
bool fgagg_shard_has_func(unsigned long func)
{
	const struct fgagg_table *table;
	int cpu;
	u32 i;

	for_each_possible_cpu(cpu) {
		table = fgagg_shard_table(cpu);
		if (!table)
			continue;
		for (i = 1; i < READ_ONCE(table->cct.used); i++) {
			if (fgagg_node_func(&table->cct.node[i]) == func)
				return true;
			if (!(i % 1024))
				cond_resched();
		}
	}
	return false;
}

/**
 * fgagg_shard_epoch - which reset the numbers count from
 *
 * Context: fgagg_shard_lock() is held.
 * Return: a number that differs from that of every other epoch.
 */
u64 fgagg_shard_epoch(void)
{
	lockdep_assert_held(&table_mutex);
	return epoch;
}

/**
 * fgagg_shard_cpus - how many CPUs have a table
 *
 * Context: fgagg_shard_lock() is held.
 * Return: their number.
 */
unsigned int fgagg_shard_cpus(void)
{
	unsigned int nr = 0;
	int cpu;

	lockdep_assert_held(&table_mutex);
	for_each_possible_cpu(cpu)
		nr += !!fgagg_shard_table(cpu);
	return nr;
}

/*
 * A CPU comes up that had no table.  Without memory it comes up all the same:
 * it counts its calls as lost, and the next reset tries again.
 */
static int shard_prepare_cpu(unsigned int cpu)
{
	struct fgagg_shard *shard = per_cpu_ptr(&fgagg_shard, cpu);
	struct fgagg_table *table;

	mutex_lock(&table_mutex);
	table = fgagg_shard_table(cpu);
	if (!table) {
		table = table_alloc(cpu, table_paths, table_precision);
		if (table)
			WRITE_ONCE(shard->table, table);
	}
	mutex_unlock(&table_mutex);
	if (!table)
		pr_warn("no memory for CPU %u: its calls are lost\n", cpu);
	return 0;
}

/**
 * fgagg_shard_init - make a shard for every CPU
 * @max_paths: nodes of each shard
 * @precision: k
 *
 * Context: process, may sleep; once.
 * Return: 0 or a negative errno.
 */
int fgagg_shard_init(u32 max_paths, u32 precision)
{
	int i, err;

	for (i = 0; i < FGAGG_CTX_NR; i++)
		fgagg_shard_config.root_key[i] = fgagg_cct_mix(i + 1, 0);
	fgagg_shard_config.tag = get_random_u32() & FGAGG_TAG_SESSION;
	epoch = (u64)get_random_u32() << 32;

	err = fgagg_shard_reset(max_paths, precision);
	if (err)
		return err;
	err = cpuhp_setup_state(CPUHP_BP_PREPARE_DYN, "fgagg:prepare",
				shard_prepare_cpu, NULL);
	if (err < 0) {
		fgagg_shard_uninit();
		return err;
	}
	hotplug_state = err;
	return 0;
}

/**
 * fgagg_shard_uninit - undo fgagg_shard_init()
 *
 * Context: process, may sleep; no hook runs.
 */
void fgagg_shard_uninit(void)
{
	int cpu;

	if (hotplug_state)
		cpuhp_remove_state_nocalls(hotplug_state);
	for_each_possible_cpu(cpu) {
		table_free(per_cpu(fgagg_shard.table, cpu));
		per_cpu(fgagg_shard.table, cpu) = &no_table;
	}
}
