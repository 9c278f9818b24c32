// SPDX-License-Identifier: GPL-2.0-only
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "print.h"

#define FIRST_NS	1000000000ULL
#define EVERY_NS	100000000ULL
#define WIDTH		30

static __u64 now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (__u64)now.tv_sec * 1000000000 + now.tv_nsec;
}

/**
 * fgagg_progress_start - something begins
 * @progress: set
 */
void fgagg_progress_start(struct fgagg_progress *progress)
{
	progress->terminal = isatty(STDERR_FILENO);
	progress->shown = false;
	progress->next = progress->terminal ? now_ns() + FIRST_NS : 0;
}

/**
 * fgagg_progress_show - show how far it is, if it is time to
 * @progress: the bar
 * @what: what is being done, in a word or two
 * @done: bytes that are done
 * @size: bytes in all, 0 if that is not known
 */
void fgagg_progress_show(struct fgagg_progress *progress, const char *what,
			 __u64 done, __u64 size)
{
	char buf[FGAGG_PRINT_LEN];
	unsigned int part;

	if (!progress->terminal || now_ns() < progress->next)
		return;
	progress->next = now_ns() + EVERY_NS;
	progress->shown = true;
	fgagg_print_bytes(buf, done);
	if (!size) {
		fprintf(stderr, "\r%.40s: %s\033[K", what, buf);
		return;
	}
	/* A file may grow while it is read. */
	part = done < size ? (double)done / size * 100 : 100;
	fprintf(stderr, "\r%.40s: %3u%% |%-*.*s| %s\033[K", what, part, WIDTH,
		part * WIDTH / 100, "##############################", buf);
}

/**
 * fgagg_progress_end - take the bar off the screen
 * @progress: the bar
 */
void fgagg_progress_end(struct fgagg_progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
