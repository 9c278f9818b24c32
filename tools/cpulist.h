/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FGAGG_CPULIST_H
#define FGAGG_CPULIST_H

#include <limits.h>
#include <stdbool.h>

/**
 * struct fgagg_cpulist - a set of CPUs; all zero means every CPU
 * @some: only those in @cpu
 * @cpu: whether the CPU is in the set
 */
struct fgagg_cpulist {
	bool some;
	bool cpu[USHRT_MAX + 1];
};

int fgagg_cpulist_parse(struct fgagg_cpulist *list, const char *text);
bool fgagg_cpulist_has(const struct fgagg_cpulist *list, unsigned int cpu);

#endif /* FGAGG_CPULIST_H */
