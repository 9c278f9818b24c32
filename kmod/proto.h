/* SPDX-License-Identifier: GPL-2.0-only */
/* proto: how functions take their arguments, from BTF where there is BTF. */
#ifndef FGAGG_PROTO_H
#define FGAGG_PROTO_H

#include <linux/types.h>

/*
 * What is assumed of a function of the kernel that BTF does not know, as the compiler
 * has changed it; and of one that may take any number, or that is a module's.
 */
#define FGAGG_PROTO_SPECIAL	16
#define FGAGG_PROTO_ANY		64

int fgagg_proto_init(void);
int fgagg_proto_stack_words(const unsigned long *addrs, unsigned int nr,
			    u16 *words);

#endif /* FGAGG_PROTO_H */
