/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The clock: the raw time stamp counter where it can be trusted, because it
 * costs 4 instructions, and local_clock() elsewhere, which costs 50 to 200.  That itself
 * can be traced since Linux 6.5; what it is made of, by another name, cannot.
 */
#ifndef FGAGG_CLOCK_H
#define FGAGG_CLOCK_H

#include <linux/jump_label.h>
#include <linux/sched/clock.h>
#include <linux/smp.h>
#include <linux/timex.h>

DECLARE_STATIC_KEY_FALSE(fgagg_clock_tsc);

/**
 * fgagg_clock - read the clock
 *
 * Context: any, NMI included; nothing that is called can be traced.
 * Return: ticks, of which there are fgagg_clock_khz() in a millisecond.  May
 * differ by a few between CPUs.
 */
static __always_inline u64 fgagg_clock(void)
{
#ifdef CONFIG_X86
	if (static_branch_likely(&fgagg_clock_tsc))
		return rdtsc();
#endif
	return cpu_clock(raw_smp_processor_id());
}

enum fgagg_clock_choice {
	FGAGG_CLOCK_AUTO,
	FGAGG_CLOCK_TSC,
	FGAGG_CLOCK_LOCAL,
};

int fgagg_clock_find(enum fgagg_clock_choice want);
int fgagg_clock_choose(enum fgagg_clock_choice want);
int fgagg_clock_parse(const char *name);
const char *fgagg_clock_chosen(void);
u64 fgagg_clock_khz(void);
const char *fgagg_clock_name(void);

#endif /* FGAGG_CLOCK_H */
