/* SPDX-License-Identifier: GPL-2.0-only */
/* metric: the numbers of a call path by which runs are compared. */
#ifndef FGAGG_METRIC_H
#define FGAGG_METRIC_H

#include <stdbool.h>

#include "print.h"
#include "tree.h"

enum fgagg_metric {
	FGAGG_METRIC_COUNT,
	FGAGG_METRIC_TOTAL,
	FGAGG_METRIC_SELF,
	FGAGG_METRIC_MEAN,
	FGAGG_METRIC_P50,
	FGAGG_METRIC_P90,
	FGAGG_METRIC_P99,
	FGAGG_METRIC_P999,
	FGAGG_METRIC_MAX,
	FGAGG_METRIC_NR,
};

const char *fgagg_metric_name(enum fgagg_metric metric);
int fgagg_metric_parse(const char *name, size_t len, enum fgagg_metric *metric);
bool fgagg_metric_is_rate(enum fgagg_metric metric);
bool fgagg_metric_is_read_off(enum fgagg_metric metric);
void fgagg_metric_measure(const struct fgagg_summary *sum, double seconds,
			  double values[FGAGG_METRIC_NR]);
const char *fgagg_metric_print(char buf[FGAGG_PRINT_LEN],
			       enum fgagg_metric metric, double value);

#endif /* FGAGG_METRIC_H */
