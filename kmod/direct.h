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

/*
 * Bytes of a task's stack that must be left for a call to be recorded: what is
 * below it is no call that we record, but the kernel's may be deep.
 */
#define FGAGG_DIRECT_RESERVE	(3 * THREAD_SIZE / 8)

/*
 * On stacks of interrupts, whose ends are not known, so many calls may be nested.
 * Where fewer than this may follow, a trampoline that copies asks C if its frame,
 * which is larger, has room.
 */
#define FGAGG_DIRECT_IRQ_DEPTH	64
#define FGAGG_DIRECT_ROOM_FEW	32
#define FGAGG_DIRECT_ROOM_MANY	56

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
