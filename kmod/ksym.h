/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions of the kernel that are not exported.
 *
 * Their addresses come from kallsyms_lookup_name(), whose own address comes
 * from a kprobe.  They are called through static calls, which patch a direct
 * call into the code: the kernel seals functions that nobody takes the address
 * of, and where indirect branch tracking is on, an indirect call to a sealed
 * function is a fault.
 *
 *	FGAGG_KSYM(ftrace_location);			at file scope
 *	err = fgagg_ksym_resolve(ftrace_location);	once, at load
 *	ip = fgagg_ksym(ftrace_location)(addr);
 */
#ifndef FGAGG_KSYM_H
#define FGAGG_KSYM_H

#include <linux/static_call.h>

int fgagg_ksym_init(void);
int fgagg_ksym_lookup(const char *name, unsigned long *addr);

#define FGAGG_KSYM(name)	DEFINE_STATIC_CALL_NULL(fgagg_ksym_##name, name)

/* For headers */
#define FGAGG_KSYM_DECLARE(name) DECLARE_STATIC_CALL(fgagg_ksym_##name, name)

#define fgagg_ksym(name)	static_call(fgagg_ksym_##name)

/**
 * fgagg_ksym_resolve - make a function callable by fgagg_ksym()
 * @name: the function, for which there is a FGAGG_KSYM()
 *
 * Context: process, may sleep.
 * Return: 0, or -ENOENT after saying in the log which symbol is missing.
 */
#define fgagg_ksym_resolve(name)					\
({									\
	unsigned long __addr;						\
	int __err = fgagg_ksym_lookup(#name, &__addr);			\
									\
	if (!__err)							\
		static_call_update(fgagg_ksym_##name,			\
				   (typeof(name) *)__addr);		\
	__err;								\
})

#endif /* FGAGG_KSYM_H */
