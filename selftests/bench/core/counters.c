// SPDX-License-Identifier: GPL-2.0-only
#include "counters.h"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "macros.h"

#define READ_MISSES(cache)	((cache) | PERF_COUNT_HW_CACHE_OP_READ << 8 | \
				 PERF_COUNT_HW_CACHE_RESULT_MISS << 16)

#define COUNTER(n, t, c)	{ .name = n, .type = t, .config = c, .fd = -1 }

struct counter counters[] = {
	COUNTER("cycles", PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES),
	COUNTER("instructions", PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS),
	COUNTER("branch-misses", PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES),
	COUNTER("L1d-misses", PERF_TYPE_HW_CACHE, READ_MISSES(PERF_COUNT_HW_CACHE_L1D)),
	COUNTER("LLC-misses", PERF_TYPE_HW_CACHE, READ_MISSES(PERF_COUNT_HW_CACHE_LL)),
	COUNTER("dTLB-misses", PERF_TYPE_HW_CACHE, READ_MISSES(PERF_COUNT_HW_CACHE_DTLB)),
};

const unsigned int nr_counters = ARRAY_SIZE(counters);

/**
 * counters_open - find out which events this machine counts
 *
 * Sets @fd of all counters.  In a virtual machine often none of them works, and
 * perf_event_paranoid may forbid them too.
 */
void counters_open(void)
{
	unsigned int i;

	for (i = 0; i < nr_counters; i++) {
		struct perf_event_attr attr = {
			.size		= sizeof(attr),
			.type		= counters[i].type,
			.config		= counters[i].config,
			.disabled	= 1,
			.exclude_kernel	= 1,
			.exclude_hv	= 1,
		};

		counters[i].fd = syscall(SYS_perf_event_open, &attr, 0, -1, -1,
					 PERF_FLAG_FD_CLOEXEC);
	}
}

static void control_open(unsigned long request)
{
	unsigned int i;

	for (i = 0; i < nr_counters; i++)
		if (counters[i].fd >= 0)
			ioctl(counters[i].fd, request, 0);
}

/** counters_reset - begin at zero */
void counters_reset(void)
{
	control_open(PERF_EVENT_IOC_RESET);
}

/** counters_start - count from here */
void counters_start(void)
{
	control_open(PERF_EVENT_IOC_ENABLE);
}

/** counters_stop - to here */
void counters_stop(void)
{
	control_open(PERF_EVENT_IOC_DISABLE);
}

/** counters_read - set @count of all counters */
void counters_read(void)
{
	unsigned int i;

	for (i = 0; i < nr_counters; i++)
		if (counters[i].fd >= 0 &&
		    read(counters[i].fd, &counters[i].count,
			 sizeof(counters[i].count)) != sizeof(counters[i].count))
			counters[i].fd = -1;
}
