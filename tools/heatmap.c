// SPDX-License-Identifier: GPL-2.0-only
#include "heatmap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "print.h"
#include "quantile.h"

/* Counts differ by powers of ten, so shades are by their logarithm. */
static const char shades[] = " .:-=+*#%@";
/* From dark to bright in the 256 colours of xterm; a cell without calls has none. */
static const unsigned char paints[] = { 0, 17, 54, 91, 127, 162, 203, 209, 215, 228 };

#define SHADE_MAX	(sizeof(shades) - 2)

/* A column is at most so wide: a short run is no wall of equal characters. */
#define CELL_MAX	4

/* Room for a label below the picture, and some air. */
#define TICK		12

/**
 * struct picture - a heatmap in the rows and columns that are drawn
 * @map: the heatmap
 * @size: what there is room for
 * @first: first column that is drawn
 * @nr: number of columns
 * @cell: characters that one is wide
 * @scale: of the rows
 * @rows: those that are not empty, as fgagg_draw_row(), from the lowest on
 * @nr_rows: number of @rows
 * @counts: calls, by row and column
 * @most: the greatest of @counts
 */
struct picture {
	const struct fgagg_heatmap *map;
	const struct fgagg_heatmap_size *size;
	size_t first;
	size_t nr;
	size_t cell;
	struct fgagg_scale scale;
	__u32 *rows;
	size_t nr_rows;
	__u64 *counts;
	__u64 most;
};

/**
 * fgagg_heatmap_add - add a column to the right
 * @map: the heatmap
 * @dist: the calls; taken over, also on failure
 * @duration: in what time they were, in ns
 * @totals: of the tree that they are from
 * @err: set on failure
 *
 * Return: 0, or -EINVAL if clock or precision are not those of the columns
 * before.
 */
int fgagg_heatmap_add(struct fgagg_heatmap *map, struct fgagg_dist *dist,
		      __u64 duration, const struct fgagg_totals *totals,
		      struct fgagg_error *err)
{
	if (!map->nr) {
		map->clock_khz = totals->clock_khz;
		map->precision = totals->precision;
	}
	if (map->clock_khz != totals->clock_khz ||
	    map->precision != totals->precision) {
		fgagg_dist_free(dist);
		return fgagg_error_set(err, -EINVAL,
				       "clock or precision changed on the way: what was before and after has no common picture");
	}
	if (map->nr == FGAGG_HEATMAP_MAX) {
		map->count -= map->columns[0].dist.count;
		map->elapsed += map->columns[0].duration;
		map->dropped++;
		fgagg_dist_free(&map->columns[0].dist);
		memmove(map->columns, map->columns + 1,
			--map->nr * sizeof(*map->columns));
	}
	map->columns[map->nr].dist = *dist;
	map->columns[map->nr++].duration = duration;
	map->count += dist->count;
	return 0;
}

static const struct fgagg_heatmap_column *column(const struct picture *pic,
						 size_t i)
{
	return &pic->map->columns[pic->first + i];
}

/* Chooses the finest rows of which all that are not empty fit. */
static int choose_rows(struct picture *pic)
{
	struct fgagg_dist all = { 0 };
	size_t i;
	__u32 row;
	int ret = 0;

	for (i = 0; !ret && i < pic->nr; i++) {
		const struct fgagg_dist *dist = &column(pic, i)->dist;

		ret = fgagg_dist_add(&all, dist->buckets, dist->nr);
	}
	if (!ret && all.nr) {
		pic->scale = fgagg_draw_scale(&all, pic->map->precision,
					      pic->size->rows);
		pic->rows = calloc(all.nr, sizeof(*pic->rows));
		ret = pic->rows ? 0 : -ENOMEM;
	}
	for (i = 0; !ret && i < all.nr; i++) {
		row = fgagg_draw_row(&all.buckets[i], &pic->scale);
		if (!pic->nr_rows || row != pic->rows[pic->nr_rows - 1])
			pic->rows[pic->nr_rows++] = row;
	}
	fgagg_dist_free(&all);
	return ret;
}

static void choose_columns(struct picture *pic)
{
	size_t room = pic->size->width > FGAGG_HEATMAP_LABEL ?
		      pic->size->width - FGAGG_HEATMAP_LABEL : 1;

	pic->nr = pic->map->nr < room ? pic->map->nr : room;
	pic->first = pic->map->nr - pic->nr;
	pic->cell = pic->nr ? room / pic->nr : 1;
	if (pic->cell > CELL_MAX)
		pic->cell = CELL_MAX;
}

static int fill(struct picture *pic)
{
	size_t i, j, row;

	pic->counts = calloc(pic->nr_rows * pic->nr + 1, sizeof(*pic->counts));
	if (!pic->counts)
		return -ENOMEM;
	for (i = 0; pic->nr_rows && i < pic->nr; i++) {
		const struct fgagg_dist *dist = &column(pic, i)->dist;

		for (j = row = 0; j < dist->nr; j++) {
			__u64 *count;

			while (pic->rows[row] !=
			       fgagg_draw_row(&dist->buckets[j], &pic->scale))
				row++;
			count = &pic->counts[row * pic->nr + i];
			*count += dist->buckets[j].count;
			if (*count > pic->most)
				pic->most = *count;
		}
	}
	return 0;
}

/* Buckets are a logarithm that is good enough, and exact for small numbers. */
static __u32 log_of(__u64 count)
{
	return fgagg_bucket_index(count < FGAGG_VALUE_MAX ? count :
							    FGAGG_VALUE_MAX, 2);
}

/* A single call is the first shade and the most that a cell has the last. */
static unsigned int shade_of(__u64 count, __u64 most)
{
	__u32 one = log_of(1), all = log_of(most);

	if (!count)
		return 0;
	if (one == all)
		return SHADE_MAX;
	return 1 + (log_of(count) - one) * (SHADE_MAX - 1) / (all - one);
}

static void put_cells(FILE *out, unsigned int shade, size_t n, bool color)
{
	char c = color ? ' ' : shades[shade];

	if (color && shade)
		fprintf(out, "\033[48;5;%um", paints[shade]);
	while (n--)
		fputc(c, out);
	if (color && shade)
		fputs("\033[0m", out);
}

/* Cells of one shade are written at once, and nothing after the last call. */
static void draw_row(FILE *out, const struct picture *pic, size_t row)
{
	const __u64 *counts = pic->counts + row * pic->nr;
	__u64 low = fgagg_draw_low(pic->rows[row], &pic->scale);
	size_t i, from, nr = pic->nr;
	char buf[FGAGG_PRINT_LEN];

	fprintf(out, "%9s |",
		fgagg_print_time(buf, fgagg_quantile_ns(low,
							pic->map->clock_khz)));
	while (nr && !counts[nr - 1])
		nr--;
	for (from = i = 0; i < nr; from = i) {
		unsigned int shade = shade_of(counts[i], pic->most);

		while (i < nr && shade_of(counts[i], pic->most) == shade)
			i++;
		put_cells(out, shade, (i - from) * pic->cell, pic->size->color);
	}
	fputc('\n', out);
}

/* Columns from one label to the next. */
static size_t tick_step(const struct picture *pic)
{
	size_t step = (TICK + pic->cell - 1) / pic->cell;

	/* Round, as people count. */
	return step <= 4 ? step : (step + 4) / 5 * 5;
}

static void draw_axis(FILE *out, const struct picture *pic)
{
	size_t step = tick_step(pic), i;

	fprintf(out, "%*s+", FGAGG_HEATMAP_LABEL - 1, "");
	for (i = 0; i < pic->nr * pic->cell; i++)
		fputc(i % (step * pic->cell) ? '-' : '+', out);
	fputc('\n', out);
}

/* When a column began; nothing if nobody knows. */
static void draw_times(FILE *out, const struct picture *pic)
{
	size_t step = tick_step(pic), i, at = 0;
	__u64 elapsed = pic->map->elapsed;
	char buf[FGAGG_PRINT_LEN];

	if (pic->nr && !column(pic, 0)->duration)
		return;
	for (i = 0; i < pic->first; i++)
		elapsed += pic->map->columns[i].duration;
	fprintf(out, "%*s", FGAGG_HEATMAP_LABEL, "");
	for (i = 0; i < pic->nr; i++) {
		size_t left = (pic->nr - i) * pic->cell;

		if (i % step == 0 && (!i || left >= TICK - 2)) {
			fprintf(out, "%*s", (int)(i * pic->cell - at), "");
			at = i * pic->cell + fprintf(out, "%s", elapsed ?
				fgagg_print_time(buf, elapsed) : "0 s");
		}
		elapsed += column(pic, i)->duration;
	}
	fputc('\n', out);
}

/* The least number of calls that is drawn in each shade. */
static void draw_legend(FILE *out, const struct picture *pic)
{
	unsigned int shade, last = 0;
	__u32 i;

	fprintf(out, "%9s  ", "calls");
	for (i = log_of(1); i <= log_of(pic->most); i++) {
		__u64 count = fgagg_bucket_low(i, 2);

		shade = shade_of(count, pic->most);
		if (shade == last)
			continue;
		put_cells(out, shade, 1, pic->size->color);
		fprintf(out, " %llu  ", count);
		last = shade;
	}
	fputs("and more\n", out);
}

/**
 * fgagg_heatmap_draw - draw a heatmap
 * @out: where to
 * @map: the heatmap; of more columns than fit the newest are drawn
 * @size: what there is room for
 *
 * Empty rows are folded into one of dots.
 *
 * Return: 0, -EOVERFLOW if calls no longer fit 63 bits, or -ENOMEM.
 */
int fgagg_heatmap_draw(FILE *out, const struct fgagg_heatmap *map,
		       const struct fgagg_heatmap_size *size)
{
	struct picture pic = { .map = map, .size = size };
	size_t row;
	int ret;

	choose_columns(&pic);
	ret = choose_rows(&pic);
	if (!ret)
		ret = fill(&pic);
	for (row = pic.nr_rows; !ret && row--; ) {
		draw_row(out, &pic, row);
		if (row && pic.rows[row] - pic.rows[row - 1] > 1)
			fprintf(out, "%9s |\n", "...");
	}
	if (!ret) {
		draw_axis(out, &pic);
		draw_times(out, &pic);
		if (pic.most)
			draw_legend(out, &pic);
	}
	free(pic.rows);
	free(pic.counts);
	return ret;
}

/**
 * fgagg_heatmap_free - empty a heatmap
 * @map: the heatmap
 */
void fgagg_heatmap_free(struct fgagg_heatmap *map)
{
	while (map->nr)
		fgagg_dist_free(&map->columns[--map->nr].dist);
}
