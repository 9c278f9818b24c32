/* SPDX-License-Identifier: GPL-2.0-only */
/* What the processor counts while a piece of code runs: perf_event_open(2). */
#ifndef BENCH_COUNTERS_H
#define BENCH_COUNTERS_H

#include <linux/types.h>

/**
 * struct counter - one event
 * @name: of the event
 * @type: as in struct perf_event_attr
 * @config: likewise
 * @fd: open file, or -1 if this machine does not count the event
 * @count: events between counters_start() and counters_stop(), since
 *	counters_reset()
 */
struct counter {
	const char *name;
	__u32 type;
	__u64 config;
	int fd;
	__u64 count;
};

extern struct counter counters[];
extern const unsigned int nr_counters;

void counters_open(void);
void counters_reset(void);
void counters_start(void);
void counters_stop(void);
void counters_read(void);

#endif /* BENCH_COUNTERS_H */
