/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FGAGG_CALIBRATE_H
#define FGAGG_CALIBRATE_H

#include <linux/types.h>

#include "shard.h"

struct fgagg_hook;

int fgagg_calibrate_init(void);
unsigned long fgagg_calibrate_leaf(enum fgagg_copy kind);
bool fgagg_calibrate(const struct fgagg_hook *hook);
void fgagg_calibrate_apply(bool compensate);

#endif /* FGAGG_CALIBRATE_H */
