// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be set, from a file and from a module parameter alike, and what is
 * shown of the session.
 */
#include "session.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/string_helpers.h>

#include "calibrate.h"
#include "clock.h"
#include "drivers.h"
#include "error.h"
#include "funcset.h"
#include "hook.h"
#include "pattern.h"
#include "select.h"
#include "session_internal.h"
#include "sets.h"
#include "shard.h"

#define MAX_DEPTH_MAX	1000
#define MAX_PIDS	256

/* The process ids that roots are restricted to, for show. */
static pid_t pids[MAX_PIDS];
static unsigned int nr_pids;

/* The CPUs, likewise; empty for all. */
static struct cpumask cpus;

static int parse_number(const char *name, const char *text, unsigned int min,
			unsigned int max, unsigned int *value)
{
	unsigned int v;

	if (kstrtouint(text, 10, &v) || v < min || v > max)
		return fgagg_error(-EINVAL, "%s is a number from %u to %u",
				   name, min, max);
	*value = v;
	return 0;
}

static int parse_word(const char *name, const char *text, const char *first,
		      const char *second, bool *is_second)
{
	if (sysfs_streq(text, first))
		*is_second = false;
	else if (sysfs_streq(text, second))
		*is_second = true;
	else
		return fgagg_error(-EINVAL, "%s is %s or %s", name, first,
				   second);
	return 0;
}

static int set_enable(const char *text, bool append)
{
	bool on;
	int err = parse_word("enable", text, "0", "1", &on);

	if (err)
		return err;
	fgagg_session_lock();
	if (on)
		err = fgagg_session_start();
	else
		fgagg_session_stop();
	fgagg_session_unlock();
	return err;
}

static void show_enable(struct seq_file *m)
{
	seq_printf(m, "%d\n", fgagg_session.on);
}

static int set_patterns(const char *text, bool append, bool roots)
{
	LIST_HEAD(new);
	LIST_HEAD(old);
	LIST_HEAD(other);
	int err;

	err = fgagg_pattern_parse(text, &new);
	if (err)
		goto free;
	fgagg_session_lock();
	err = roots ? fgagg_funcset_copy(&other, append ? &old : NULL) :
		      fgagg_funcset_copy(append ? &old : NULL, &other);
	if (!err) {
		list_splice_init(&old, &new);
		err = fgagg_session_change(roots ? &other : &new,
					   roots ? &new : &other,
					   fgagg_session.inlined);
	}
	fgagg_session_unlock();
free:
	fgagg_pattern_free(&new);
	fgagg_pattern_free(&old);
	fgagg_pattern_free(&other);
	return err;
}

static int set_functions(const char *text, bool append)
{
	return set_patterns(text, append, false);
}

static void show_functions(struct seq_file *m)
{
	fgagg_funcset_show_patterns(m, false);
}

static int set_roots(const char *text, bool append)
{
	return set_patterns(text, append, true);
}

static void show_roots(struct seq_file *m)
{
	fgagg_funcset_show_patterns(m, true);
}

static int parse_pids(const char *text, unsigned long *values, unsigned int *nr)
{
	char *copy, *rest, *word;
	int pid, err = 0;

	copy = kstrdup(text, GFP_KERNEL);
	if (!copy)
		return fgagg_error(-ENOMEM, "no memory for pids");
	rest = copy;
	while (!err && (word = strsep(&rest, " \t\n,"))) {
		if (!*word)
			continue;
		if (kstrtoint(word, 10, &pid) || pid < 0)
			err = fgagg_error(-EINVAL, "pids are numbers from 0 with commas between, not \"%.20s\"",
					  word);
		else if (*nr == MAX_PIDS)
			err = fgagg_error(-E2BIG, "no more than %d pids",
					  MAX_PIDS);
		else
			values[(*nr)++] = pid;
	}
	kfree(copy);
	return err;
}

static int set_pids(const char *text, bool append)
{
	struct fgagg_select_list *list = NULL;
	unsigned long *values;
	unsigned int i, nr = 0;
	int err;

	values = kcalloc(MAX_PIDS, sizeof(*values), GFP_KERNEL);
	if (!values)
		return fgagg_error(-ENOMEM, "no memory for pids");
	fgagg_session_lock();
	for (; append && nr < nr_pids; nr++)
		values[nr] = pids[nr];
	err = parse_pids(text, values, &nr);
	if (!err && nr) {
		list = fgagg_select_list_new(values, nr);
		if (!list)
			err = fgagg_error(-ENOMEM, "no memory for pids");
	}
	if (!err) {
		for (i = 0; i < nr; i++)
			pids[i] = values[i];
		nr_pids = nr;
		fgagg_select_set_pids(list);
		WRITE_ONCE(fgagg_shard_config.select, fgagg_select_active());
	}
	fgagg_session_unlock();
	kfree(values);
	return err;
}

static void show_pids(struct seq_file *m)
{
	unsigned int i;

	for (i = 0; i < nr_pids; i++)
		seq_printf(m, "%s%d", i ? "," : "", pids[i]);
	seq_putc(m, '\n');
}

static int set_cpus(const char *text, bool append)
{
	cpumask_var_t mask;
	int err = 0;

	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return fgagg_error(-ENOMEM, "no memory for cpus");
	if (cpulist_parse(text, mask) || !cpumask_subset(mask, cpu_possible_mask))
		err = fgagg_error(-EINVAL, "cpus is a list such as 0-3,6, within %*pbl",
				  cpumask_pr_args(cpu_possible_mask));
	if (!err) {
		fgagg_session_lock();
		if (append)
			cpumask_or(mask, mask, &cpus);
		cpumask_copy(&cpus, mask);
		fgagg_select_set_cpus(cpumask_empty(mask) ? NULL : mask);
		WRITE_ONCE(fgagg_shard_config.select, fgagg_select_active());
		fgagg_session_unlock();
	}
	free_cpumask_var(mask);
	return err;
}

static void show_cpus(struct seq_file *m)
{
	seq_printf(m, "%*pbl\n", cpumask_pr_args(&cpus));
}

static int set_hook(const char *text, bool append)
{
	const struct fgagg_hook *hook = fgagg_hook_find(text);
	struct fgagg_session *s = &fgagg_session;
	int err = 0;

	if (hook == ERR_PTR(-EINVAL))
		return fgagg_error(-EINVAL, "hook is auto, direct or graph");
	if (IS_ERR(hook))
		return fgagg_error(PTR_ERR(hook), "hook %s cannot be used here, see the kernel log; use auto",
				   text);
	fgagg_session_lock();
	if (s->on && hook != s->hook) {
		err = fgagg_error(-EBUSY, "the hook cannot change while enable is 1");
	} else {
		if (hook != s->hook)
			fgagg_calibrate_apply(false);
		s->hook = hook;
		s->hook_auto = sysfs_streq(text, "auto");
	}
	fgagg_session_unlock();
	return err;
}

static void show_hook(struct seq_file *m)
{
	const struct fgagg_session *s = &fgagg_session;

	seq_printf(m, "%s\n", s->hook_auto ? "auto" : s->hook->name);
}

static int resize(u32 max_paths, u32 precision)
{
	struct fgagg_session *s = &fgagg_session;

	if (max_paths == s->max_paths && precision == s->precision)
		return 0;
	if (s->on)
		return fgagg_error(-EBUSY, "tables cannot change while enable is 1");
	return fgagg_session_resize(max_paths, precision);
}

static int set_precision(const char *text, bool append)
{
	unsigned int k;
	int err;

	err = parse_number("precision", text, FGAGG_PRECISION_MIN,
			   FGAGG_PRECISION_MAX, &k);
	if (err)
		return err;
	fgagg_session_lock();
	err = resize(fgagg_session.max_paths, k);
	fgagg_session_unlock();
	return err;
}

static void show_precision(struct seq_file *m)
{
	seq_printf(m, "%u\n", fgagg_session.precision);
}

static int set_clock(const char *text, bool append)
{
	struct fgagg_session *s = &fgagg_session;
	int found, want = fgagg_clock_parse(text);
	bool same;
	int err = 0;

	if (want < 0)
		return fgagg_error(want, "clock is auto, tsc or local_clock");
	fgagg_session_lock();
	same = want == fgagg_clock_parse(fgagg_clock_chosen());
	found = fgagg_clock_find(want);
	if (found < 0) {
		err = fgagg_error(found, "there is no TSC here");
		goto out;
	}
	/* The kernel may not trust the TSC any more. */
	if (same && (s->on || found == fgagg_clock_parse(fgagg_clock_name())))
		goto out;
	if (s->on) {
		err = fgagg_error(-EBUSY, "the clock cannot change while enable is 1");
		goto out;
	}
	/* What was counted was counted in other ticks. */
	err = fgagg_session_resize(s->max_paths, s->precision);
	if (err)
		goto out;
	fgagg_clock_choose(want);
	fgagg_calibrate_apply(false);
out:
	fgagg_session_unlock();
	return err;
}

static void show_clock(struct seq_file *m)
{
	seq_printf(m, "%s\n", fgagg_clock_chosen());
}

static int set_compensate(const char *text, bool append)
{
	struct fgagg_session *s = &fgagg_session;
	bool compensate;
	int err = parse_word("compensate", text, "0", "1", &compensate);

	if (err)
		return err;
	fgagg_session_lock();
	if (compensate == s->compensate)
		goto out;
	if (s->on) {
		err = fgagg_error(-EBUSY, "compensate cannot change while enable is 1");
		goto out;
	}
	/* Times of both kinds make no distribution. */
	err = fgagg_session_resize(s->max_paths, s->precision);
	if (!err) {
		s->compensate = compensate;
		fgagg_calibrate_apply(false);
	}
out:
	fgagg_session_unlock();
	return err;
}

static void show_compensate(struct seq_file *m)
{
	seq_printf(m, "%d\n", fgagg_session.compensate);
}

static int set_max_paths(const char *text, bool append)
{
	unsigned int n;
	int err;

	err = parse_number("max_paths", text, FGAGG_MAX_PATHS_MIN,
			   FGAGG_MAX_PATHS_MAX, &n);
	if (err)
		return err;
	fgagg_session_lock();
	err = resize(n, fgagg_session.precision);
	fgagg_session_unlock();
	return err;
}

static void show_max_paths(struct seq_file *m)
{
	seq_printf(m, "%u\n", fgagg_session.max_paths);
}

static int set_max_depth(const char *text, bool append)
{
	unsigned int n;
	int err = parse_number("max_depth", text, 1, MAX_DEPTH_MAX, &n);

	if (err)
		return err;
	fgagg_session_lock();
	WRITE_ONCE(fgagg_shard_config.max_depth, n);
	fgagg_session_unlock();
	return 0;
}

static void show_max_depth(struct seq_file *m)
{
	seq_printf(m, "%u\n", fgagg_shard_config.max_depth);
}

static int set_time(const char *text, bool append)
{
	bool wall;
	int err = parse_word("time", text, "cpu", "wall", &wall);

	if (err)
		return err;
	fgagg_session_lock();
	WRITE_ONCE(fgagg_shard_config.wall, wall);
	fgagg_session_unlock();
	return 0;
}

static void show_time(struct seq_file *m)
{
	seq_printf(m, "%s\n", fgagg_shard_config.wall ? "wall" : "cpu");
}

static int set_softirq(const char *text, bool append)
{
	LIST_HEAD(patterns);
	LIST_HEAD(roots);
	bool inlined;
	int err = parse_word("softirq", text, "split", "inline", &inlined);

	if (err)
		return err;
	fgagg_session_lock();
	if (inlined != fgagg_session.inlined) {
		err = fgagg_funcset_copy(&patterns, &roots) ?:
		      fgagg_session_change(&patterns, &roots, inlined);
		fgagg_pattern_free(&patterns);
		fgagg_pattern_free(&roots);
	}
	fgagg_session_unlock();
	return err;
}

static void show_softirq(struct seq_file *m)
{
	seq_printf(m, "%s\n", fgagg_session.inlined ? "inline" : "split");
}

/* In the order in which module parameters are applied: enable comes last. */
const struct fgagg_setting fgagg_settings[] = {
	{ "hook",	set_hook,	show_hook },
	{ "clock",	set_clock,	show_clock },
	{ "compensate",	set_compensate,	show_compensate },
	{ "precision",	set_precision,	show_precision },
	{ "max_paths",	set_max_paths,	show_max_paths },
	{ "max_depth",	set_max_depth,	show_max_depth },
	{ "time",	set_time,	show_time },
	{ "softirq",	set_softirq,	show_softirq },
	{ "pids",	set_pids,	show_pids },
	{ "cpus",	set_cpus,	show_cpus },
	{ "roots",	set_roots,	show_roots },
	{ "functions",	set_functions,	show_functions },
	{ "enable",	set_enable,	show_enable },
	{ }
};

/* What the tables hold: calls, nodes and chunks. */
static void tables_sum(u64 *recorded, u64 *paths, u64 *chunks)
{
	const struct fgagg_table *table;
	u32 i;
	int cpu;

	*recorded = 0;
	*paths = 0;
	*chunks = 0;
	for_each_possible_cpu(cpu) {
		table = fgagg_shard_table(cpu);
		if (!table)
			continue;
		for (i = 1; i < READ_ONCE(table->cct.used); i++) {
			*recorded += fgagg_hist_total(&table->cct.node[i].hist,
						      &table->pool);
			cond_resched();
		}
		*paths += table->cct.used - 1;
		*chunks += table->pool.used - 1;
	}
}

static const char * const lost_names[FGAGG_LOST_NR] = {
	[FGAGG_LOST_FULL]	= "lost_full",
	[FGAGG_LOST_POOL]	= "lost_pool",
	[FGAGG_LOST_OVERRUN]	= "lost_overrun",
	[FGAGG_LOST_MISS]	= "lost_miss",
	[FGAGG_LOST_COLLISION]	= "lost_collision",
	[FGAGG_LOST_STOPPED]	= "lost_stopped",
};

static void show_counts(struct seq_file *m, u64 recorded)
{
	struct fgagg_counters sum;
	int i;

	fgagg_shard_counters(&sum);
	seq_printf(m, "epoch: %llu\n", fgagg_shard_epoch());
	seq_printf(m, "entered: %llu\n", sum.entered);
	seq_printf(m, "recorded: %llu\n", recorded);
	seq_printf(m, "open: %llu\n", sum.entered - sum.left);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		seq_printf(m, "%s: %llu\n", lost_names[i], sum.lost[i]);
	seq_printf(m, "clamped: %llu\n", sum.clamped);
	seq_printf(m, "clamped_cost: %llu\n", sum.clamped_cost);
}

/*
 * What a path takes on one CPU, of all that is in use: its node, its share of the
 * index, and its chunks.
 */
static u64 bytes_per_path(const struct fgagg_shard_size *size, u64 paths,
			  u64 chunks)
{
	if (!paths)
		return 0;
	return sizeof(struct fgagg_node) +
	       div64_u64(size->index_bytes, size->max_paths) +
	       div64_u64(chunks * size->chunk_bytes, paths);
}

static void show_memory(struct seq_file *m, u64 paths, u64 chunks)
{
	const struct fgagg_session *s = &fgagg_session;
	struct fgagg_shard_size size = fgagg_shard_size(s->max_paths,
							s->precision);
	unsigned int cpus_with_table = fgagg_shard_cpus();

	seq_printf(m, "cpus: %u\n", cpus_with_table);
	seq_printf(m, "max_paths: %u\n", size.max_paths);
	seq_printf(m, "max_chunks: %u\n", size.chunks);
	seq_printf(m, "bytes_per_node: %zu\n", sizeof(struct fgagg_node));
	seq_printf(m, "bytes_per_chunk: %u\n", size.chunk_bytes);
	seq_printf(m, "bytes_per_path: %llu\n",
		   bytes_per_path(&size, paths, chunks));
	seq_printf(m, "bytes_per_cpu: %llu\n", size.bytes);
	seq_printf(m, "bytes_total: %llu\n", size.bytes * cpus_with_table);
}

/**
 * fgagg_session_show_stats - the content of the file "stats"
 * @m: where to
 *
 * Context: process, may sleep, the session is locked.
 */
void fgagg_session_show_stats(struct seq_file *m)
{
	const struct fgagg_session *s = &fgagg_session;
	char error[FGAGG_ERROR_LEN];
	unsigned int hooked, skipped;
	u64 recorded, paths, chunks;

	fgagg_funcset_count(&hooked, &skipped);
	seq_printf(m, "version: %s\n", THIS_MODULE->version);
	seq_printf(m, "state: %s\n", str_on_off(s->on));
	seq_printf(m, "hook: %s\n", s->hook->name);
	seq_printf(m, "hook_reason: %s\n",
		   s->hook_auto ? fgagg_hook_why_auto() : "set by the user");
	seq_printf(m, "clock: %s\n", fgagg_clock_name());
	seq_printf(m, "clock_khz: %llu\n", fgagg_clock_khz());
	seq_printf(m, "cost_inside: %llu\n", fgagg_shard_config.cost.inside);
	seq_printf(m, "cost_outside: %llu\n", fgagg_shard_config.cost.outside);
	fgagg_shard_lock();
	tables_sum(&recorded, &paths, &chunks);
	show_counts(m, recorded);
	seq_printf(m, "paths: %llu\n", paths);
	seq_printf(m, "chunks: %llu\n", chunks);
	seq_printf(m, "functions: %u\n", hooked);
	seq_printf(m, "skipped: %u\n", skipped);
	show_memory(m, paths, chunks);
	fgagg_shard_unlock();
	fgagg_error_get(error);
	seq_printf(m, "last_error: %s\n", error);
}

/**
 * fgagg_session_show_inside - the content of the file "inside"
 * @m: where to
 *
 * Context: process, the session is locked.
 */
void fgagg_session_show_inside(struct seq_file *m)
{
	fgagg_hook_inside(m);
}

/**
 * fgagg_session_show_attached - the content of the file "attached"
 * @m: where to
 *
 * Context: process, may sleep, the session is locked.
 */
void fgagg_session_show_attached(struct seq_file *m)
{
	fgagg_funcset_show(m);
}

/**
 * fgagg_session_show_sets - the content of the file "sets"
 * @m: where to
 *
 * Context: process, may sleep, the session is locked.
 */
void fgagg_session_show_sets(struct seq_file *m)
{
	const struct fgagg_set *set;
	char *drivers;

	for (set = fgagg_sets; set->name; set++) {
		drivers = NULL;
		if (!strcmp(set->name, FGAGG_SET_DRIVER))
			drivers = fgagg_drivers_patterns();
		seq_printf(m, "%s: %s\n", set->name, drivers ?: set->patterns);
		kfree(drivers);
	}
}
