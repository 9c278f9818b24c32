/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_GLOB_H
#define SHIM_LINUX_GLOB_H

#include <fnmatch.h>
#include <stdbool.h>

/* The same, as long as a pattern has no brackets and no backslash. */
static inline bool glob_match(const char *pattern, const char *text)
{
	return !fnmatch(pattern, text, 0);
}

#endif /* SHIM_LINUX_GLOB_H */
