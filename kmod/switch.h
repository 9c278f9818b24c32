/* SPDX-License-Identifier: GPL-2.0-only */
/* switch: what hooks do when a CPU switches from one task to another. */
#ifndef FGAGG_SWITCH_H
#define FGAGG_SWITCH_H

#include <linux/sched.h>

/* A probe of the tracepoint sched_switch; the first argument is NULL. */
typedef void (*fgagg_switch_fn)(void *unused, bool preempt,
				struct task_struct *prev,
				struct task_struct *next,
				unsigned int prev_state);

int fgagg_switch_init(void);
int fgagg_switch_register(fgagg_switch_fn fn);
void fgagg_switch_unregister(fgagg_switch_fn fn);

#endif /* FGAGG_SWITCH_H */
