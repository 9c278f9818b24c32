/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ASM_LOCAL64_H
#define SHIM_ASM_LOCAL64_H

#include <linux/compiler.h>
#include <linux/types.h>

typedef struct {
	s64	a;
} local64_t;

#define local64_read(l)		READ_ONCE((l)->a)
#define local64_set(l, i)	WRITE_ONCE((l)->a, i)

/* As in the kernel, it wraps, and takes no lock. */
#define local64_add(i, l)	(shim_step(), \
	(void)((l)->a = (u64)(l)->a + (u64)(i)))
#define local64_sub(i, l)	local64_add(-(u64)(i), l)
#define local64_inc(l)		local64_add(1, l)

#endif /* SHIM_ASM_LOCAL64_H */
