/* SPDX-License-Identifier: GPL-2.0-only */
/* pager: output on a terminal page by page. */
#ifndef FGAGG_PAGER_H
#define FGAGG_PAGER_H

#include <sys/types.h>

pid_t fgagg_pager_start(void);
int fgagg_pager_wait(pid_t pager);

#endif /* FGAGG_PAGER_H */
