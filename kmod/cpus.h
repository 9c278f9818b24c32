/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpus: what has to happen on every CPU.
 */
#ifndef FGAGG_CPUS_H
#define FGAGG_CPUS_H

void fgagg_cpus_run(void);

#endif /* FGAGG_CPUS_H */
