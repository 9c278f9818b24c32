/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What session.c and settings.c share.
 */
#ifndef FGAGG_SESSION_INTERNAL_H
#define FGAGG_SESSION_INTERNAL_H

#include <linux/list.h>
#include <linux/types.h>

/**
 * struct fgagg_session - the session, protected by its mutex
 * @hook: the hook in use
 * @hook_auto: it was chosen by hook=auto
 * @on: tracing is on
 * @hooked: the hook runs; it does not while there is no function to hook
 * @inlined: softirq=inline
 * @compensate: the cost of tracing is taken off
 * @max_paths: nodes of each CPU
 * @precision: k
 */
struct fgagg_session {
	const struct fgagg_hook	*hook;
	bool			hook_auto;
	bool			on;
	bool			hooked;
	bool			inlined;
	bool			compensate;
	u32			max_paths;
	u32			precision;
};

extern struct fgagg_session fgagg_session;

int fgagg_session_change(struct list_head *patterns, struct list_head *roots,
			 bool inlined);
int fgagg_session_start(void);
void fgagg_session_stop(void);
int fgagg_session_resize(u32 max_paths, u32 precision);

#endif /* FGAGG_SESSION_INTERNAL_H */
