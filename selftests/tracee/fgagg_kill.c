// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg_kill: turns ftrace off for good, as the kernel does when it finds that
 * something is wrong with it.
 */
#include <linux/kprobes.h>
#include <linux/module.h>

static int __init fgagg_kill_init(void)
{
	struct kprobe where = { .symbol_name = "ftrace_kill" };
	int err = register_kprobe(&where);
	void (*kill)(void) = (void *)where.addr;

	if (err)
		return err;
	unregister_kprobe(&where);
	kill();
	return 0;
}

static void __exit fgagg_kill_exit(void)
{
}

module_init(fgagg_kill_init);
module_exit(fgagg_kill_exit);

MODULE_DESCRIPTION("Turns ftrace off, for the tests of fgagg");
MODULE_LICENSE("GPL");
