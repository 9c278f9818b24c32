/* SPDX-License-Identifier: GPL-2.0-only */
/* direct_ops: the functions that call the direct hook's trampolines. */
#ifndef FGAGG_DIRECT_OPS_H
#define FGAGG_DIRECT_OPS_H

#include <linux/types.h>

int fgagg_direct_ops_init(void);
int fgagg_direct_ops_apply(unsigned long *addrs, unsigned int nr);
void fgagg_direct_ops_clear(void);
bool fgagg_direct_ops_stuck(void);
const char *fgagg_direct_ops_refuse(unsigned long addr);
void fgagg_direct_ops_forget(void);

#endif /* FGAGG_DIRECT_OPS_H */
