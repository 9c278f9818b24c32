/* SPDX-License-Identifier: GPL-2.0-only */
/* progress: a bar on standard error, of what takes more than a second. */
#ifndef FGAGG_PROGRESS_H
#define FGAGG_PROGRESS_H

#include <stdbool.h>

#include <linux/types.h>

/**
 * struct fgagg_progress - a bar
 * @terminal: standard error is one; otherwise nothing is shown
 * @shown: the bar is on the screen
 * @next: CLOCK_MONOTONIC in ns when it is due to change
 */
struct fgagg_progress {
	bool terminal;
	bool shown;
	__u64 next;
};

void fgagg_progress_start(struct fgagg_progress *progress);
void fgagg_progress_show(struct fgagg_progress *progress, const char *what,
			 __u64 done, __u64 size);
void fgagg_progress_end(struct fgagg_progress *progress);

#endif /* FGAGG_PROGRESS_H */
