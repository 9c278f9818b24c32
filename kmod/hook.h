/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a hook is to the rest of the module: something that calls
 * fgagg_shard_enter() and fgagg_shard_exit() around a set of functions.
 */
#ifndef FGAGG_HOOK_H
#define FGAGG_HOOK_H

/**
 * struct fgagg_hook - a way into functions
 * @name: as in the file "hook"
 * @init: find what the hook needs; once, at load
 * @start: hook these functions; none is hooked
 * @update: hook these functions and no others from now on; @start was called
 * @stop: unhook all; no hook is running when it returns, and calls that are
 *	open will not be seen returning
 * @why: what the last error of @start means, or NULL if errno says it all
 *
 * Addresses are those of ftrace_location(); there is at least one, since an
 * empty filter means every function of the kernel.
 *
 * Context: process, may sleep, the session's mutex is held.
 */
struct fgagg_hook {
	const char *name;
	int (*init)(void);
	int (*start)(unsigned long *addrs, unsigned int nr);
	int (*update)(unsigned long *addrs, unsigned int nr);
	void (*stop)(void);
	const char *(*why)(int err);
};

extern const struct fgagg_hook fgagg_hook_graph;

#endif /* FGAGG_HOOK_H */
