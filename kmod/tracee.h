/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions of the module's own that can be traced, to find out what that costs:
 * for each &enum fgagg_copy one that is hooked as if it had such arguments.
 */
#ifndef FGAGG_TRACEE_H
#define FGAGG_TRACEE_H

#include "shard.h"

/* Calls that are made for one measurement. */
#define FGAGG_TRACEE_CALLS	64

/**
 * struct fgagg_tracee - a function that does nothing, and one that calls it
 * @leaf: the function
 * @loop: makes FGAGG_TRACEE_CALLS of it, and returns how long they have taken
 */
struct fgagg_tracee {
	void	(*leaf)(void);
	u64	(*loop)(void);
};

extern const struct fgagg_tracee fgagg_tracees[FGAGG_COPY_NR];

#endif /* FGAGG_TRACEE_H */
