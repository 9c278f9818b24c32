// SPDX-License-Identifier: GPL-2.0-only
#include "json.h"

#include <errno.h>

/**
 * fgagg_json_write - write a value on one line
 * @out: where to
 * @value: the value, which is given back; NULL if there was no memory for it
 * @flags: more of jansson's
 *
 * Return: 0 or a negative errno.
 */
int fgagg_json_write(FILE *out, json_t *value, size_t flags)
{
	int ret = -ENOMEM;

	if (value) {
		errno = 0;
		ret = json_dumpf(value, out, JSON_COMPACT | flags);
		if (ret)
			ret = errno ? -errno : -EIO;
	}
	json_decref(value);
	return ret;
}
