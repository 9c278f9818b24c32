/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The session: what is to be traced and how, whether it is, and the one mutex
 * that orders all changes.
 *
 * The mutex nests inside RTNL and inside the module notifier chain, and
 * outside cpus_read_lock() and ftrace's locks.
 */
#ifndef FGAGG_SESSION_H
#define FGAGG_SESSION_H

#include <linux/types.h>

struct seq_file;

/**
 * struct fgagg_setting - one thing that can be set
 * @name: of the file, and of the module parameter
 * @set: set it from text; @append adds to what there is, where that makes
 *	sense, and is ignored elsewhere.  On an error fgagg_error() says why, and
 *	nothing has changed, but that tracing is off if there was no memory to go
 *	on as before
 * @show: write it out, in a form that @set takes
 *
 * Context: process, may sleep; @set takes the session's mutex, for @show it is
 * held.
 */
struct fgagg_setting {
	const char *name;
	int (*set)(const char *text, bool append);
	void (*show)(struct seq_file *m);
};

/* Ends with an entry without a name. */
extern const struct fgagg_setting fgagg_settings[];

int fgagg_session_init(void);
void fgagg_session_uninit(void);
int fgagg_session_reset(void);
void fgagg_session_show_stats(struct seq_file *m);
void fgagg_session_show_inside(struct seq_file *m);
void fgagg_session_show_attached(struct seq_file *m);
void fgagg_session_show_sets(struct seq_file *m);

void fgagg_session_lock(void);
void fgagg_session_unlock(void);

#endif /* FGAGG_SESSION_H */
