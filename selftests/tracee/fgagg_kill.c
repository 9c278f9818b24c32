// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg_kill: turns ftrace off for good, as the kernel does when it finds that
 * something is wrong with it.
 *
 * That is when a function of the kernel is called that the parameter "function" names,
 * or without it at once.
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static char *function;
module_param(function, charp, 0400);
MODULE_PARM_DESC(function, "when to, default: now");

static void (*kill)(void);

static int entered(struct kprobe *p, struct pt_regs *regs)
{
	kill();
	return 0;
}

static struct kprobe probe = {
	.pre_handler = entered,
};

static int __init fgagg_kill_init(void)
{
	struct kprobe where = { .symbol_name = "ftrace_kill" };
	int err = register_kprobe(&where);

	if (err)
		return err;
	kill = (void *)where.addr;
	unregister_kprobe(&where);
	if (function) {
		probe.symbol_name = function;
		return register_kprobe(&probe);
	}
	kill();
	return 0;
}

static void __exit fgagg_kill_exit(void)
{
	if (function)
		unregister_kprobe(&probe);
}

module_init(fgagg_kill_init);
module_exit(fgagg_kill_exit);

MODULE_DESCRIPTION("Turns ftrace off, for the tests of fgagg");
MODULE_LICENSE("GPL");
