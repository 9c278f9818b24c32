/* SPDX-License-Identifier: GPL-2.0-only */
/* timer: waits for the next interval or for a signal, whichever comes first. */
#ifndef FGAGG_TIMER_H
#define FGAGG_TIMER_H

#include <signal.h>
#include <time.h>

#include <linux/types.h>

/**
 * struct fgagg_timer - a running timer
 * @signals: what to wait for; blocked as long as the timer runs
 * @before: the mask to go back to, for a child process too
 * @next: CLOCK_MONOTONIC of the next tick
 * @interval_ns: from tick to tick
 */
struct fgagg_timer {
	sigset_t signals;
	sigset_t before;
	struct timespec next;
	__u64 interval_ns;
};

void fgagg_timer_start(struct fgagg_timer *timer, __u64 interval_ns,
		       const int *signals);
int fgagg_timer_wait(struct fgagg_timer *timer, siginfo_t *info);
int fgagg_timer_wait_input(struct fgagg_timer *timer, int fd);
void fgagg_timer_stop(struct fgagg_timer *timer);

#endif /* FGAGG_TIMER_H */
