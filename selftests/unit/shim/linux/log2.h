/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_LOG2_H
#define SHIM_LINUX_LOG2_H

/* As in the kernel, undefined for 0. */
static inline unsigned long roundup_pow_of_two(unsigned long n)
{
	return n == 1 ? 1 : 2UL << (63 - __builtin_clzl(n - 1));
}

#endif /* SHIM_LINUX_LOG2_H */
