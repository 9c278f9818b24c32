/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_ASM_LOCAL64_H
#define SHIM_ASM_LOCAL64_H

#include <linux/types.h>

typedef struct {
	s64	a;
} local64_t;

#define local64_read(l)		__atomic_load_n(&(l)->a, __ATOMIC_RELAXED)
#define local64_set(l, i)	__atomic_store_n(&(l)->a, i, __ATOMIC_RELAXED)

/* As in the kernel, it wraps, and takes no lock. */
static inline void local64_add(s64 i, local64_t *l)
{
	l->a = (u64)l->a + (u64)i;
}

static inline void local64_sub(s64 i, local64_t *l)
{
	l->a = (u64)l->a - (u64)i;
}

#endif /* SHIM_ASM_LOCAL64_H */
