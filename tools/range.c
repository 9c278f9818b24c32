// SPDX-License-Identifier: GPL-2.0-only
#include "range.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A number from 1 on; 0 if there is none. */
static int parse_number(const char **text, size_t *value)
{
	char *end;

	*value = 0;
	if (!isdigit((unsigned char)**text))
		return 0;
	errno = 0;
	*value = strtoul(*text, &end, 10);
	*text = end;
	return errno || !*value ? -EINVAL : 0;
}

/**
 * fgagg_range_parse - parse a stretch of intervals
 * @text: "A..B", "A..", "..B" or "N", counted from 1
 * @range: set
 *
 * Return: 0, or -EINVAL if @text is none of these, or B is before A.
 */
int fgagg_range_parse(const char *text, struct fgagg_range *range)
{
	if (parse_number(&text, &range->first))
		return -EINVAL;
	if (!*text && range->first) {
		range->last = range->first;
		return 0;
	}
	if (strncmp(text, "..", 2))
		return -EINVAL;
	text += 2;
	if (parse_number(&text, &range->last) || *text ||
	    (!range->first && !range->last) ||
	    (range->last && range->last < range->first))
		return -EINVAL;
	return 0;
}

/**
 * fgagg_range_is_whole - whether a stretch leaves nothing out
 * @range: the stretch
 *
 * Return: true for all of a run, however long that is.
 */
bool fgagg_range_is_whole(const struct fgagg_range *range)
{
	return !range->first && !range->last && !range->host;
}
