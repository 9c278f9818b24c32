/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * patience: says on a terminal what is being waited for, if it takes more than
 * a second.  For calls that block; progress.h is for what goes on in steps.
 */
#ifndef FGAGG_PATIENCE_H
#define FGAGG_PATIENCE_H

#include <pthread.h>
#include <stdbool.h>

/**
 * struct fgagg_patience - a wait
 * @what: what is being waited for
 * @thread: looks at the clock
 * @started: there is a @thread
 * @lock: protects @ended
 * @end: signalled when @ended is set
 * @ended: the wait is over
 */
struct fgagg_patience {
	const char *what;
	pthread_t thread;
	bool started;
	pthread_mutex_t lock;
	pthread_cond_t end;
	bool ended;
};

void fgagg_patience_start(struct fgagg_patience *patience, const char *what);
void fgagg_patience_end(struct fgagg_patience *patience);

#endif /* FGAGG_PATIENCE_H */
