/* SPDX-License-Identifier: GPL-2.0-only */
/* As x86-64 has it: one instruction, and no lock.  That of the unit tests has one. */
#ifndef SHIM_ASM_LOCAL64_H
#define SHIM_ASM_LOCAL64_H

#include <linux/types.h>

typedef struct {
	s64	a;
} local64_t;

#define local64_read(l)		__atomic_load_n(&(l)->a, __ATOMIC_RELAXED)
#define local64_set(l, i)	__atomic_store_n(&(l)->a, i, __ATOMIC_RELAXED)
#define local64_add(i, l)	\
	asm volatile("addq %1, %0" : "+m" ((l)->a) : "er" ((s64)(i)) : "cc")
#define local64_sub(i, l)	\
	asm volatile("subq %1, %0" : "+m" ((l)->a) : "er" ((s64)(i)) : "cc")

#endif /* SHIM_ASM_LOCAL64_H */
