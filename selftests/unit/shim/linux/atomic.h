/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_ATOMIC_H
#define SHIM_LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <stdbool.h>

/* In user space they are what they are in the kernel: barriers. */
#define smp_load_acquire(p)		(shim_step(), __atomic_load_n(p, __ATOMIC_ACQUIRE))
#define smp_store_release(p, val)	(shim_step(), \
	__atomic_store_n(p, val, __ATOMIC_RELEASE))
#define smp_wmb()			__atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_rmb()			__atomic_thread_fence(__ATOMIC_ACQUIRE)

/*
 * What a test wants to happen just before a cmpxchg, where an interrupt that
 * changes the same word hurts most.
 */
void (*shim_interrupt)(void) __weak;

#define cmpxchg_local(p, old, val)					\
({									\
	__typeof__(*(p)) old_ = (old);					\
									\
	shim_step();							\
	if (shim_interrupt)						\
		shim_interrupt();					\
	__atomic_compare_exchange_n(p, &old_, val, false,		\
				    __ATOMIC_RELAXED, __ATOMIC_RELAXED);\
	old_;								\
})

#endif /* SHIM_LINUX_ATOMIC_H */
