/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHIM_LINUX_STRING_H
#define SHIM_LINUX_STRING_H

#include <string.h>

/* As the kernel's, which looks at @len bytes, whatever they are. */
static inline char *strnstr(const char *text, const char *word, size_t len)
{
	size_t word_len = strlen(word);

	for (; len >= word_len; len--, text++)
		if (!memcmp(text, word, word_len))
			return (char *)text;
	return NULL;
}

#endif /* SHIM_LINUX_STRING_H */
