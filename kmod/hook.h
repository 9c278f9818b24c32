/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a hook is to the rest of the module: something that calls
 * fgagg_shard_enter() and fgagg_shard_exit() around a set of functions.
 */
#ifndef FGAGG_HOOK_H
#define FGAGG_HOOK_H

#include <linux/kconfig.h>
#include <linux/types.h>

#include "compat.h"

struct seq_file;

/**
 * struct fgagg_hook - a way into functions
 * @name: as in the file "hook"
 * @init: find what the hook needs; once, at load
 * @uninit: wait until nothing of the hook is in use; may be NULL
 * @start: hook these functions; none is hooked
 * @update: hook these functions and no others from now on; @start was called.  An
 *	error may leave anything between the old and the new hooked
 * @stop: unhook all, and fgagg_shard_abandon() what is open; no call is seen to
 *	enter any more when it returns
 * @refuse: why a function cannot be hooked, or NULL if nothing is known against
 *	it; may be NULL
 * @forget: forget that; may be NULL
 * @why: what the last error of @start means, or NULL if errno says it all
 * @inside: list the tasks that keep the module loaded; may be NULL
 * @stuck: are there functions that cannot be unhooked, and never will; may be NULL
 *
 * Addresses are those of ftrace_location(); there is at least one, since an
 * empty filter means every function of the kernel.  @start and @update may sort
 * them, and return -EAGAIN, to be called again, if they have learnt of functions
 * to @refuse, or are about to.
 *
 * Context: process, may sleep, the session's mutex is held.
 */
struct fgagg_hook {
	const char *name;
	int (*init)(void);
	void (*uninit)(void);
	int (*start)(unsigned long *addrs, unsigned int nr);
	int (*update)(unsigned long *addrs, unsigned int nr);
	void (*stop)(void);
	const char *(*refuse)(unsigned long addr);
	void (*forget)(void);
	const char *(*why)(int err);
	void (*inside)(struct seq_file *m);
	bool (*stuck)(void);
};

extern const struct fgagg_hook fgagg_hook_graph;
extern const struct fgagg_hook fgagg_hook_direct;

int fgagg_hook_init(void);
void fgagg_hook_uninit(void);
const struct fgagg_hook *fgagg_hook_find(const char *name);
const char *fgagg_hook_why_auto(void);
void fgagg_hook_inside(struct seq_file *m);
bool fgagg_hook_stuck(void);

#define FGAGG_HAS_DIRECT	(IS_ENABLED(CONFIG_X86_64) && \
				 IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS) && \
				 !FGAGG_STACKS_ARE_ERASED)

#endif /* FGAGG_HOOK_H */
