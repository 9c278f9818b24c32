// SPDX-License-Identifier: GPL-2.0-only
#include "stats.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *find(const char *stats, const char *key)
{
	size_t len = strlen(key);

	while (*stats) {
		if (!strncmp(stats, key, len) && stats[len] == ':') {
			stats += len + 1;
			return stats + strspn(stats, " \t");
		}
		stats += strcspn(stats, "\n");
		stats += *stats == '\n';
	}
	return NULL;
}

/**
 * fgagg_stats_text - the value of a key
 * @stats: the text
 * @key: the key
 * @value: set to the value, cut to fit, unprintable bytes replaced; "-" if
 *	there is none
 * @size: room in @value
 *
 * Return: whether the key is there.
 */
bool fgagg_stats_text(const char *stats, const char *key, char *value,
		      size_t size)
{
	const char *found = find(stats, key);
	size_t len;
	char *p;

	if (!found)
		found = "-";
	len = strcspn(found, "\n");
	snprintf(value, size, "%.*s", len < size ? (int)len : (int)size - 1,
		 found);
	for (p = value; *p; p++)
		if (!isprint((unsigned char)*p))
			*p = '?';
	return find(stats, key);
}

/**
 * fgagg_stats_number - the value of a key that is a number
 * @stats: the text
 * @key: the key
 * @value: set to the number, 0 if there is none
 *
 * Return: whether there is one.
 */
bool fgagg_stats_number(const char *stats, const char *key, __u64 *value)
{
	const char *found = find(stats, key);
	char *end;

	*value = 0;
	if (!found || !isdigit((unsigned char)*found))
		return false;
	errno = 0;
	*value = strtoull(found, &end, 10);
	return !errno && (!*end || isspace((unsigned char)*end));
}
