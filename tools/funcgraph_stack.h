/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * funcgraph_stack: how the calls of a function_graph log nest.
 *
 * Each task has a stack of calls that are open, as in the kernel.
 *
 * Braces say how calls nest.  Indentation, as long as it has been right, says
 * when that goes wrong, because something is missing.
 */
#ifndef FGAGG_FUNCGRAPH_STACK_H
#define FGAGG_FUNCGRAPH_STACK_H

#include <stdbool.h>

#include "counter.h"
#include "funcgraph.h"
#include "funcgraph_task.h"

struct fgagg_funcgraph_stacks;

struct fgagg_funcgraph_stacks *
fgagg_funcgraph_stack_new(struct fgagg_counter *counter,
			  struct fgagg_funcgraph_counts *counts);
void fgagg_funcgraph_stack_free(struct fgagg_funcgraph_stacks *stacks);
int fgagg_funcgraph_stack_enter(struct fgagg_funcgraph_stacks *stacks,
				const struct fgagg_funcgraph_event *event);
int fgagg_funcgraph_stack_leave(struct fgagg_funcgraph_stacks *stacks,
				const struct fgagg_funcgraph_event *event);
int fgagg_funcgraph_stack_irq(struct fgagg_funcgraph_stacks *stacks,
			      const struct fgagg_funcgraph_event *event,
			      bool enter);
int fgagg_funcgraph_stack_switch(struct fgagg_funcgraph_stacks *stacks,
				 const struct fgagg_funcgraph_event *from,
				 const struct fgagg_funcgraph_event *to);
void fgagg_funcgraph_stack_lost(struct fgagg_funcgraph_stacks *stacks,
				__u16 cpu);
void fgagg_funcgraph_stack_finish(struct fgagg_funcgraph_stacks *stacks);

#endif /* FGAGG_FUNCGRAPH_STACK_H */
