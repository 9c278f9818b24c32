// SPDX-License-Identifier: GPL-2.0-only
/*
 * hgrm: the text that HdrHistogram's outputPercentileDistribution() writes, in
 * microseconds and with the same steps.  No number is printed by way of a
 * locale.
 */
#include "export.h"

#include <math.h>

#include "quantile.h"

/* Steps to every halving of the distance to 100 %. */
#define STEPS	5

/**
 * struct level - a percentage, up to which calls are counted
 * @left: what is missing to 100
 * @step: to the next level
 *
 * Both are multiples of powers of two, and so are exact.
 */
struct level {
	double left;
	double step;
};

static void next_level(struct level *level)
{
	level->left -= level->step;
	while (level->left <= STEPS * level->step)
		level->step /= 2;
}

static void print_us(FILE *out, __u64 ns)
{
	fprintf(out, "%8llu.%03llu", ns / 1000, ns % 1000);
}

static void print_fixed(FILE *out, int width, double value, unsigned int digits)
{
	__uint128_t scaled, one = 1;
	unsigned int i;

	for (i = 0; i < digits; i++)
		one *= 10;
	/* Too large for llround(). */
	scaled = floor(value * one + 0.5);
	fprintf(out, " %*llu.%0*llu", width, (__u64)(scaled / one), digits,
		(__u64)(scaled % one));
}

static void print_row(FILE *out, __u64 ns, double left, __u64 count)
{
	print_us(out, ns);
	print_fixed(out, 1, (100 - left) / 100, 12);
	fprintf(out, " %10llu", count);
	if (left)
		print_fixed(out, 11, 100 / left, 2);
	fputc('\n', out);
}

/* The greatest value that a bucket may have counted. */
static __u64 last_ns(const struct fgagg_node *node, __u32 index,
		     const struct fgagg_totals *totals)
{
	__u64 last = fgagg_bucket_low(index + 1, totals->precision) - 1;

	if (last > node->max)
		last = node->max;
	return fgagg_quantile_ns(last, totals->clock_khz);
}

/* Of the last bucket the level that it reached, and 100 %. */
static void print_rows(FILE *out, const struct fgagg_node *node,
		       const struct fgagg_totals *totals)
{
	struct level level = { .left = 100, .step = 50.0 / STEPS };
	const struct fgagg_dist *dist = &node->dist;
	__u64 ns = 0, count = 0;
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		ns = last_ns(node, dist->buckets[i].index, totals);
		count += dist->buckets[i].count;
		while (count < dist->count &&
		       100.0 * (dist->count - count) <=
		       level.left * dist->count) {
			print_row(out, ns, level.left, count);
			next_level(&level);
		}
	}
	print_row(out, ns, level.left, count);
	print_row(out, ns, 0, count);
}

static double deviation_ns(const struct fgagg_node *node,
			   const struct fgagg_totals *totals, double mean)
{
	const struct fgagg_dist *dist = &node->dist;
	double sum = 0, off;
	__u64 low, high;
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		low = fgagg_bucket_low(dist->buckets[i].index,
				       totals->precision);
		low = fgagg_quantile_ns(low, totals->clock_khz);
		high = last_ns(node, dist->buckets[i].index, totals);
		off = low + (high - low) / 2.0 - mean;
		sum += off * off * dist->buckets[i].count;
	}
	return sqrt(sum / dist->count);
}

/**
 * fgagg_export_hgrm - write the percentiles of a distribution
 * @out: where to
 * @ex: what
 *
 * Return: 0.
 */
int fgagg_export_hgrm(FILE *out, const struct fgagg_export *ex)
{
	const struct fgagg_totals *totals = fgagg_tree_totals(ex->src->tree);
	const struct fgagg_node *node = ex->sum;
	double mean = (double)node->sum.total / node->sum.count;

	fputs("       Value     Percentile TotalCount 1/(1-Percentile)\n\n",
	      out);
	print_rows(out, node, totals);
	fputs("#[Mean    = ", out);
	print_us(out, llround(mean));
	fputs(", StdDeviation   = ", out);
	print_us(out, llround(deviation_ns(node, totals, mean)));
	fputs("]\n#[Max     = ", out);
	print_us(out, node->sum.max);
	fprintf(out, ", Total count    = %12llu]\n", node->sum.count);
	fprintf(out, "#[Buckets = %12u, SubBuckets     = %12u]\n",
		FGAGG_VALUE_BITS - totals->precision, 2U << totals->precision);
	return 0;
}
