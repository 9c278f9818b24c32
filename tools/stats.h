/* SPDX-License-Identifier: GPL-2.0-only */
/* stats: look-up in the "key: value" lines of the debugfs file "stats". */
#ifndef FGAGG_STATS_H
#define FGAGG_STATS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

bool fgagg_stats_text(const char *stats, const char *key, char *value,
		      size_t size);
bool fgagg_stats_number(const char *stats, const char *key, __u64 *value);

#endif /* FGAGG_STATS_H */
