// SPDX-License-Identifier: GPL-2.0-only
#include "draw.h"

#include "print.h"
#include "quantile.h"

/* More rows do not fit a screen. */
#define ROWS_MAX	32
#define BAR		40

/**
 * fgagg_draw_row - the row that a bucket is in
 * @b: the bucket
 * @scale: how buckets become rows
 *
 * Return: its number, greater for longer times.
 */
__u32 fgagg_draw_row(const struct fgagg_bucket *b, const struct fgagg_scale *scale)
{
	__u64 low = fgagg_bucket_low(b->index, scale->from);

	return fgagg_bucket_index(low, scale->k) >> scale->shift;
}

/**
 * fgagg_draw_low - where a row begins
 * @row: its number
 * @scale: how buckets become rows
 *
 * Return: the least time in it, in ticks.
 */
__u64 fgagg_draw_low(__u32 row, const struct fgagg_scale *scale)
{
	return fgagg_bucket_low(row << scale->shift, scale->k);
}

/* Rows that are drawn, with those of dots. */
static size_t count_rows(const struct fgagg_dist *dist,
			 const struct fgagg_scale *scale)
{
	__u32 row, last = fgagg_draw_row(&dist->buckets[0], scale);
	size_t i, rows = 1;

	for (i = 1; i < dist->nr; i++) {
		row = fgagg_draw_row(&dist->buckets[i], scale);
		if (row != last)
			rows += row - last > 1 ? 2 : 1;
		last = row;
	}
	return rows;
}

/**
 * fgagg_draw_scale - the finest rows that fit
 * @dist: what is drawn, not empty
 * @from: its precision
 * @rows: how many rows there is room for, 0 for no limit
 *
 * Return: how buckets become rows.
 */
struct fgagg_scale fgagg_draw_scale(const struct fgagg_dist *dist,
				    unsigned int from, size_t rows)
{
	struct fgagg_scale scale = { .from = from, .k = from };

	while (rows && count_rows(dist, &scale) > rows && scale.shift < 8) {
		if (scale.k)
			scale.k--;
		else
			scale.shift++;
	}
	return scale;
}

/* Calls in the row that has most, at least 1: others are drawn relative to it. */
static __u64 greatest_row(const struct fgagg_dist *dist,
			  const struct fgagg_scale *scale)
{
	__u64 sum = 0, most = 1;
	__u32 row = 0;
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		if (fgagg_draw_row(&dist->buckets[i], scale) != row)
			sum = 0;
		row = fgagg_draw_row(&dist->buckets[i], scale);
		sum += dist->buckets[i].count;
		if (sum > most)
			most = sum;
	}
	return most;
}

static void draw_row(FILE *out, __u64 low, __u64 high, __u64 count, __u64 most)
{
	static const char bar[BAR + 1] =
		"****************************************";
	char from[FGAGG_PRINT_LEN], to[FGAGG_PRINT_LEN];
	int len = (__uint128_t)count * BAR / most;

	/* A single call among millions is what one looks for. */
	if (count && !len)
		len = 1;
	fprintf(out, "%9s -> %-9s : %-12llu |%-*.*s|\n",
		fgagg_print_time(from, low), fgagg_print_time(to, high), count,
		BAR, len, bar);
}

/**
 * fgagg_draw_histogram_in - draw a distribution in so many rows
 * @out: where to
 * @dist: the distribution, not empty
 * @totals: of the tree that it is from
 * @rows: how many there may be; 0 for one for every bucket
 *
 * Two or more empty rows are folded into one of dots.
 */
void fgagg_draw_histogram_in(FILE *out, const struct fgagg_dist *dist,
			     const struct fgagg_totals *totals, size_t rows)
{
	struct fgagg_scale scale = fgagg_draw_scale(dist, totals->precision, rows);
	__u64 most = greatest_row(dist, &scale), khz = totals->clock_khz;
	__u32 row = fgagg_draw_row(&dist->buckets[0], &scale), next;
	size_t i = 0;

	while (i < dist->nr) {
		__u64 count = 0;

		next = fgagg_draw_row(&dist->buckets[i], &scale);
		if (next - row > 1) {
			fprintf(out, "%9s\n", "...");
			row = next;
		}
		while (i < dist->nr && fgagg_draw_row(&dist->buckets[i], &scale) == row)
			count += dist->buckets[i++].count;
		draw_row(out, fgagg_quantile_ns(fgagg_draw_low(row, &scale), khz),
			 fgagg_quantile_ns(fgagg_draw_low(row + 1, &scale), khz),
			 count, most);
		row++;
	}
}

/**
 * fgagg_draw_histogram - draw a distribution, a row for a range of time
 * @out: where to
 * @dist: the distribution, not empty
 * @totals: of the tree that it is from
 * @full: a row for every bucket, however many there are
 */
void fgagg_draw_histogram(FILE *out, const struct fgagg_dist *dist,
			  const struct fgagg_totals *totals, bool full)
{
	fgagg_draw_histogram_in(out, dist, totals, full ? 0 : ROWS_MAX);
}
