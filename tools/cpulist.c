// SPDX-License-Identifier: GPL-2.0-only
#include "cpulist.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

static bool parse_cpu(const char **text, unsigned long *cpu)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	*cpu = strtoul(*text, &end, 10);
	*text = end;
	return !errno && *cpu <= USHRT_MAX;
}

/**
 * fgagg_cpulist_parse - parse "0-3,8"
 * @list: empty; set to the CPUs named
 * @text: numbers and ranges, separated by commas
 *
 * Return: 0, or -EINVAL if @text is not such a list.
 */
int fgagg_cpulist_parse(struct fgagg_cpulist *list, const char *text)
{
	unsigned long first, last;

	for (;;) {
		if (!parse_cpu(&text, &first))
			return -EINVAL;
		last = first;
		if (*text == '-') {
			text++;
			if (!parse_cpu(&text, &last) || last < first)
				return -EINVAL;
		}
		while (first <= last)
			list->cpu[first++] = true;
		if (!*text)
			break;
		if (*text++ != ',')
			return -EINVAL;
	}
	list->some = true;
	return 0;
}

/**
 * fgagg_cpulist_has - whether a CPU is in the set
 * @list: the set
 * @cpu: at most USHRT_MAX
 *
 * Return: true if it is.
 */
bool fgagg_cpulist_has(const struct fgagg_cpulist *list, unsigned int cpu)
{
	return !list->some || list->cpu[cpu];
}
