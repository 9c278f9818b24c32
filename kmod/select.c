// SPDX-License-Identifier: GPL-2.0-only
#include "select.h"

#include <linux/bsearch.h>
#include <linux/overflow.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "compat.h"
#include "cpus.h"

/*
 * Each list is replaced as a whole.  Readers are hooks, which run with preemption
 * off, in idle tasks, too, whom RCU does not watch.  Writers hold the session's
 * mutex.
 */
struct fgagg_select_list {
	unsigned int	nr;
	unsigned long	value[];
};

static struct fgagg_select_list *root_funcs;	/* NULL: every function may be a root */
static struct fgagg_select_list *root_pids;	/* NULL: every task */
static struct cpumask root_cpus;
static bool cpus_restricted;

static __always_inline int compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a;
	unsigned long y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

static int compare_values(const void *a, const void *b)
{
	return compare(a, b);
}

static bool list_has(const struct fgagg_select_list *l, unsigned long value)
{
	/* Inlined, as bsearch() itself could be traced. */
	return __inline_bsearch(&value, l->value, l->nr, sizeof(value), compare);
}

/**
 * fgagg_select_root - is a function the root of a wanted path?
 * @func: address of the function
 *
 * Context: any, NMI included, with preemption off.
 * Return: true if a path may start here and now.
 */
bool fgagg_select_root(unsigned long func)
{
	const struct fgagg_select_list *l;

	l = READ_ONCE(root_funcs);
	if (l && !list_has(l, func))
		return false;
	l = READ_ONCE(root_pids);
	if (l && !list_has(l, current->tgid) && !list_has(l, current->pid))
		return false;
	return !fgagg_compat_read_bool(cpus_restricted) ||
	       test_bit(raw_smp_processor_id(), cpumask_bits(&root_cpus));
}

/**
 * fgagg_select_active - is there any restriction?
 *
 * Context: the session's mutex is held.
 * Return: true if fgagg_select_root() can say no.
 */
bool fgagg_select_active(void)
{
	return root_funcs || root_pids || cpus_restricted;
}

/**
 * fgagg_select_list_new - make a list of wanted values
 * @values: the values
 * @nr: how many
 *
 * Context: process, may sleep.
 * Return: the list, or NULL if there is no memory.
 */
struct fgagg_select_list *fgagg_select_list_new(const unsigned long *values,
						unsigned int nr)
{
	struct fgagg_select_list *l;

	l = kvmalloc(struct_size(l, value, nr), GFP_KERNEL);
	if (!l)
		return NULL;
	l->nr = nr;
	memcpy(l->value, values, nr * sizeof(*values));
	sort(l->value, nr, sizeof(*values), compare_values, NULL);
	return l;
}

/**
 * fgagg_select_list_free - undo fgagg_select_list_new()
 * @l: a list that was not set, or NULL
 */
void fgagg_select_list_free(struct fgagg_select_list *l)
{
	kvfree(l);
}

static void replace(struct fgagg_select_list **where,
		    struct fgagg_select_list *l)
{
	struct fgagg_select_list *old = *where;

	/* The list is complete before hooks can see it: they depend on it. */
	smp_store_release(where, l);
	if (old) {
		fgagg_cpus_run();
		kvfree(old);
	}
}

/**
 * fgagg_select_set_funcs - restrict the functions that a path may start with
 * @l: their addresses, taken over; NULL lifts the restriction
 *
 * Context: process, may sleep, the session's mutex is held.
 */
void fgagg_select_set_funcs(struct fgagg_select_list *l)
{
	replace(&root_funcs, l);
}

/**
 * fgagg_select_set_pids - restrict the tasks that a path may start in
 * @l: thread ids or thread group ids, taken over; NULL lifts the restriction
 *
 * Context: process, may sleep, the session's mutex is held.
 */
void fgagg_select_set_pids(struct fgagg_select_list *l)
{
	replace(&root_pids, l);
}

/**
 * fgagg_select_set_cpus - restrict the CPUs that a path may start on
 * @cpus: the CPUs, or NULL to lift the restriction
 *
 * Context: process, the session's mutex is held.
 */
void fgagg_select_set_cpus(const struct cpumask *cpus)
{
	int cpu;

	/* Bit by bit: hooks look at them meanwhile. */
	for_each_possible_cpu(cpu)
		if (cpus)
			assign_bit(cpu, cpumask_bits(&root_cpus),
				   cpumask_test_cpu(cpu, cpus));
	WRITE_ONCE(cpus_restricted, cpus);
}

/**
 * fgagg_select_uninit - lift all restrictions and free their memory
 *
 * Context: process, no hook runs.
 */
void fgagg_select_uninit(void)
{
	replace(&root_funcs, NULL);
	replace(&root_pids, NULL);
}
