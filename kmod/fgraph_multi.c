// SPDX-License-Identifier: GPL-2.0-only
#include "fgraph.h"

#if FGAGG_FGRAPH_MULTI

FGAGG_KSYM(register_ftrace_graph);
FGAGG_KSYM(unregister_ftrace_graph);
FGAGG_KSYM(fgraph_reserve_data);
FGAGG_KSYM(fgraph_retrieve_data);
FGAGG_KSYM(fgraph_get_task_var);

/**
 * fgagg_fgraph_init - find fgraph's functions
 *
 * Context: process, once.
 * Return: 0 or a negative errno, after saying in the log what is missing.
 */
int fgagg_fgraph_init(void)
{
	return fgagg_ksym_resolve(register_ftrace_graph) ?:
	       fgagg_ksym_resolve(unregister_ftrace_graph) ?:
	       fgagg_ksym_resolve(fgraph_reserve_data) ?:
	       fgagg_ksym_resolve(fgraph_retrieve_data) ?:
	       fgagg_ksym_resolve(fgraph_get_task_var);
}

/* Not ftrace_free_filter(): a filter can be set no more after that. */
static void filter_free(void)
{
	ftrace_set_filter_ips(&fgagg_fgraph_ops.ops, NULL, 0, 0, 1);
}

/**
 * fgagg_fgraph_start - have the callbacks called for these functions
 * @addrs: from ftrace_location()
 * @nr: how many, at least 1
 *
 * Context: process, may sleep.
 * Return: 0 or a negative errno.
 */
int fgagg_fgraph_start(unsigned long *addrs, unsigned int nr)
{
	struct ftrace_ops *ops = &fgagg_fgraph_ops.ops;
	unsigned long flags;
	int err;

	err = fgagg_fgraph_update(addrs, nr);
	if (err)
		return err;
	flags = ops->flags;
	err = fgagg_ksym(register_ftrace_graph)(&fgagg_fgraph_ops);
	if (err) {
		/* It leaves one that says, and warns of it, that they are registered. */
		ops->flags = flags;
		filter_free();
	}
	return err;
}

/**
 * fgagg_fgraph_update - have the callbacks called for these functions only
 * @addrs: from ftrace_location()
 * @nr: how many, at least 1
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno, and then nothing was changed.
 */
int fgagg_fgraph_update(unsigned long *addrs, unsigned int nr)
{
	return ftrace_set_filter_ips(&fgagg_fgraph_ops.ops, addrs, nr, 0, 1);
}

/**
 * fgagg_fgraph_stop - have the callbacks called no more
 *
 * Context: process, may sleep.
 */
void fgagg_fgraph_stop(void)
{
	fgagg_ksym(unregister_ftrace_graph)(&fgagg_fgraph_ops);
	filter_free();
}

/**
 * fgagg_fgraph_release - free what frames need
 *
 * Context: process, may sleep, after fgagg_fgraph_stop(), and no callback is
 * running any more.
 */
void fgagg_fgraph_release(void)
{
	/* Frames are on shadow stacks, which go with their tasks. */
}

/**
 * fgagg_fgraph_why - explain an error of fgagg_fgraph_start()
 * @err: the error
 *
 * Return: a clause, or NULL.
 */
const char *fgagg_fgraph_why(int err)
{
	return err == -ENOSPC ? "16 others use the function graph tracer" : NULL;
}

#endif /* FGAGG_FGRAPH_MULTI */
