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
#define local64_add(i, l)	(shim_step(), \
	(void)__atomic_add_fetch(&(l)->a, i, __ATOMIC_RELAXED))
#define local64_sub(i, l)	local64_add(-(i), l)
#define local64_inc(l)		local64_add(1, l)

#endif /* SHIM_ASM_LOCAL64_H */
