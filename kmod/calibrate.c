// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

/*
 * What a traced call costs, so that it can be taken off: see frame.h.
 *
 * A function of the module's own is called many times, first as it is and then
 * hooked, with interrupts off and nothing else hooked.  The least of some rounds
 * is what counts, as whatever else disturbs them makes them longer.  With
 *
 *	u	what a call takes as it is
 *	t	what it takes when it is hooked, as its caller sees it
 *	l	what it takes when it is hooked, as is recorded for it
 *
 * a call costs l - u inside and t - l outside.  On a real machine the calls of a
 * loop cost less than those of a load do, which has other uses for the caches; so
 * not too much is taken off.
 *
 * All of this is protected by the session's mutex.
 */
#include "calibrate.h"

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/math64.h>
#include <linux/printk.h>
#include <linux/string.h>

#include "clock.h"
#include "hook.h"
#include "ksym.h"
#include "shard.h"
#include "tracee.h"

FGAGG_KSYM_DECLARE(ftrace_location);

#define ROUNDS		32

/* Where ftrace hooks them. */
static struct {
	unsigned long	leaf;
	unsigned long	loop;
} location[FGAGG_COPY_NR];

/* What was measured last, and for what. */
static const struct fgagg_hook *calibrated;
static const char *calibrated_clock;
static struct fgagg_cost call_cost;
static u64 copy_cost[FGAGG_COPY_NR];

struct sample {
	u64	as_it_is;
	u64	hooked;
	u64	recorded;
};

struct calls {
	u64	count;
	u64	total;
};

/* What was recorded of a leaf. */
static struct calls recorded(const struct fgagg_table *table, unsigned long leaf)
{
	const struct fgagg_node *node;
	struct calls sum = { };
	u32 i;

	for (i = 1; i < table->cct.used; i++) {
		node = &table->cct.node[i];
		if (fgagg_node_func(node) != leaf)
			continue;
		sum.count += fgagg_hist_total(&node->hist, &table->pool);
		sum.total += local64_read(&node->total);
	}
	return sum;
}

static u64 measure_as_it_is(struct fgagg_table *table, int kind)
{
	u64 least = U64_MAX;
	int i;

	for (i = 0; i < ROUNDS; i++)
		least = min(least, fgagg_shard_apart(table, fgagg_tracees[kind].loop));
	return least;
}

/* Return: whether every call was recorded. */
static bool measure_hooked(struct fgagg_table *table, int kind, struct sample *s)
{
	struct calls before, after = recorded(table, location[kind].leaf);
	u64 took;
	int i;

	s->hooked = U64_MAX;
	s->recorded = U64_MAX;
	for (i = 0; i < ROUNDS; i++) {
		before = after;
		took = fgagg_shard_apart(table, fgagg_tracees[kind].loop);
		after = recorded(table, location[kind].leaf);
		if (after.count - before.count != FGAGG_TRACEE_CALLS)
			return false;
		s->hooked = min(s->hooked, took);
		s->recorded = min(s->recorded, after.total - before.total);
	}
	return true;
}

/* Whether each node is where a probe begins, as nearly all of a load are. */
static bool is_spread(const struct fgagg_cct *cct)
{
	struct fgagg_node *node;
	u32 i;

	for (i = 1; i < cct->used; i++) {
		node = &cct->node[i];
		if (fgagg_cct_slot(cct, node->key) != node)
			return false;
	}
	return true;
}

/* For one call; no less than none. */
static u64 per_call(u64 more, u64 less)
{
	if (more < less)
		return 0;
	return div_u64(more - less + FGAGG_TRACEE_CALLS / 2,
		       FGAGG_TRACEE_CALLS);
}

static void take(const struct sample *s)
{
	const struct sample *none = &s[FGAGG_COPY_NONE];
	int kind;

	call_cost.inside = per_call(none->recorded, none->as_it_is);
	call_cost.outside = per_call(none->hooked, none->recorded);
	for (kind = 0; kind < FGAGG_COPY_NR; kind++)
		copy_cost[kind] = per_call(s[kind].recorded, none->recorded);
}

static void forget(void)
{
	calibrated = NULL;
	call_cost = (struct fgagg_cost){ };
	memset(copy_cost, 0, sizeof(copy_cost));
	fgagg_calibrate_apply(false);
}

/* All calls of the module's own functions count. */
static bool measure_all(struct fgagg_table *table, struct sample *s)
{
	struct fgagg_shard_config *config = &fgagg_shard_config;
	u16 max_depth = config->max_depth;
	bool select = config->select, all = true;
	int kind;

	WRITE_ONCE(config->select, false);
	WRITE_ONCE(config->max_depth, FGAGG_MAX_DEPTH_DEFAULT);
	for (kind = 0; all && kind < FGAGG_COPY_NR; kind++)
		all = measure_hooked(table, kind, &s[kind]);
	WRITE_ONCE(config->max_depth, max_depth);
	WRITE_ONCE(config->select, select);
	return all;
}

/*
 * The hook is in use for functions of the module's own.  Where the module lies decides
 * which of their paths meet in an index, and a probe that goes on makes a call cost as
 * much again: a larger index sets them apart.
 *
 * Return: whether all was measured.
 */
static bool measure_spread(struct sample *s)
{
	struct fgagg_table *table;
	bool all, spread;
	u32 paths;

	for (paths = FGAGG_MAX_PATHS_MIN; paths <= FGAGG_MAX_PATHS_MAX; paths *= 2) {
		table = fgagg_shard_table_alloc(paths);
		if (!table)
			return false;
		all = measure_all(table, s);
		spread = is_spread(&table->cct);
		fgagg_shard_table_free(table);
		if (!all || spread)
			return all;
	}
	return false;
}

/**
 * fgagg_calibrate - find out what a traced call costs
 * @hook: the hook, which is not in use
 *
 * Does nothing if that is known.  If it cannot be found out, as when ftrace is off,
 * calls are taken to cost nothing until it is used the next time.
 *
 * Context: process, may sleep.
 * Return: whether the hook is in use now, for functions of the module's own: then
 * it is to be updated, not started.
 */
bool fgagg_calibrate(const struct fgagg_hook *hook)
{
	unsigned long addrs[2 * FGAGG_COPY_NR];
	struct sample s[FGAGG_COPY_NR];
	struct fgagg_table *table;
	bool started = false;
	int kind;

	if (hook == calibrated && fgagg_clock_name() == calibrated_clock)
		return false;
	forget();
	table = fgagg_shard_table_alloc(FGAGG_MAX_PATHS_MIN);
	if (!table)
		return false;
	for (kind = 0; kind < FGAGG_COPY_NR; kind++)
		s[kind].as_it_is = measure_as_it_is(table, kind);
	fgagg_shard_table_free(table);
	/* It may sort them. */
	memcpy(addrs, location, sizeof(addrs));
	started = !hook->start(addrs, ARRAY_SIZE(addrs));
	if (started && measure_spread(s)) {
		take(s);
		calibrated = hook;
		calibrated_clock = fgagg_clock_name();
	}
	return started;
}

/**
 * fgagg_calibrate_apply - have the cost of calls taken off their times, or not
 * @compensate: whether to
 *
 * Context: process; tracing is off, or the hook is in use for functions of the
 * module's own.
 */
void fgagg_calibrate_apply(bool compensate)
{
	static const struct fgagg_cost nothing;
	int kind;

	fgagg_shard_config.cost = compensate ? call_cost : nothing;
	for (kind = 0; kind < FGAGG_COPY_NR; kind++)
		fgagg_shard_config.copy[kind] = compensate ? copy_cost[kind] : 0;
}

/**
 * fgagg_calibrate_leaf - a function that is to be hooked as if it had arguments
 * @kind: which
 *
 * Return: its address, as of ftrace_location().
 */
unsigned long fgagg_calibrate_leaf(enum fgagg_copy kind)
{
	return location[kind].leaf;
}

static unsigned long locate(const void *func)
{
	return fgagg_ksym(ftrace_location)((unsigned long)func);
}

/**
 * fgagg_calibrate_init - find the functions to measure
 *
 * Context: process, may sleep; once.
 * Return: 0, or -ENOENT after saying in the log what is missing.
 */
int fgagg_calibrate_init(void)
{
	const struct fgagg_tracee *t;
	int kind;

	for (kind = 0; kind < FGAGG_COPY_NR; kind++) {
		t = &fgagg_tracees[kind];
		location[kind].leaf = locate(t->leaf);
		location[kind].loop = locate(t->loop);
		if (!location[kind].leaf || !location[kind].loop) {
			pr_err("ftrace cannot hook a module's functions\n");
			return -ENOENT;
		}
	}
	return 0;
}
