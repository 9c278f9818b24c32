// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "ksym.h"

#include <linux/kallsyms.h>
#include <linux/kprobes.h>

FGAGG_KSYM(kallsyms_lookup_name);

/**
 * fgagg_ksym_init - find out how to find symbols
 *
 * Context: process, may sleep; once, before anything else here.
 * Return: 0 or a negative errno, after saying in the log what is wrong.
 */
int fgagg_ksym_init(void)
{
	/*
	 * Only its address is wanted.  A probe that is enabled is put into the
	 * code, and stays there when there is no memory to take it out.
	 */
	struct kprobe probe = {
		.symbol_name = "kallsyms_lookup_name",
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err = register_kprobe(&probe);

	if (err) {
		pr_err("cannot place a kprobe on kallsyms_lookup_name (error %d): the kernel needs CONFIG_KPROBES and CONFIG_KALLSYMS\n",
		       err);
		return err;
	}
	/* With ENDBR in front this is the instruction after it, which does. */
	static_call_update(fgagg_ksym_kallsyms_lookup_name,
			   (typeof(kallsyms_lookup_name) *)probe.addr);
	unregister_kprobe(&probe);
	return 0;
}

/**
 * fgagg_ksym_lookup - the address of a symbol of the kernel
 * @name: its name
 * @addr: set to its address
 *
 * Context: process, may sleep.
 * Return: 0, or -ENOENT after saying in the log which symbol is missing.
 */
int fgagg_ksym_lookup(const char *name, unsigned long *addr)
{
	*addr = fgagg_ksym(kallsyms_lookup_name)(name);
	if (*addr)
		return 0;
	pr_err("this kernel has no symbol %s\n", name);
	return -ENOENT;
}
