/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of frame.h and frame.c share. */
#ifndef FGAGG_TEST_FRAME_H
#define FGAGG_TEST_FRAME_H

#include "frame.h"

#include "unit.h"

#define A	0xffffffff81000010UL
#define B	0xffffffff81000200UL
#define C	0xffffffffc0003330UL
#define D	0xffffffffffffffffUL
#define IRQ	0xffffffff81abcde0UL

static const u64 root_key[FGAGG_CTX_NR] = {
	[FGAGG_CTX_TASK]	= 0x1d8e4e27c47d124fULL,
	[FGAGG_CTX_SOFTIRQ]	= 0xeb44accab455d165ULL,
	[FGAGG_CTX_HARDIRQ]	= 0x9d6bdbf3b8ee5a17ULL,
	[FGAGG_CTX_NMI]		= 0x4be98134a5976fd3ULL,
};

/* The least of a hook: one CPU and its current frame. */
static struct fgagg_frame *current;

static inline int setup(void **state)
{
	current = NULL;
	return 0;
}

static inline void enter(struct fgagg_frame *f, u8 context, unsigned long func, u64 now)
{
	fgagg_frame_enter(f, current, root_key, func, context);
	current = f;
	fgagg_frame_start(f, now, 0);
}

static inline struct fgagg_times leave(u64 now, bool wall)
{
	struct fgagg_frame *f = current;

	current = f->below;
	return fgagg_frame_exit(f, now, local64_read(&f->stolen), wall);
}

#endif /* FGAGG_TEST_FRAME_H */
