// SPDX-License-Identifier: GPL-2.0-only
#include "timer.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

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

/* Whoever wants to outlive the terminal, as with nohup, has SIGHUP ignored. */
static bool is_unwanted(int sig)
{
	struct sigaction action;

	return sig == SIGHUP && !sigaction(sig, NULL, &action) &&
	       action.sa_handler == SIG_IGN;
}

/**
 * fgagg_timer_start - start to count intervals
 * @timer: set
 * @interval_ns: from tick to tick, not 0
 * @signals: to wait for besides, up to a 0; not SIGHUP if that is ignored
 *
 * A signal that is blocked is kept until it is waited for, so none can come at
 * a wrong moment or get lost.
 */
void fgagg_timer_start(struct fgagg_timer *timer, __u64 interval_ns,
		       const int *signals)
{
	sigemptyset(&timer->signals);
	for (; *signals; signals++)
		if (!is_unwanted(*signals))
			sigaddset(&timer->signals, *signals);
	sigprocmask(SIG_BLOCK, &timer->signals, &timer->before);
	timer->interval_ns = interval_ns;
	clock_gettime(CLOCK_MONOTONIC, &timer->next);
	advance(&timer->next, interval_ns);
}

/* The tick has come: the next is one that is still ahead. */
static void skip_missed(struct fgagg_timer *timer)
{
	while (until(&timer->next) <= 0)
		advance(&timer->next, timer->interval_ns);
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
	skip_missed(timer);
	return 0;
}

/**
 * fgagg_timer_wait_input - wait for a tick, a signal, or input
 * @timer: the timer
 * @fd: where input comes from
 *
 * Signals that were blocked after fgagg_timer_start() come through while this
 * waits, and at no other time.
 *
 * Return: the signal's number; 0 for a tick; -EAGAIN for input; -EINTR if one of
 * the signals that came through was handled; -EIO if @fd is closed at its other
 * end, even with input left; another negative errno.
 */
int fgagg_timer_wait_input(struct fgagg_timer *timer, int fd)
{
	struct pollfd polled[] = { { .fd = fd, .events = POLLIN },
				   { .events = POLLIN } };
	struct timespec timeout = { 0 };
	struct signalfd_siginfo info;
	long long left = until(&timer->next);
	sigset_t mask = timer->before;
	int ret;

	sigorset(&mask, &mask, &timer->signals);
	polled[1].fd = signalfd(-1, &timer->signals, SFD_CLOEXEC);
	if (polled[1].fd < 0)
		return -errno;
	if (left > 0)
		advance(&timeout, left);
	ret = ppoll(polled, 2, &timeout, &mask);
	if (ret < 0)
		ret = -errno;
	else if (polled[1].revents)
		ret = read(polled[1].fd, &info, sizeof(info)) < 0 ?
		      -errno : (int)info.ssi_signo;
	else if (ret)
		/* A terminal that has hung up is readable, too, for ever. */
		ret = polled[0].revents & ~POLLIN ? -EIO : -EAGAIN;
	else
		skip_missed(timer);
	close(polled[1].fd);
	return ret;
}

/**
 * fgagg_timer_stop - let signals through again
 * @timer: the timer
 */
void fgagg_timer_stop(struct fgagg_timer *timer)
{
	sigprocmask(SIG_SETMASK, &timer->before, NULL);
}
