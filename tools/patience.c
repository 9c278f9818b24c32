// SPDX-License-Identifier: GPL-2.0-only
#include "patience.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Waits for the end, for a second; whether it came. */
static bool ends_soon(struct fgagg_patience *patience)
{
	struct timespec until;
	int ret = 0;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	while (!patience->ended && !ret)
		ret = pthread_cond_timedwait(&patience->end, &patience->lock,
					     &until);
	return patience->ended;
}

static void *wait_for_end(void *data)
{
	struct fgagg_patience *patience = data;

	pthread_mutex_lock(&patience->lock);
	if (!ends_soon(patience)) {
		fprintf(stderr, "waiting for %s ...", patience->what);
		while (!patience->ended)
			pthread_cond_wait(&patience->end, &patience->lock);
		fputs("\r\033[K", stderr);
	}
	pthread_mutex_unlock(&patience->lock);
	return NULL;
}

/**
 * fgagg_patience_start - something that may block begins
 * @patience: set
 * @what: what is being waited for
 */
void fgagg_patience_start(struct fgagg_patience *patience, const char *what)
{
	sigset_t all, before;
	pthread_condattr_t attr;

	patience->what = what;
	patience->ended = false;
	patience->started = false;
	if (!isatty(STDERR_FILENO))
		return;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&patience->end, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&patience->lock, NULL);
	/* Signals are for the thread that was there before. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	patience->started = !pthread_create(&patience->thread, NULL,
					    wait_for_end, patience);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/**
 * fgagg_patience_end - it is over; nothing of it is left on the screen
 * @patience: from fgagg_patience_start()
 */
void fgagg_patience_end(struct fgagg_patience *patience)
{
	if (!patience->started)
		return;
	pthread_mutex_lock(&patience->lock);
	patience->ended = true;
	pthread_cond_signal(&patience->end);
	pthread_mutex_unlock(&patience->lock);
	pthread_join(patience->thread, NULL);
	pthread_cond_destroy(&patience->end);
	pthread_mutex_destroy(&patience->lock);
}
