// SPDX-License-Identifier: GPL-2.0-only
#include "metric.h"

#include <errno.h>
#include <string.h>

static const char *const names[FGAGG_METRIC_NR] = {
	[FGAGG_METRIC_COUNT] = "count",
	[FGAGG_METRIC_TOTAL] = "total",
	[FGAGG_METRIC_SELF] = "self",
	[FGAGG_METRIC_MEAN] = "mean",
	[FGAGG_METRIC_P50] = "p50",
	[FGAGG_METRIC_P90] = "p90",
	[FGAGG_METRIC_P99] = "p99",
	[FGAGG_METRIC_P999] = "p99.9",
	[FGAGG_METRIC_MAX] = "max",
};

/**
 * fgagg_metric_name - the name of a metric
 * @metric: which
 *
 * Return: "count" and so on.
 */
const char *fgagg_metric_name(enum fgagg_metric metric)
{
	return names[metric];
}

/**
 * fgagg_metric_parse - find a metric by its name
 * @name: the name
 * @len: its length
 * @metric: set
 *
 * Return: 0, or -EINVAL if there is none of that name.
 */
int fgagg_metric_parse(const char *name, size_t len, enum fgagg_metric *metric)
{
	unsigned int i;

	for (i = 0; i < FGAGG_METRIC_NR; i++) {
		if (strlen(names[i]) == len && !strncmp(names[i], name, len)) {
			*metric = i;
			return 0;
		}
	}
	return -EINVAL;
}

/**
 * fgagg_metric_is_rate - whether a metric grows with the length of a run
 * @metric: which
 *
 * Return: true for the number of calls and for sums over all of them.
 */
bool fgagg_metric_is_rate(enum fgagg_metric metric)
{
	return metric <= FGAGG_METRIC_SELF;
}

/**
 * fgagg_metric_is_read_off - whether a metric is judged by the histogram
 * @metric: which
 *
 * Return: true for quantiles, which are known no better than to a bucket, and for the
 * maximum, which is one.
 */
bool fgagg_metric_is_read_off(enum fgagg_metric metric)
{
	return metric >= FGAGG_METRIC_P50;
}

/**
 * fgagg_metric_measure - the metrics of a call path
 * @sum: its summary
 * @seconds: the length of the run, for rates; 0 to leave sums as they are
 * @values: set; times are in ns
 */
void fgagg_metric_measure(const struct fgagg_summary *sum, double seconds,
			  double values[FGAGG_METRIC_NR])
{
	double per = seconds > 0 ? seconds : 1;

	values[FGAGG_METRIC_COUNT] = (double)sum->count / per;
	values[FGAGG_METRIC_TOTAL] = (double)sum->total / per;
	values[FGAGG_METRIC_SELF] = (double)sum->self / per;
	values[FGAGG_METRIC_MEAN] =
		sum->count ? (double)sum->total / (double)sum->count : 0;
	values[FGAGG_METRIC_P50] = (double)sum->p50;
	values[FGAGG_METRIC_P90] = (double)sum->p90;
	values[FGAGG_METRIC_P99] = (double)sum->p99;
	values[FGAGG_METRIC_P999] = (double)sum->p999;
	values[FGAGG_METRIC_MAX] = (double)sum->max;
}

/**
 * fgagg_metric_print - a value of a metric as people read it
 * @buf: where to
 * @metric: which
 * @value: its value
 *
 * Return: @buf.
 */
const char *fgagg_metric_print(char buf[FGAGG_PRINT_LEN],
			       enum fgagg_metric metric, double value)
{
	if (metric != FGAGG_METRIC_COUNT)
		return fgagg_print_time(buf, (__u64)(value + 0.5));
	snprintf(buf, FGAGG_PRINT_LEN, value < 100 ? "%.3g" : "%.0f", value);
	return buf;
}
