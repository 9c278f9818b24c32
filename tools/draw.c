// SPDX-License-Identifier: GPL-2.0-only
#include "draw.h"

#include "print.h"
#include "quantile.h"

/* More rows do not fit a screen. */
#define ROWS_MAX	32
#define BAR		40

/* Index at precision @k of the row that holds a bucket of precision @from. */
static __u32 row_of(const struct fgagg_bucket *b, unsigned int from,
		    unsigned int k)
{
	return fgagg_bucket_index(fgagg_bucket_low(b->index, from), k);
}

/* Rows that are drawn at precision @k, with those of dots. */
static size_t count_rows(const struct fgagg_dist *dist, unsigned int from,
			 unsigned int k)
{
	__u32 row, last = row_of(&dist->buckets[0], from, k);
	size_t i, rows = 1;

	for (i = 1; i < dist->nr; i++) {
		row = row_of(&dist->buckets[i], from, k);
		if (row != last)
			rows += row - last > 1 ? 2 : 1;
		last = row;
	}
	return rows;
}

/**
 * fgagg_draw_precision - the precision to draw a distribution at
 * @dist: the distribution, not empty
 * @from: its precision
 * @rows: how many rows there is room for
 *
 * The buckets of a precision are unions of those of a higher one, so a coarser
 * picture is exact too.  At precision 0 a row is a power of two.
 *
 * Return: the greatest at which the rows fit, or 0.
 */
unsigned int fgagg_draw_precision(const struct fgagg_dist *dist,
				  unsigned int from, size_t rows)
{
	unsigned int k = from;

	while (k && count_rows(dist, from, k) > rows)
		k--;
	return k;
}

/* Calls in the row that has most, at least 1: others are drawn relative to it. */
static __u64 greatest_row(const struct fgagg_dist *dist, unsigned int from,
			  unsigned int k)
{
	__u64 sum = 0, most = 1;
	__u32 row = 0;
	size_t i;

	for (i = 0; i < dist->nr; i++) {
		if (row_of(&dist->buckets[i], from, k) != row)
			sum = 0;
		row = row_of(&dist->buckets[i], from, k);
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
 * fgagg_draw_histogram - draw a distribution, a row for a range of time
 * @out: where to
 * @dist: the distribution, not empty
 * @totals: of the tree that it is from
 * @full: a row for every bucket, however many there are
 *
 * Two or more empty rows are folded into one of dots.
 */
void fgagg_draw_histogram(FILE *out, const struct fgagg_dist *dist,
			  const struct fgagg_totals *totals, bool full)
{
	unsigned int from = totals->precision;
	unsigned int k = full ? from :
				fgagg_draw_precision(dist, from, ROWS_MAX);
	__u64 most = greatest_row(dist, from, k), khz = totals->clock_khz;
	__u32 row = row_of(&dist->buckets[0], from, k), next;
	size_t i = 0;

	while (i < dist->nr) {
		__u64 count = 0;

		next = row_of(&dist->buckets[i], from, k);
		if (next - row > 1) {
			fprintf(out, "%9s\n", "...");
			row = next;
		}
		while (i < dist->nr && row_of(&dist->buckets[i], from, k) == row)
			count += dist->buckets[i++].count;
		draw_row(out,
			 fgagg_quantile_ns(fgagg_bucket_low(row, k), khz),
			 fgagg_quantile_ns(fgagg_bucket_low(row + 1, k), khz),
			 count, most);
		row++;
	}
}
