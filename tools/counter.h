/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counter: counts calls by path and CPU as the module does, and writes them
 * down as it does, so that whatever reads its snapshots reads these.
 *
 * The clock has 1 GHz: a tick is a nanosecond.
 */
#ifndef FGAGG_COUNTER_H
#define FGAGG_COUNTER_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "snapshot.h"

/**
 * struct fgagg_counter_call - a call that has returned
 * @cpu: where it did
 * @pid: the task, 0 for idle or if it is not known
 * @comm: its name, zero-terminated
 * @total: inclusive time in ns
 * @self: exclusive time in ns, at most @total
 */
struct fgagg_counter_call {
	__u16 cpu;
	__u32 pid;
	char comm[16];
	__u64 total;
	__u64 self;
};

/**
 * struct fgagg_counter_totals - what belongs to no path
 * @entered: calls that were entered
 * @open: of these, calls that have not returned
 * @clamped: recorded calls whose time was out of range
 * @lost: calls that were entered and not recorded, by &enum fgagg_loss
 */
struct fgagg_counter_totals {
	__u64 entered;
	__u64 open;
	__u64 clamped;
	__u64 lost[FGAGG_LOST_NR];
};

struct fgagg_counter;
struct fgagg_counter_node;

struct fgagg_counter *fgagg_counter_new(void);
void fgagg_counter_free(struct fgagg_counter *counter);
struct fgagg_counter_totals *
fgagg_counter_totals(struct fgagg_counter *counter);
struct fgagg_counter_node *fgagg_counter_root(struct fgagg_counter *counter,
					      unsigned int context);
struct fgagg_counter_node *fgagg_counter_child(struct fgagg_counter *counter,
					       struct fgagg_counter_node *parent,
					       const char *name, size_t len);
unsigned int fgagg_counter_context(const struct fgagg_counter_node *node);
bool fgagg_counter_is(const struct fgagg_counter_node *node, const char *name,
		      size_t len);
int fgagg_counter_add(struct fgagg_counter_node *node,
		      const struct fgagg_counter_call *call);
int fgagg_counter_snapshot(const struct fgagg_counter *counter,
			   const char *stats, struct fgagg_snap **snap,
			   struct fgagg_error *err);

#endif /* FGAGG_COUNTER_H */
