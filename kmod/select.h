/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Restrictions: which paths are wanted, by function, task and CPU of their
 * root.  What is below a wanted root is wanted; a call that moves to another
 * CPU or outlives a change is recorded in full.
 */
#ifndef FGAGG_SELECT_H
#define FGAGG_SELECT_H

#include <linux/cpumask.h>
#include <linux/types.h>

struct fgagg_select_list;

bool fgagg_select_root(unsigned long func);

bool fgagg_select_active(void);
struct fgagg_select_list *fgagg_select_list_new(const unsigned long *values,
						unsigned int nr);
void fgagg_select_list_free(struct fgagg_select_list *l);
void fgagg_select_set_funcs(struct fgagg_select_list *l);
void fgagg_select_set_pids(struct fgagg_select_list *l);
void fgagg_select_set_cpus(const struct cpumask *cpus);
void fgagg_select_uninit(void);

#endif /* FGAGG_SELECT_H */
