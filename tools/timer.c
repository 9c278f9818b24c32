// SPDX-License-Identifier: GPL-2.0-only
#include "timer.h"

#include <errno.h>
#include <string.h>

#define NSEC_PER_SEC	1000000000LL

static long long until(const struct timespec *next)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (next->tv_sec - now.tv_sec) * NSEC_PER_SEC +
	       next->tv_nsec - now.tv_nsec;
}

static void advance(struct timespec *next, long long ns)
{
	ns += next->tv_nsec;
	next->tv_sec += ns / NSEC_PER_SEC;
	next->tv_nsec = ns % NSEC_PER_SEC;
}

/**
 * fgagg_timer_start - start to count intervals
 * @timer: set
 * @interval_ns: from tick to tick, not 0
 * @signals: to wait for besides, up to a 0
 *
 * A signal that is blocked is kept until it is waited for, so none can come at
 * a wrong moment or get lost.
 */
void fgagg_timer_start(struct fgagg_timer *timer, __u64 interval_ns,
		       const int *signals)
{
	sigemptyset(&timer->signals);
	for (; *signals; signals++)
		sigaddset(&timer->signals, *signals);
	sigprocmask(SIG_BLOCK, &timer->signals, &timer->before);
	timer->interval_ns = interval_ns;
	clock_gettime(CLOCK_MONOTONIC, &timer->next);
	advance(&timer->next, interval_ns);
}

/**
 * fgagg_timer_wait - wait for a tick or a signal
 * @timer: the timer
 * @info: set for a signal
 *
 * Ticks that were missed, because what is done at each takes longer than the
 * interval, are left out.
 *
 * Return: the signal's number; 0 for a tick.
 */
int fgagg_timer_wait(struct fgagg_timer *timer, siginfo_t *info)
{
	long long left;
	int sig;

	for (;;) {
		struct timespec timeout = { 0 };

		left = until(&timer->next);
		if (left > 0)
			advance(&timeout, left);
		sig = sigtimedwait(&timer->signals, info, &timeout);
		if (sig > 0)
			return sig;
		if (left <= 0)
			break;
	}
	while (until(&timer->next) <= 0)
		advance(&timer->next, timer->interval_ns);
	return 0;
}

/**
 * fgagg_timer_stop - let signals through again
 * @timer: the timer
 */
void fgagg_timer_stop(struct fgagg_timer *timer)
{
	sigprocmask(SIG_SETMASK, &timer->before, NULL);
}
