// SPDX-License-Identifier: GPL-2.0-only
#include "cpus.h"

#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/workqueue.h>

static long do_nothing(void *unused)
{
	return 0;
}

/**
 * fgagg_cpus_run - wait until every CPU has run something else
 *
 * Whatever ran with preemption off when this was called is over then, idle tasks
 * included, whom RCU does not watch.
 *
 * Context: process, may sleep.
 */
void fgagg_cpus_run(void)
{
	int cpu;

	cpus_read_lock();
	for_each_online_cpu(cpu)
		work_on_cpu(cpu, do_nothing, NULL);
	cpus_read_unlock();
}
