// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "switch.h"

#include <linux/string.h>
#include <linux/tracepoint.h>

static struct tracepoint *sched_switch;

static void find_sched_switch(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "sched_switch"))
		sched_switch = tp;
}

/**
 * fgagg_switch_init - find the tracepoint
 *
 * Context: process, once.
 * Return: 0, or -ENOENT after saying so in the log.
 */
int fgagg_switch_init(void)
{
	for_each_kernel_tracepoint(find_sched_switch, NULL);
	if (sched_switch)
		return 0;
	pr_err("this kernel has no tracepoint sched_switch\n");
	return -ENOENT;
}

/**
 * fgagg_switch_register - have every switch probed
 * @fn: called with interrupts off, before the switch, by the task that leaves
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int fgagg_switch_register(fgagg_switch_fn fn)
{
	return tracepoint_probe_register(sched_switch, fn, NULL);
}

/**
 * fgagg_switch_unregister - undo fgagg_switch_register()
 * @fn: the same; it is not running any more when this returns
 *
 * Context: process, may sleep.
 */
void fgagg_switch_unregister(fgagg_switch_fn fn)
{
	tracepoint_probe_unregister(sched_switch, fn, NULL);
	tracepoint_synchronize_unregister();
}
