// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics: a histogram for every path, as Prometheus reads them.
 *
 * OpenMetrics is what a server asks for when it scrapes; it has exemplars and
 * ends with "# EOF".  The older text format of Prometheus is what the node
 * exporter's textfile collector takes; it refuses exemplars, and a counter's
 * type is given for its name with "_total".
 *
 * A bucket is counted from the first bound on that none of its calls exceeds, so
 * every count is one that is certain, and none ever goes down.
 */
#include "export.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "quantile.h"
#include "view.h"

/* The bounds, unless all are wanted: 1, 2 and 5 times each power of ten. */
#define LADDER_FIRST	100ULL
#define LADDER_LAST	10000000000ULL

/**
 * struct metrics - what is written, and how
 * @out: where to
 * @ex: what
 * @totals: of it
 * @open: as OpenMetrics
 * @labels: of the path that is being written
 */
struct metrics {
	FILE *out;
	const struct fgagg_export *ex;
	const struct fgagg_totals *totals;
	bool open;
	char *labels;
};

static __u64 next_bound(__u64 ns)
{
	__u64 power = LADDER_FIRST;

	while (ns >= 10 * power)
		power *= 10;
	return ns < 2 * power ? 2 * power : ns < 5 * power ? 5 * power :
							     10 * power;
}

/* Without a locale, and small ones as 2.5e-07: names of series have to agree. */
static void print_seconds(FILE *out, __u64 ns)
{
	char digits[24];
	int len, last;

	if (!ns || ns >= 100000) {
		last = snprintf(digits, sizeof(digits), "%09llu",
				ns % 1000000000);
		while (last > 1 && digits[last - 1] == '0')
			last--;
		fprintf(out, "%llu.%.*s", ns / 1000000000, last, digits);
		return;
	}
	len = snprintf(digits, sizeof(digits), "%llu", ns);
	for (last = len; digits[last - 1] == '0'; )
		last--;
	fprintf(out, "%c%s%.*se-%02d", *digits, last > 1 ? "." : "", last - 1,
		digits + 1, 10 - len);
}

static void print_escaped(FILE *out, const char *text, size_t len)
{
	for (; len && *text; text++, len--) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		fputc(isascii((unsigned char)*text) &&
		      isprint((unsigned char)*text) ? *text : '?', out);
	}
}

static void write_labels(FILE *out, const struct fgagg_node *node)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	size_t i, n = fgagg_view_path(node, path);

	fprintf(out, "context=\"%s\",function=\"",
		fgagg_tree_context(node->context));
	print_escaped(out, node->name, strlen(node->name));
	fputs("\",path=\"", out);
	for (i = 0; i < n; i++) {
		fputs(i ? ";" : "", out);
		print_escaped(out, path[i]->name, strlen(path[i]->name));
	}
	fputc('"', out);
}

/* A path has 30 series of the same labels: they are put together once. */
static int make_labels(struct metrics *m, const struct fgagg_node *node)
{
	size_t size;
	FILE *out;

	free(m->labels);
	m->labels = NULL;
	out = open_memstream(&m->labels, &size);
	if (!out)
		return -ENOMEM;
	write_labels(out, node);
	return fclose(out) ? -ENOMEM : 0;
}

static void print_exemplar(FILE *out, const struct fgagg_node *node)
{
	const struct fgagg_record *rec = &node->slowest;

	fprintf(out, " # {cpu=\"%u\",pid=\"%u\",comm=\"", rec->cpu,
		rec->max_pid);
	print_escaped(out, (const char *)rec->max_comm, sizeof(rec->max_comm));
	fputs("\"} ", out);
	print_seconds(out, node->sum.max);
}

/* The slowest call is one of these, and is known: a run may have only its time. */
static bool has_exemplar(const struct metrics *m, const struct fgagg_node *node,
			 __u64 above, __u64 bound)
{
	return m->open && node->slowest.size &&
	       node->slowest.max == node->max && node->sum.max > above &&
	       node->sum.max <= bound;
}

/* @bound is UINT64_MAX for the last, which has no bound. */
static void print_bucket(const struct metrics *m, const struct fgagg_node *node,
			 __u64 above, __u64 bound, __u64 count)
{
	fprintf(m->out, "fgagg_call_seconds_bucket{%s,le=\"", m->labels);
	if (bound == UINT64_MAX)
		fputs("+Inf", m->out);
	else
		print_seconds(m->out, bound);
	fprintf(m->out, "\"} %llu", count);
	if (has_exemplar(m, node, above, bound))
		print_exemplar(m->out, node);
	fputc('\n', m->out);
}

static __u64 last_ns(const struct metrics *m, const struct fgagg_bucket *b)
{
	return fgagg_quantile_ns(fgagg_bucket_low(b->index + 1,
						  m->totals->precision) - 1,
				 m->totals->clock_khz);
}

/* Several buckets of a fast clock can end in one nanosecond. */
static void print_all(const struct metrics *m, const struct fgagg_node *node)
{
	const struct fgagg_bucket *b = node->dist.buckets;
	__u64 count = 0, above = 0, bound;
	size_t i;

	for (i = 0; i < node->dist.nr; i++) {
		count += b[i].count;
		bound = last_ns(m, &b[i]);
		if (i + 1 < node->dist.nr && last_ns(m, &b[i + 1]) == bound)
			continue;
		print_bucket(m, node, above, bound, count);
		above = bound;
	}
	print_bucket(m, node, above, UINT64_MAX, count);
}

static void print_ladder(const struct metrics *m, const struct fgagg_node *node)
{
	const struct fgagg_bucket *b = node->dist.buckets;
	__u64 count = 0, above = 0, bound = LADDER_FIRST;
	size_t i = 0;

	while (bound <= LADDER_LAST) {
		for (; i < node->dist.nr && last_ns(m, &b[i]) <= bound; i++)
			count += b[i].count;
		print_bucket(m, node, above, bound, count);
		above = bound;
		bound = next_bound(bound);
	}
	print_bucket(m, node, above, UINT64_MAX, node->dist.count);
}

static void print_head(const struct metrics *m, const char *name,
		       const char *type, const char *help)
{
	bool suffixed = !m->open && !strcmp(type, "counter");
	size_t len = strlen(name);

	fprintf(m->out, "# HELP %s%s %s\n", name, suffixed ? "_total" : "",
		help);
	fprintf(m->out, "# TYPE %s%s %s\n", name, suffixed ? "_total" : "",
		type);
	if (m->open && len > 8 && !strcmp(name + len - 8, "_seconds"))
		fprintf(m->out, "# UNIT %s seconds\n", name);
}

static void print_of_path(const struct metrics *m, const char *name, __u64 ns)
{
	fprintf(m->out, "%s{%s} ", name, m->labels);
	print_seconds(m->out, ns);
	fputc('\n', m->out);
}

static int print_histograms(struct metrics *m)
{
	const struct fgagg_node *node;
	size_t i;

	print_head(m, "fgagg_call_seconds", "histogram",
		   "Time of calls, with callees, by call path.");
	for (i = 0; i < m->ex->paths.nr; i++) {
		node = m->ex->paths.rows[i];
		if (make_labels(m, node))
			return -ENOMEM;
		if (m->ex->all_buckets)
			print_all(m, node);
		else
			print_ladder(m, node);
		print_of_path(m, "fgagg_call_seconds_sum", node->sum.total);
		fprintf(m->out, "fgagg_call_seconds_count{%s} %llu\n",
			m->labels, node->sum.count);
	}
	return 0;
}

/* All samples of a metric have to stand together. */
static int print_times(struct metrics *m)
{
	const struct fgagg_node *node;
	size_t i;

	print_head(m, "fgagg_self_seconds", "counter",
		   "Time of calls, without traced callees, by call path.");
	for (i = 0; i < m->ex->paths.nr; i++) {
		node = m->ex->paths.rows[i];
		if (make_labels(m, node))
			return -ENOMEM;
		print_of_path(m, "fgagg_self_seconds_total", node->sum.self);
	}
	print_head(m, "fgagg_call_max_seconds", "gauge",
		   "Time of the slowest call, by call path.");
	for (i = 0; i < m->ex->paths.nr; i++) {
		node = m->ex->paths.rows[i];
		if (make_labels(m, node))
			return -ENOMEM;
		print_of_path(m, "fgagg_call_max_seconds", node->sum.max);
	}
	return 0;
}

static void print_losses(const struct metrics *m)
{
	unsigned int i;

	print_head(m, "fgagg_entered_calls", "counter",
		   "Calls that entered, recorded or not.");
	fprintf(m->out, "fgagg_entered_calls_total %llu\n",
		m->totals->entered);
	print_head(m, "fgagg_lost_calls", "counter",
		   "Calls that were not recorded, by cause.");
	for (i = 0; i < FGAGG_LOST_NR; i++)
		fprintf(m->out, "fgagg_lost_calls_total{cause=\"%s\"} %llu\n",
			fgagg_tree_loss(i), m->totals->lost[i]);
}

static int print_metrics(FILE *out, const struct fgagg_export *ex, bool open)
{
	struct metrics m = {
		.out = out,
		.ex = ex,
		.totals = fgagg_tree_totals(ex->src->tree),
		.open = open,
	};
	int ret;

	ret = print_histograms(&m);
	if (!ret)
		ret = print_times(&m);
	print_losses(&m);
	if (open)
		fputs("# EOF\n", out);
	free(m.labels);
	return ret;
}

/**
 * fgagg_export_openmetrics - write paths as OpenMetrics 1.0
 * @out: where to
 * @ex: what
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_export_openmetrics(FILE *out, const struct fgagg_export *ex)
{
	return print_metrics(out, ex, true);
}

/**
 * fgagg_export_prometheus - write paths in the text format of Prometheus
 * @out: where to
 * @ex: what
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_export_prometheus(FILE *out, const struct fgagg_export *ex)
{
	return print_metrics(out, ex, false);
}
