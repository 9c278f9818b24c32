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

DEFINE_PER_CPU(struct fgagg_shard, fgagg_shard);

struct fgagg_shard_config fgagg_shard_config __read_mostly = {
	.max_depth	= FGAGG_MAX_DEPTH_DEFAULT,
	.wall		= true,
};

/*
 * table_mutex protects the table pointers, their sizes and the baselines.  It
 * nests inside cpus_read_lock().  Hotplug callbacks take it too.
 */
static DEFINE_MUTEX(table_mutex);
static u32 table_paths, table_precision;
static u64 epoch;
static int hotplug_state;

/* Where the counters stood at the last reset. */
static struct fgagg_counters baseline;

/* The exemplar; rare enough to be kept out of the way of fgagg_shard_exit(). */
static noinline void node_new_max(struct fgagg_node *node, u64 total, u64 now)
{
	node->max_ticks = now;
	node->max_pid = current->pid;
	memcpy(node->max_comm, current->comm, FGAGG_COMM_LEN);
	WRITE_ONCE(node->max, total);
}

/* The node of a path that is not where a probe begins. */
static noinline struct fgagg_node *shard_node(struct fgagg_cct *cct,
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

/**
 * fgagg_shard_exit - a traced function has returned
 * @f: its frame, for which fgagg_shard_owns() is true
 * @now: from fgagg_shard_stop()
 * @stolen: likewise
 *
 * The caller has made the frame below the current frame.
 *
 * Context: any, NMI included, with preemption off.
 */
void fgagg_shard_exit(struct fgagg_frame *f, u64 now, u64 stolen)
{
	const struct fgagg_shard_config *config = &fgagg_shard_config;
	struct fgagg_shard *shard = this_cpu_ptr(&fgagg_shard);
	struct fgagg_table *table;
	struct fgagg_node *node;
	struct fgagg_times t;

	this_cpu_dec(fgagg_shard.count.open);
	t = fgagg_frame_exit(f, now, stolen, READ_ONCE(config->wall));

	table = READ_ONCE(shard->table);
	if (unlikely(!table)) {
		fgagg_shard_lose(FGAGG_LOST_FULL, 1);
		return;
	}
	node = fgagg_cct_slot(&table->cct, f->key);
	if (unlikely(!fgagg_node_matches(node, f->key, f->func))) {
		node = shard_node(&table->cct, f);
		if (!node)
			return;
	}
	if (unlikely(!fgagg_node_record(node, &table->pool, t.total, t.self))) {
		fgagg_shard_lose(FGAGG_LOST_POOL, 1);
		return;
	}
	if (unlikely(t.total > node->max))
		node_new_max(node, t.total, now);
	if (unlikely(t.clamped))
		this_cpu_inc(fgagg_shard.count.clamped);
}

/**
 * fgagg_shard_switch - this CPU switches from the current task to another
 * @current_frame: the current frame of the task that leaves, or NULL
 *
 * Context: sched_switch, interrupts off.
 */
void fgagg_shard_switch(struct fgagg_frame *current_frame)
{
	u64 now = fgagg_clock();

	if (current_frame && current_frame->flags & FGAGG_FRAME_OUT)
		fgagg_shard_back(current_frame);
	this_cpu_write(fgagg_shard.switched_from, current);
	if (current_frame && !READ_ONCE(fgagg_shard_config.wall))
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
	if (!table)
		return;
	vfree(table->pool.counter);
	vfree(table->cct.node);
	vfree(table->cct.index);
	kfree(table);
}

static struct fgagg_table *table_alloc(int cpu, u32 max_paths, u32 precision)
{
	struct fgagg_shard_size size = fgagg_shard_size(max_paths, precision);
	struct fgagg_node *nodes, **index;
	int node = cpu_to_node(cpu);
	struct fgagg_table *table;
	void *chunks;

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

static void counters_add(struct fgagg_counters *sum,
			 const struct fgagg_counters *c)
{
	int i;

	sum->entered += READ_ONCE(c->entered);
	sum->open += READ_ONCE(c->open);
	sum->clamped += READ_ONCE(c->clamped);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		sum->lost[i] += READ_ONCE(c->lost[i]);
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
 * half way, as hooks keep preemption off; and with interrupts off, so none of
 * an interrupt can be.  What is open here now stays open, and counts as
 * entered after the reset: that is why open is taken off entered.
 */
static long shard_swap(void *data)
{
	struct swap *s = data;
	unsigned long flags;

	local_irq_save(flags);
	swap(s->shard->table, s->table);
	s->count = s->shard->count;
	local_irq_restore(flags);
	s->count.entered -= s->count.open;
	s->count.open = 0;
	return 0;
}

/* Swap in tables[cpu], and leave the old ones there. */
static void shards_swap(struct fgagg_table **tables)
{
	struct fgagg_counters sum = { };
	struct swap s;
	int cpu;

	for_each_possible_cpu(cpu) {
		s.shard = per_cpu_ptr(&fgagg_shard, cpu);
		s.table = tables[cpu];
		if (cpu_online(cpu))
			work_on_cpu(cpu, shard_swap, &s);
		else
			shard_swap(&s);
		tables[cpu] = s.table;
		counters_add(&sum, &s.count);
	}
	baseline = sum;
	epoch++;
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
	struct fgagg_table **tables;
	int cpu, err = 0;

	tables = kcalloc(nr_cpu_ids, sizeof(*tables), GFP_KERNEL);
	if (!tables)
		return -ENOMEM;

	cpus_read_lock();
	mutex_lock(&table_mutex);
	/* A CPU that has been offline since the module was loaded has none. */
	for_each_possible_cpu(cpu) {
		if (!cpu_online(cpu) && !per_cpu(fgagg_shard.table, cpu))
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

static long do_nothing(void *unused)
{
	return 0;
}

/* Wait until every CPU has run something else. */
static void cpus_run(void)
{
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		work_on_cpu(cpu, do_nothing, NULL);
	cpus_read_unlock();
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
	cpus_run();
}

/**
 * fgagg_shard_abandon_open - count what is open as FGAGG_LOST_STOPPED
 *
 * No hook sees a call enter any more, and the session's number has changed: those
 * who were about to count a return, which they do with preemption off, are done
 * when every CPU has run something else.
 *
 * Context: process, may sleep.
 */
void fgagg_shard_abandon_open(void)
{
	int cpu;

	cpus_run();
	for_each_possible_cpu(cpu) {
		struct fgagg_counters *c = per_cpu_ptr(&fgagg_shard.count, cpu);

		c->lost[FGAGG_LOST_STOPPED] += c->open;
		c->open = 0;
	}
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
	lockdep_assert_held(&table_mutex);
	return per_cpu(fgagg_shard.table, cpu);
}

/**
 * fgagg_shard_counters - what all shards have counted since the last reset
 * @sum: filled in
 *
 * Context: fgagg_shard_lock() is held.
 */
void fgagg_shard_counters(struct fgagg_counters *sum)
{
	int cpu, i;

	lockdep_assert_held(&table_mutex);
	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu)
		counters_add(sum, per_cpu_ptr(&fgagg_shard.count, cpu));
	sum->entered -= baseline.entered;
	sum->clamped -= baseline.clamped;
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
		for (i = 1; i < READ_ONCE(table->cct.used); i++)
			if (fgagg_node_func(&table->cct.node[i]) == func)
				return true;
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
		nr += !!per_cpu(fgagg_shard.table, cpu);
	return nr;
}

/*
 * A CPU comes up that had no table.  Without memory it comes up all the same:
 * it counts its calls as lost, and the next reset tries again.
 */
static int shard_prepare_cpu(unsigned int cpu)
{
	struct fgagg_shard *shard = per_cpu_ptr(&fgagg_shard, cpu);

	mutex_lock(&table_mutex);
	if (!shard->table)
		WRITE_ONCE(shard->table, table_alloc(cpu, table_paths,
						     table_precision));
	mutex_unlock(&table_mutex);
	if (!shard->table)
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
	fgagg_shard_config.session = get_random_u32();
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
		per_cpu(fgagg_shard.table, cpu) = NULL;
	}
}
