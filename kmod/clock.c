// SPDX-License-Identifier: GPL-2.0-only
#include "clock.h"

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/time64.h>
#ifdef CONFIG_X86
#include <asm/cpufeature.h>
#include <asm/tsc.h>
#endif

DEFINE_STATIC_KEY_FALSE(fgagg_clock_tsc);

/* What the user wants: a clock, or the best one. */
static enum fgagg_clock_choice choice;

static const char * const names[] = {
	[FGAGG_CLOCK_AUTO]	= "auto",
	[FGAGG_CLOCK_TSC]	= "tsc",
	[FGAGG_CLOCK_LOCAL]	= "local_clock",
};

static bool tsc_exists(void)
{
#ifdef CONFIG_X86
	return boot_cpu_has(X86_FEATURE_TSC) && tsc_khz;
#else
	return false;
#endif
}

static bool tsc_is_trusted(void)
{
#ifdef CONFIG_X86
	return tsc_exists() && boot_cpu_has(X86_FEATURE_CONSTANT_TSC) &&
	       boot_cpu_has(X86_FEATURE_NONSTOP_TSC) && !check_tsc_unstable();
#else
	return false;
#endif
}

/**
 * fgagg_clock_find - which clock would be chosen
 * @want: the clock, or FGAGG_CLOCK_AUTO for the TSC if it can be trusted: it
 *	runs at one rate, never stops, and is the same on all CPUs
 *
 * Context: any; the kernel may lose its trust at any time.
 * Return: the clock, or -EOPNOTSUPP if there is no such clock here.
 */
int fgagg_clock_find(enum fgagg_clock_choice want)
{
	if (want == FGAGG_CLOCK_TSC && !tsc_exists())
		return -EOPNOTSUPP;
	if (want == FGAGG_CLOCK_AUTO)
		return tsc_is_trusted() ? FGAGG_CLOCK_TSC : FGAGG_CLOCK_LOCAL;
	return want;
}

/**
 * fgagg_clock_choose - choose the clock
 * @want: as for fgagg_clock_find()
 *
 * Context: process, may sleep; no hook runs, and nothing is kept of what the
 * clock has said before.
 * Return: 0, or as fgagg_clock_find().
 */
int fgagg_clock_choose(enum fgagg_clock_choice want)
{
	int found = fgagg_clock_find(want);

	if (found < 0)
		return found;
	if (found == FGAGG_CLOCK_TSC)
		static_branch_enable(&fgagg_clock_tsc);
	else
		static_branch_disable(&fgagg_clock_tsc);
	choice = want;
	return 0;
}

/**
 * fgagg_clock_parse - the clock that a name means
 * @name: its name; may end in a newline
 *
 * Return: a clock, or -EINVAL.
 */
int fgagg_clock_parse(const char *name)
{
	return __sysfs_match_string(names, ARRAY_SIZE(names), name);
}

/**
 * fgagg_clock_chosen - what was chosen last
 *
 * Return: its name.
 */
const char *fgagg_clock_chosen(void)
{
	return names[choice];
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
	return names[static_key_enabled(&fgagg_clock_tsc) ? FGAGG_CLOCK_TSC :
							    FGAGG_CLOCK_LOCAL];
}
