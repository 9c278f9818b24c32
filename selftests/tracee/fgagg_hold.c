// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg_hold: whoever enters a function of the kernel waits there for as long as the
 * parameter "hold" is 1, at most ten seconds, and counts in the parameter "held".
 *
 * The parameter "function" names it.  It waits busily, with preemption off; and with
 * interrupts on if the probe could be optimized, see /sys/kernel/debug/kprobes/list.
 */
#include <linux/delay.h>
#include <linux/kprobes.h>
#include <linux/module.h>

#define LIMIT_MS	10000

static char *function;
module_param(function, charp, 0400);
MODULE_PARM_DESC(function, "where to hold");

static bool hold = true;
module_param(hold, bool, 0600);
MODULE_PARM_DESC(hold, "whether to");

static unsigned int held;
module_param(held, uint, 0400);
MODULE_PARM_DESC(held, "how many were");

static int entered(struct kprobe *p, struct pt_regs *regs)
{
	unsigned int ms;

	WRITE_ONCE(held, held + 1);
	for (ms = 0; READ_ONCE(hold) && ms < LIMIT_MS; ms++)
		mdelay(1);
	return 0;
}

static struct kprobe probe = {
	.pre_handler = entered,
};

static int __init fgagg_hold_init(void)
{
	probe.symbol_name = function;
	return register_kprobe(&probe);
}

static void __exit fgagg_hold_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(fgagg_hold_init);
module_exit(fgagg_hold_exit);

MODULE_DESCRIPTION("Holds calls of a function, for the tests of fgagg");
MODULE_LICENSE("GPL");
