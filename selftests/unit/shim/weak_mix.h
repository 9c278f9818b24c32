/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included before everything else, this replaces the hash of paths by one that
 * knows 61 keys only, so that paths do collide.  Like the real one it is, for
 * each function, a bijection of the caller's key, provided that those of the
 * roots are among the 61.
 */
#ifndef SHIM_WEAK_MIX_H
#define SHIM_WEAK_MIX_H

#include <linux/types.h>

#define fgagg_cct_mix	weak_mix

static inline u64 weak_mix(u64 parent, unsigned long func)
{
	return (3 * parent + func % 61) % 61 + 1;
}

#endif /* SHIM_WEAK_MIX_H */
