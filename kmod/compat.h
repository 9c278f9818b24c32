/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that depends on the version of the kernel, or on how it was built, one
 * capability each.  No other file tests LINUX_VERSION_CODE.
 */
#ifndef FGAGG_COMPAT_H
#define FGAGG_COMPAT_H

#include <linux/version.h>

/*
 * 6.2 put what every CPU often needs into struct pcpu_hot, and 6.15 gave it
 * names of its own again.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
#define FGAGG_PCPU_HOT
#endif

#ifdef __ASSEMBLY__

#ifdef FGAGG_PCPU_HOT
#define FGAGG_CURRENT		PER_CPU_VAR(pcpu_hot + PCPU_current)
#define FGAGG_PREEMPT_COUNT	PER_CPU_VAR(pcpu_hot + PCPU_preempt_count)
#else
#define FGAGG_CURRENT		PER_CPU_VAR(current_task)
#define FGAGG_PREEMPT_COUNT	PER_CPU_VAR(__preempt_count)
#endif

#else /* !__ASSEMBLY__ */

#include <linux/compiler.h>
#include <linux/ftrace.h>
#include <linux/kallsyms.h>
#include <linux/module.h>

/*
 * Since 6.12 any number of fgraph_ops may be registered, each with a filter
 * and with data of its own on the shadow stack.  Before, there is one in the
 * system, it shares the filter of function_graph, and it has no data.
 */
#define FGAGG_FGRAPH_MULTI	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))

/*
 * The callbacks of struct fgraph_ops have gained arguments: struct fgraph_ops
 * in 6.12, struct ftrace_regs in 6.14.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 14, 0)
#define FGAGG_FGRAPH_ENTRY(name, trace)					\
	int name(struct ftrace_graph_ent *trace, struct fgraph_ops *ops,	\
		 struct ftrace_regs *fregs)
#define FGAGG_FGRAPH_RETURN(name, trace)				\
	void name(struct ftrace_graph_ret *trace, struct fgraph_ops *ops,	\
		  struct ftrace_regs *fregs)
#elif FGAGG_FGRAPH_MULTI
#define FGAGG_FGRAPH_ENTRY(name, trace)					\
	int name(struct ftrace_graph_ent *trace, struct fgraph_ops *ops)
#define FGAGG_FGRAPH_RETURN(name, trace)				\
	void name(struct ftrace_graph_ret *trace, struct fgraph_ops *ops)
#else
#define FGAGG_FGRAPH_ENTRY(name, trace)					\
	int name(struct ftrace_graph_ent *trace)
#define FGAGG_FGRAPH_RETURN(name, trace)				\
	void name(struct ftrace_graph_ret *trace)
#endif

/*
 * 6.4 gave register_ftrace_direct() many functions at once, by a struct
 * ftrace_ops; before, that is register_ftrace_direct_multi().
 */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_DIRECT_CALLS
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define fgagg_compat_register_direct(ops, addr)				\
	register_ftrace_direct(ops, addr)
#define fgagg_compat_unregister_direct(ops, addr)			\
	unregister_ftrace_direct(ops, addr, false)
#else
#define fgagg_compat_register_direct(ops, addr)				\
	register_ftrace_direct_multi(ops, addr)
#define fgagg_compat_unregister_direct(ops, addr)			\
	unregister_ftrace_direct_multi(ops, addr)
#endif
#endif

/*
 * 6.4 dropped the module from the callback of kallsyms_on_each_symbol(), and
 * gave module_kallsyms_on_each_symbol() the name of the module to look at;
 * before, it looks at all modules.
 */
#define FGAGG_KALLSYMS_BY_MODULE (LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0))

#if FGAGG_KALLSYMS_BY_MODULE
#define FGAGG_KALLSYMS_FN(name, data, symbol, addr)			\
	int name(void *data, const char *symbol, unsigned long addr)
#else
#define FGAGG_KALLSYMS_FN(name, data, symbol, addr)			\
	int name(void *data, const char *symbol, struct module *unused,	\
		 unsigned long addr)
#endif

/* 6.17 has another name for what erases a task's stack, to its far end. */
#define FGAGG_STACKS_ARE_ERASED	(IS_ENABLED(CONFIG_GCC_PLUGIN_STACKLEAK) || \
				 IS_ENABLED(CONFIG_KSTACK_ERASE))

/*
 * READ_ONCE() of a bool that another CPU may write: where UBSAN checks what is in it,
 * gcc takes the read for a plain one, and KCSAN would report it.
 */
#define fgagg_compat_read_bool(x)	data_race(READ_ONCE(x))

#endif /* !__ASSEMBLY__ */

#endif /* FGAGG_COMPAT_H */
