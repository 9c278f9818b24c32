/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the direct hook's trampolines, in assembly, and the rest of it agree on.
 *
 * While a traced function runs, the kernel stack has this below the return
 * address to its caller, at rising addresses:
 *
 *	arguments	as many words of the caller's stack as the function may
 *			take arguments from; here the function finds them
 *	frame		struct fgagg_frame
 *	site		return address into the function, past its call of the
 *			trampoline
 */
#ifndef FGAGG_DIRECT_H
#define FGAGG_DIRECT_H

/* Words of arguments that a trampoline copies: there is one for each. */
#define FGAGG_DIRECT_WORDS_FEW	16
#define FGAGG_DIRECT_WORDS_MANY	64

/* Bytes for a struct fgagg_frame */
#define FGAGG_DIRECT_FRAME	56

#ifndef __ASSEMBLY__

#include <linux/types.h>

struct fgagg_frame;

/* Trampolines: ftrace has functions call them. */
void fgagg_direct_none(void);
void fgagg_direct_few(void);
void fgagg_direct_many(void);

/* Called by them. */
int fgagg_direct_enter(struct fgagg_frame *f, unsigned long site);
void fgagg_direct_exit(struct fgagg_frame *f);

#endif /* __ASSEMBLY__ */

#endif /* FGAGG_DIRECT_H */
