/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_COMPILER_H
#define SHIM_LINUX_COMPILER_H

/* The C library has one of its own, which is as good in either order. */
#undef __always_inline
#define __always_inline	inline __attribute__((__always_inline__))
#define __aligned(x)	__attribute__((__aligned__(x)))
#define __weak		__attribute__((__weak__))
#define __printf(a, b)	__attribute__((__format__(printf, a, b)))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

static inline void barrier(void)
{
	__asm__ __volatile__("" : : : "memory");
}

/*
 * What a test wants to happen before each access to what others may write, which
 * are all the moments at which an interrupt makes a difference.  What measures
 * goes without.
 */
void (*shim_step_hook)(void) __weak;

static inline void shim_step(void)
{
#ifndef SHIM_NO_STEP
	if (shim_step_hook)
		shim_step_hook();
#endif
}

/* What is read on purpose while others may write it. */
#define data_race(x)	(x)
#define READ_ONCE(x)		(shim_step(), __atomic_load_n(&(x), __ATOMIC_RELAXED))
#define WRITE_ONCE(x, val)	(shim_step(), \
	__atomic_store_n(&(x), val, __ATOMIC_RELAXED))

#endif /* SHIM_LINUX_COMPILER_H */
