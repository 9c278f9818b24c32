// SPDX-License-Identifier: GPL-2.0-only
#include "fgraph.h"

#if !FGAGG_FGRAPH_MULTI

#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

FGAGG_KSYM(register_ftrace_graph);
FGAGG_KSYM(unregister_ftrace_graph);

/*
 * A CPU's frames are enough for the calls it is in, so that it shares none with
 * others; tasks that sleep may need more.
 */
#define CPU_FRAMES	128
#define SHARED_FRAMES	8192

struct fgagg_fgraph_frame *fgagg_fgraph_pool;
unsigned int fgagg_fgraph_frames;
struct freelist_head fgagg_fgraph_free;
DEFINE_PER_CPU_ALIGNED(struct freelist_head, fgagg_fgraph_cpu_free);

/* The filter that fgraph shares with the tracers in tracefs. */
static struct ftrace_ops *global_ops;

/* What was in it. */
static unsigned long *saved;
static unsigned int nr_saved;

/* As in kernel/trace/trace.h: there is no other way to read a filter. */
struct ftrace_hash {
	unsigned long		size_bits;
	struct hlist_head	*buckets;
	unsigned long		count;
	unsigned long		flags;
	struct rcu_head		rcu;
};

int fgagg_fgraph_init(void)
{
	unsigned long addr;
	int err;

	err = fgagg_ksym_resolve(register_ftrace_graph) ?:
	      fgagg_ksym_resolve(unregister_ftrace_graph) ?:
	      fgagg_ksym_lookup("global_ops", &addr);
	global_ops = (struct ftrace_ops *)addr;
	return err;
}

/* Who writes to set_ftrace_notrace replaces the hash, and frees the old one. */
static bool notrace_is_empty(void)
{
	struct ftrace_ops_hash *filter = global_ops->func_hash;
	struct ftrace_hash *hash;
	bool empty;

	mutex_lock(&filter->regex_lock);
	hash = rcu_dereference_protected(filter->notrace_hash,
					 lockdep_is_held(&filter->regex_lock));
	empty = !hash->count;
	mutex_unlock(&filter->regex_lock);
	return empty;
}

static int filter_save(void)
{
	struct ftrace_ops_hash *filter = global_ops->func_hash;
	struct ftrace_func_entry *entry;
	struct ftrace_hash *hash;
	unsigned long i;
	int err = 0;

	mutex_lock(&filter->regex_lock);
	hash = rcu_dereference_protected(filter->filter_hash,
					 lockdep_is_held(&filter->regex_lock));
	nr_saved = 0;
	saved = kvmalloc_array(max(hash->count, 1UL), sizeof(*saved),
			       GFP_KERNEL);
	if (!saved) {
		err = -ENOMEM;
		goto unlock;
	}
	for (i = 0; hash->count && i < 1UL << hash->size_bits; i++)
		hlist_for_each_entry(entry, &hash->buckets[i], hlist)
			if (nr_saved < hash->count)
				saved[nr_saved++] = entry->ip;
unlock:
	mutex_unlock(&filter->regex_lock);
	return err;
}

static void filter_restore(void)
{
	unsigned int i;

	if (ftrace_set_filter_ips(global_ops, nr_saved ? saved : NULL, nr_saved,
				  0, 1)) {
		/* Some are of a module that has gone: one by one, then. */
		ftrace_set_global_filter(NULL, 0, 1);
		for (i = 0; i < nr_saved; i++)
			ftrace_set_filter_ip(global_ops, saved[i], 0, 0);
	}
	kvfree(saved);
	saved = NULL;
}

/* Make a list of the next frames of the pool. */
static void list_init(struct freelist_head *list, unsigned int nr)
{
	struct fgagg_fgraph_frame *f;

	list->head = NULL;
	while (nr--) {
		f = &fgagg_fgraph_pool[fgagg_fgraph_frames++];
		f->home = list;
		freelist_add(&f->free, list);
	}
}

static int pool_init(void)
{
	unsigned int nr = num_possible_cpus() * CPU_FRAMES + SHARED_FRAMES;
	int cpu;

	fgagg_fgraph_pool = vcalloc(nr, sizeof(*fgagg_fgraph_pool));
	if (!fgagg_fgraph_pool)
		return -ENOMEM;
	fgagg_fgraph_frames = 0;
	list_init(&fgagg_fgraph_free, SHARED_FRAMES);
	for_each_possible_cpu(cpu)
		list_init(per_cpu_ptr(&fgagg_fgraph_cpu_free, cpu), CPU_FRAMES);
	return 0;
}

static void pool_free(void)
{
	vfree(fgagg_fgraph_pool);
	fgagg_fgraph_pool = NULL;
}

int fgagg_fgraph_start(unsigned long *addrs, unsigned int nr)
{
	int err;

	if (READ_ONCE(global_ops->flags) & FTRACE_OPS_FL_ENABLED ||
	    !notrace_is_empty())
		return -EBUSY;
	err = pool_init();
	if (err)
		return err;
	err = filter_save();
	if (err)
		goto free_pool;
	err = fgagg_fgraph_update(addrs, nr) ?:
	      fgagg_ksym(register_ftrace_graph)(&fgagg_fgraph_ops);
	if (err)
		goto restore;
	return 0;

restore:
	filter_restore();
free_pool:
	pool_free();
	return err;
}

int fgagg_fgraph_update(unsigned long *addrs, unsigned int nr)
{
	return ftrace_set_filter_ips(global_ops, addrs, nr, 0, 1);
}

/* Give records that point to frames their function back. */
static void records_restore(void)
{
	struct ftrace_ret_stack *stack;
	struct task_struct *g, *t;
	unsigned long f;
	int i;

	rcu_read_lock();
	for_each_process_thread(g, t) {
		stack = READ_ONCE(t->ret_stack);
		for (i = READ_ONCE(t->curr_ret_stack); stack && i >= 0; i--) {
			f = READ_ONCE(stack[i].func);
			/* The task may run, and make another record here. */
			if (fgagg_fgraph_in_pool(f))
				cmpxchg(&stack[i].func, f,
					fgagg_frame_func((void *)f));
		}
	}
	rcu_read_unlock();
}

void fgagg_fgraph_stop(void)
{
	fgagg_ksym(unregister_ftrace_graph)(&fgagg_fgraph_ops);
	filter_restore();
}

void fgagg_fgraph_release(void)
{
	records_restore();
	pool_free();
}

#define ONE_USER \
	"before Linux 6.12 function graph tracing has one user: write nop to current_tracer and empty set_ftrace_notrace"

const char *fgagg_fgraph_why(int err)
{
	return err == -EBUSY ? ONE_USER : NULL;
}

#endif /* !FGAGG_FGRAPH_MULTI */
