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

/* Of a root. */
#define ROOM	100

static const u64 root_key[FGAGG_CTX_NR] = {
	[FGAGG_CTX_TASK]	= 0x1d8e4e27c47d124fULL,
	[FGAGG_CTX_SOFTIRQ]	= 0xeb44accab455d165ULL,
	[FGAGG_CTX_HARDIRQ]	= 0x9d6bdbf3b8ee5a17ULL,
	[FGAGG_CTX_NMI]		= 0x4be98134a5976fd3ULL,
};

/* The least of a hook: one CPU and its current frame. */
static struct fgagg_frame *current;

/* What a call costs. */
static struct fgagg_cost cost;

static inline int setup(void **state)
{
	current = NULL;
	cost = (struct fgagg_cost){ };
	return 0;
}

static inline void enter(struct fgagg_frame *f, u8 context, unsigned long func, u64 now)
{
	fgagg_frame_enter(f, current, root_key, func, context, ROOM);
	current = f;
	fgagg_frame_start(f, now);
}

static inline struct fgagg_times leave_at(struct fgagg_frame *f,
					  struct fgagg_mark m, bool wall)
{
	struct fgagg_times t;

	if (m.stolen || !fgagg_frame_exit(f, m, wall, &cost, &t))
		t = fgagg_frame_exit_slow(f, m, wall, &cost);
	return t;
}

static inline struct fgagg_times leave(u64 now, bool wall)
{
	struct fgagg_frame *f = current;
	struct fgagg_mark m = {
		.now = now,
		.stolen = local64_read(&f->stolen),
		.cost = local64_read(&f->cost),
	};

	current = f->below;
	return leave_at(f, m, wall);
}

#endif /* FGAGG_TEST_FRAME_H */
