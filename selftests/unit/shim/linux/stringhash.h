/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_STRINGHASH_H
#define SHIM_LINUX_STRINGHASH_H

#include <linux/types.h>

/* Not the kernel's, but as good here. */
static inline u32 full_name_hash(const void *salt, const char *name, size_t len)
{
	u32 hash = 5381;

	(void)salt;
	while (len--)
		hash = 33 * hash + (unsigned char)*name++;
	return hash;
}

#endif /* SHIM_LINUX_STRINGHASH_H */
