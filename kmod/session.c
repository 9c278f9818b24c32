// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "session.h"

#include <linux/err.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "calibrate.h"
#include "drivers.h"
#include "error.h"
#include "funcset.h"
#include "hook.h"
#include "pattern.h"
#include "select.h"
#include "session_internal.h"
#include "shard.h"

static DEFINE_MUTEX(mutex);

struct fgagg_session fgagg_session = {
	.max_paths	= FGAGG_MAX_PATHS_DEFAULT,
	.precision	= FGAGG_PRECISION_DEFAULT,
	.compensate	= true,
};

/* What softirq=inline needs to know: where a task runs softirqs by itself. */
#define SOFTIRQ_FUNC	"do_softirq"

/**
 * fgagg_session_lock - keep the session and the function set as they are
 *
 * Context: process, may sleep.
 */
void fgagg_session_lock(void)
{
	mutex_lock(&mutex);
}

/**
 * fgagg_session_unlock - undo fgagg_session_lock()
 */
void fgagg_session_unlock(void)
{
	mutex_unlock(&mutex);
}

/* Who holds functions may let go of them. */
static void hook_forget(void)
{
	if (fgagg_session.hook->forget)
		fgagg_session.hook->forget();
}

/* Unhook everything; calls that are open are lost. */
static void hook_stop(void)
{
	struct fgagg_session *s = &fgagg_session;

	if (s->hooked)
		s->hook->stop();
	s->hooked = false;
	hook_forget();
}

static int hook_error(int err)
{
	const char *why = err == -ENOMEM ? "no memory" :
					   fgagg_session.hook->why(err);

	if (why)
		return fgagg_error(err, "cannot hook functions: %s", why);
	return fgagg_error(err, "cannot hook functions: ftrace returned error %d",
			   err);
}

/* Hook these functions and no others. */
static int hook_apply(unsigned long *addrs, unsigned int nr)
{
	struct fgagg_session *s = &fgagg_session;
	int err;

	if (!nr) {
		hook_stop();
		return 0;
	}
	if (!s->hooked) {
		s->hooked = fgagg_calibrate(s->hook);
		fgagg_calibrate_apply(s->compensate);
	}
	if (s->hooked)
		err = s->hook->update(addrs, nr);
	else
		err = s->hook->start(addrs, nr);
	if (err)
		return err == -EAGAIN ? err : hook_error(err);
	s->hooked = true;
	return 0;
}

/* Hook what the plan says, but for what the hook cannot have. */
static int plan_hook(struct fgagg_plan *plan)
{
	unsigned long *addrs;
	unsigned int nr;
	int err;

	do {
		fgagg_funcset_refuse(plan, fgagg_session.hook->refuse);
		err = fgagg_funcset_addrs(plan, false, &addrs, &nr);
		if (err)
			return err;
		err = hook_apply(addrs, nr);
		kvfree(addrs);
	} while (err == -EAGAIN);
	return err;
}

/* With @inlined what softirqs are to run below has to be hooked. */
static int find_softirq(struct fgagg_plan *plan, bool inlined, unsigned long *func)
{
	*func = inlined ? fgagg_funcset_find(plan, SOFTIRQ_FUNC) : 0;
	if (inlined && !*func)
		return fgagg_error(-EOPNOTSUPP, "softirq=inline needs " SOFTIRQ_FUNC ", which is excluded or cannot be hooked");
	return 0;
}

/* Everything a plan changes, or nothing. */
static int plan_apply(struct fgagg_plan *plan, bool inlined)
{
	unsigned long *roots = NULL;
	struct fgagg_select_list *list = NULL;
	unsigned long softirq;
	unsigned int nr_roots;
	int err;

	if (fgagg_funcset_has_roots(plan)) {
		err = fgagg_funcset_addrs(plan, true, &roots, &nr_roots);
		if (err)
			return err;
		list = fgagg_select_list_new(roots, nr_roots);
		kvfree(roots);
		if (!list)
			return fgagg_error(-ENOMEM, "no memory for %u roots",
					   nr_roots);
	}
	err = fgagg_session.on ? plan_hook(plan) : 0;
	if (!err)
		err = find_softirq(plan, inlined, &softirq);
	if (err) {
		fgagg_select_list_free(list);
		return err;
	}
	fgagg_select_set_funcs(list);
	WRITE_ONCE(fgagg_shard_config.select, fgagg_select_active());
	WRITE_ONCE(fgagg_shard_config.softirq_func, softirq);
	return 0;
}

/* A change has failed half way: go back to the plan before. */
static int restore(int err)
{
	if (!fgagg_session.on || !plan_hook(fgagg_funcset_plan()))
		return err;
	fgagg_session_stop();
	return fgagg_error(err, "cannot hook functions, nor those before again: tracing is off");
}

/**
 * fgagg_session_change - change the patterns
 * @patterns: which functions; the list is left empty
 * @roots: where a path may start; the list is left empty
 * @inlined: softirq=inline
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: 0, or a negative errno after fgagg_error(), and then nothing has
 * changed, but that tracing is off if there was no memory to go on as before.
 */
int fgagg_session_change(struct list_head *patterns, struct list_head *roots,
			 bool inlined)
{
	bool hooked = fgagg_session.on;
	struct fgagg_plan *plan;
	unsigned long softirq;
	int err;

	lockdep_assert_held(&mutex);
	plan = fgagg_funcset_prepare(patterns, roots,
				     inlined ? SOFTIRQ_FUNC : NULL);
	if (IS_ERR(plan)) {
		err = PTR_ERR(plan);
		goto free;
	}
	/* Before anything is hooked; and after that, for the hook may not have it. */
	err = find_softirq(plan, inlined, &softirq);
	if (err) {
		hooked = false;
		goto discard;
	}
	err = plan_apply(plan, inlined);
	if (err) {
		err = restore(err);
		goto discard;
	}
	fgagg_session.inlined = inlined;
	fgagg_funcset_commit(plan);
	return 0;

discard:
	fgagg_funcset_discard(plan, hooked);
free:
	fgagg_pattern_free(patterns);
	fgagg_pattern_free(roots);
	return err;
}

/**
 * fgagg_session_stop - stop tracing
 *
 * Context: process, may sleep, the session's mutex is held.
 */
void fgagg_session_stop(void)
{
	lockdep_assert_held(&mutex);
	hook_stop();
	/* It may have them all the next time. */
	fgagg_funcset_refuse(fgagg_funcset_plan(), NULL);
	fgagg_session.on = false;
}

/**
 * fgagg_session_start - start tracing
 *
 * Context: process, may sleep, the session's mutex is held.
 * Return: 0, or a negative errno after fgagg_error(), and then it is off.
 */
int fgagg_session_start(void)
{
	struct fgagg_session *s = &fgagg_session;
	int err;

	lockdep_assert_held(&mutex);
	if (s->on)
		return 0;
	s->on = true;
	err = plan_apply(fgagg_funcset_plan(), s->inlined);
	if (err)
		fgagg_session_stop();
	return err;
}

/* Start over with the functions that are current; if that fails, go on. */
static int rescan(void)
{
	LIST_HEAD(patterns);
	LIST_HEAD(roots);
	int err = fgagg_funcset_copy(&patterns, &roots);

	if (!err)
		return fgagg_session_change(&patterns, &roots,
					    fgagg_session.inlined);
	fgagg_pattern_free(&patterns);
	fgagg_pattern_free(&roots);
	return err;
}

/*
 * All counts were reset: drop the names of functions that are gone, unless one
 * of them is still open somewhere, or is called for ever, and hook what could
 * not be hooked for having the address of one.
 */
static int forget(void)
{
	struct fgagg_counters sum;

	fgagg_shard_lock();
	fgagg_shard_counters(&sum);
	fgagg_shard_unlock();
	if (sum.entered != sum.left || fgagg_hook_stuck())
		return 0;
	return fgagg_funcset_forget() ? rescan() : 0;
}

/**
 * fgagg_session_resize - change the size of the tables, and forget all counts
 * @max_paths: nodes of each CPU
 * @precision: k
 *
 * Context: process, may sleep, the session's mutex is held; if something
 * changes, tracing is off.
 * Return: 0, or a negative errno after fgagg_error(), and then nothing has changed.
 */
int fgagg_session_resize(u32 max_paths, u32 precision)
{
	struct fgagg_shard_size size = fgagg_shard_size(max_paths, precision);
	struct fgagg_session *s = &fgagg_session;
	unsigned int cpus = fgagg_shard_needed();
	u64 need = size.bytes * cpus;
	char why[FGAGG_ERROR_LEN];
	int err;

	lockdep_assert_held(&mutex);
	if (need >> PAGE_SHIFT > totalram_pages() / 4)
		return fgagg_error(-ENOMEM, "max_paths %u at precision %u needs %llu MiB for %u CPUs, more than a quarter of the memory",
				   max_paths, precision, need >> 20, cpus);
	/* The old tables are there until the new ones are. */
	err = fgagg_shard_reset(max_paths, precision);
	if (err)
		return fgagg_error(err, "no memory for new tables of %llu MiB for %u CPUs",
				   need >> 20, cpus);
	s->max_paths = max_paths;
	s->precision = precision;
	/* The tables are what was asked for. */
	if (forget()) {
		fgagg_error_get(why);
		pr_warn("some functions cannot be hooked now: %s\n", why);
	}
	return 0;
}

/**
 * fgagg_session_reset - forget all counts
 *
 * Context: process, may sleep, takes the session's mutex.
 * Return: as fgagg_session_resize().
 */
int fgagg_session_reset(void)
{
	int err;

	mutex_lock(&mutex);
	err = fgagg_session_resize(fgagg_session.max_paths,
				   fgagg_session.precision);
	mutex_unlock(&mutex);
	return err;
}

/*
 * The set has changed by itself: nobody waits for the error.  Functions that are gone
 * must not stay hooked, and to unhook all of them takes no memory.
 *
 * Return: whether what is current is hooked now.
 */
static bool reapply(bool gone)
{
	char why[FGAGG_ERROR_LEN];

	if (!plan_apply(fgagg_funcset_plan(), fgagg_session.inlined))
		return true;
	if (gone)
		fgagg_session_stop();
	fgagg_error_get(why);
	pr_warn("functions of a module have %s: %s\n",
		gone ? "gone, and tracing is off" : "come, and are not hooked",
		why);
	return false;
}

static int module_event(struct notifier_block *nb, unsigned long event,
			void *data)
{
	struct module *mod = data;
	bool come = false, gone = false, done;
	int err = 0;

	if (mod == THIS_MODULE)
		return NOTIFY_DONE;
	mutex_lock(&mutex);
	/* By address, and what is there may change. */
	hook_forget();
	switch (event) {
	case MODULE_STATE_COMING:
		err = fgagg_funcset_module_coming(mod);
		come = true;
		break;
	case MODULE_STATE_LIVE:
		err = fgagg_funcset_module_live(mod, &come, &gone);
		break;
	case MODULE_STATE_GOING:
		gone = fgagg_funcset_module_going(mod);
		break;
	}
	if (err)
		pr_warn("no memory to hook functions of %s\n", mod->name);
	done = !err;
	if (done && fgagg_session.on && (come || gone))
		done = reapply(gone);
	/* Some are none; all are tried again when the module has started. */
	if (!done && come && fgagg_funcset_module_going(mod) && fgagg_session.on)
		reapply(true);
	mutex_unlock(&mutex);
	return NOTIFY_DONE;
}

static struct notifier_block module_notifier = {
	.notifier_call = module_event,
};

/* There is a new driver. */
static void drivers_changed(void)
{
	char why[FGAGG_ERROR_LEN];

	mutex_lock(&mutex);
	if (rescan()) {
		fgagg_error_get(why);
		pr_warn("functions of a new network driver are not hooked: %s\n",
			why);
	}
	mutex_unlock(&mutex);
}

/**
 * fgagg_session_init - get ready to trace
 *
 * Context: process, may sleep, takes RTNL; once.
 * Return: 0 or a negative errno.
 */
int fgagg_session_init(void)
{
	struct fgagg_session *s = &fgagg_session;
	int err;

	err = fgagg_hook_init();
	if (err)
		return err;
	s->hook = fgagg_hook_find("auto");
	s->hook_auto = true;
	err = fgagg_shard_init(s->max_paths, s->precision);
	if (err) {
		pr_err("no memory for tables\n");
		return err;
	}
	err = fgagg_funcset_init();
	if (err)
		goto uninit_shard;
	err = fgagg_drivers_init(drivers_changed);
	if (err)
		goto uninit_funcset;
	err = fgagg_calibrate_init();
	if (err)
		goto uninit_drivers;
	err = register_module_notifier(&module_notifier);
	if (err)
		goto uninit_drivers;
	return 0;

uninit_drivers:
	fgagg_drivers_uninit();
uninit_funcset:
	fgagg_funcset_uninit();
uninit_shard:
	fgagg_shard_uninit();
	return err;
}

/**
 * fgagg_session_uninit - undo fgagg_session_init()
 *
 * Context: process, may sleep, takes RTNL.
 */
void fgagg_session_uninit(void)
{
	unregister_module_notifier(&module_notifier);
	fgagg_drivers_uninit();
	mutex_lock(&mutex);
	fgagg_session_stop();
	mutex_unlock(&mutex);
	fgagg_hook_uninit();
	fgagg_funcset_uninit();
	fgagg_select_uninit();
	fgagg_shard_uninit();
}
