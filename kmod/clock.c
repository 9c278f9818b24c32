// SPDX-License-Identifier: GPL-2.0-only
#include "clock.h"

#include <linux/time64.h>
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#include <asm/tsc.h>
#endif

DEFINE_STATIC_KEY_FALSE(fgagg_clock_tsc);

/**
 * fgagg_clock_init - choose the clock
 *
 * Context: process, once, before the clock is read.
 */
void fgagg_clock_init(void)
{
#ifdef CONFIG_X86
	if (boot_cpu_has(X86_FEATURE_CONSTANT_TSC) &&
	    boot_cpu_has(X86_FEATURE_NONSTOP_TSC) &&
	    !check_tsc_unstable() && tsc_khz)
		static_branch_enable(&fgagg_clock_tsc);
#endif
}

/**
 * fgagg_clock_khz - the frequency of the clock
 *
 * Return: ticks per millisecond.
 */
u64 fgagg_clock_khz(void)
{
#ifdef CONFIG_X86
	if (static_key_enabled(&fgagg_clock_tsc))
		return tsc_khz;
#endif
	return NSEC_PER_MSEC;
}

/**
 * fgagg_clock_name - the name of the clock, as in stats
 *
 * Return: "tsc" or "local_clock".
 */
const char *fgagg_clock_name(void)
{
	return static_key_enabled(&fgagg_clock_tsc) ? "tsc" : "local_clock";
}
