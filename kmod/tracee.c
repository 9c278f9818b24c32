// SPDX-License-Identifier: GPL-2.0-only
#include "tracee.h"

#include <linux/compiler.h>

#include "clock.h"

#define TRACEE(name)							\
static noinline void leaf_##name(void)					\
{									\
	barrier();							\
}									\
									\
static noinline u64 loop_##name(void)					\
{									\
	u64 start = fgagg_clock();					\
	int i;								\
									\
	for (i = 0; i < FGAGG_TRACEE_CALLS; i++)			\
		leaf_##name();						\
	return fgagg_clock() - start;					\
}

TRACEE(none)
TRACEE(few)
TRACEE(many)

const struct fgagg_tracee fgagg_tracees[FGAGG_COPY_NR] = {
	[FGAGG_COPY_NONE]	= { leaf_none, loop_none },
	[FGAGG_COPY_FEW]	= { leaf_few, loop_few },
	[FGAGG_COPY_MANY]	= { leaf_many, loop_many },
};
