/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ASM_LOCAL64_H
#define SHIM_ASM_LOCAL64_H

#include <linux/types.h>

typedef struct {
	s64	a;
} local64_t;

#define local64_read(l)		__atomic_load_n(&(l)->a, __ATOMIC_RELAXED)
#define local64_set(l, i)	__atomic_store_n(&(l)->a, i, __ATOMIC_RELAXED)
#define local64_add(i, l)	((void)__atomic_add_fetch(&(l)->a, i, __ATOMIC_RELAXED))
#define local64_sub(i, l)	((void)__atomic_sub_fetch(&(l)->a, i, __ATOMIC_RELAXED))

#endif /* SHIM_ASM_LOCAL64_H */
