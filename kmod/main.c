// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg - latency histograms for every call path, aggregated in the kernel.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "clock.h"
#include "debugfs.h"
#include "error.h"
#include "hook.h"
#include "ksym.h"
#include "session.h"
#include "sets.h"
#include "shard.h"
#include "snapshot.h"

/* In the order of fgagg_settings[]. */
enum {
	HOOK, CLOCK, COMPENSATE, PRECISION, MAX_PATHS, MAX_DEPTH, TIME, SOFTIRQ, PIDS,
	CPUS, ROOTS, FUNCTIONS, ENABLE
};

static char *param[] = {
	[FUNCTIONS]	= FGAGG_SET_DEFAULT,
	[ENABLE]	= "1",
};

#define PARAM(name, index, text)					\
	module_param_named(name, param[index], charp, 0400);		\
	MODULE_PARM_DESC(name, text)

PARAM(enable, ENABLE, "start tracing at once: 0 or 1 (default 1)");
PARAM(functions, FUNCTIONS, "patterns of functions (default \"" FGAGG_SET_DEFAULT "\")");
PARAM(roots, ROOTS, "patterns of functions that a path may start with (default: all)");
PARAM(pids, PIDS, "tasks that a path may start in (default: all)");
PARAM(cpus, CPUS, "CPUs that a path may start on (default: all)");
PARAM(hook, HOOK, "auto, direct or graph (default auto)");
PARAM(clock, CLOCK, "auto, tsc or local_clock (default auto)");
PARAM(compensate, COMPENSATE, "take what tracing costs off times: 0 or 1 (default 1)");
PARAM(precision, PRECISION, "2^precision buckets for a power of two of time, 1 to 7 (default 4)");
PARAM(max_paths, MAX_PATHS, "call paths that a CPU can count (default 4096)");
PARAM(max_depth, MAX_DEPTH, "calls on a path (default 64)");
PARAM(time, TIME, "wall or cpu (default wall)");
PARAM(softirq, SOFTIRQ, "split or inline (default split)");

static int __init apply_params(void)
{
	char why[FGAGG_ERROR_LEN];
	int i, err;

	for (i = 0; fgagg_settings[i].name; i++) {
		if (!param[i])
			continue;
		err = fgagg_settings[i].set(param[i], false);
		if (err) {
			fgagg_error_get(why);
			pr_err("%s\n", why);
			return err;
		}
	}
	return 0;
}

static int __init fgagg_init(void)
{
	int err;

	fgagg_clock_choose(FGAGG_CLOCK_AUTO);
	fgagg_snapshot_init();
	err = fgagg_ksym_init();
	if (err)
		return err;
	err = fgagg_session_init();
	if (err)
		return err;
	/* A module that fails goes, whoever has a reference to it. */
	err = apply_params();
	if (err && !fgagg_hook_stuck())
		goto uninit_session;
	err = fgagg_debugfs_init();
	if (err)
		pr_err("cannot make files in debugfs (error %d)\n", err);
	if (err && !fgagg_hook_stuck())
		goto uninit_session;
	return 0;

uninit_session:
	fgagg_session_uninit();
	return err;
}

static void __exit fgagg_exit(void)
{
	fgagg_debugfs_uninit();
	fgagg_session_uninit();
}

module_init(fgagg_init);
module_exit(fgagg_exit);

MODULE_DESCRIPTION("Latency histograms for every call path");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1");
