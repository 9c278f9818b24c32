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

/* What becomes of a call: nothing; or its time is to start, or has started. */
#define FGAGG_DIRECT_PASS	0
#define FGAGG_DIRECT_START	1
#define FGAGG_DIRECT_STARTED	2

/* Bytes of a stack that must be left for a call to be recorded */
#define FGAGG_DIRECT_RESERVE	(THREAD_SIZE / 4)

#ifndef __ASSEMBLY__

#include <asm/ibt.h>
#include <linux/types.h>

struct fgagg_frame;

/* Trampolines: ftrace has functions call them. */
void fgagg_direct_none(void);
void fgagg_direct_few(void);
void fgagg_direct_many(void);

/* Called by them. */
int fgagg_direct_enter(struct fgagg_frame *f, unsigned long site);
void fgagg_direct_start(struct fgagg_frame *f);
__noendbr void fgagg_direct_exit(struct fgagg_frame *f);

extern u32 fgagg_direct_tag;

#endif /* __ASSEMBLY__ */

#endif /* FGAGG_DIRECT_H */
