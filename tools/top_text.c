// SPDX-License-Identifier: GPL-2.0-only
#include "top_text.h"

#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "macros.h"
#include "top_column.h"

/**
 * fgagg_top_text_per - the time that sums are shown per second of
 * @model: the state, with at least one snapshot
 *
 * Return: the length of the interval in ns; 0 if sums are shown as they are, also
 * because nobody knows it.
 */
__u64 fgagg_top_text_per(const struct fgagg_top_model *model)
{
	enum fgagg_top_range range = fgagg_top_model_range(model);

	if (range != FGAGG_TOP_INTERVAL)
		return 0;
	return fgagg_top_data_ns(&model->data, range);
}

/**
 * fgagg_top_text_status - what is shown, without a newline
 * @out: where to
 * @model: the state, with at least one snapshot
 */
void fgagg_top_text_status(FILE *out, const struct fgagg_top_model *model)
{
	enum fgagg_top_range range = fgagg_top_model_range(model);
	const struct fgagg_filter *filter = &model->sel.filter;
	__u64 ns = fgagg_top_data_ns(&model->data, range);
	size_t paths = 0, i;
	char buf[FGAGG_PRINT_LEN];

	if (model->intervals && model->data.interval)
		fprintf(out, "interval %llu of %zu, ", model->data.interval,
			model->intervals);
	if (range == FGAGG_TOP_RESET)
		fputs("since reset, ", out);
	if (range == FGAGG_TOP_START)
		fputs("since start, ", out);
	if (ns)
		fprintf(out, "%s, ", fgagg_print_time(buf, ns));
	if (range != FGAGG_TOP_RESET &&
	    fgagg_top_data_since_reset(&model->data, range))
		fputs("since a reset, ", out);
	for (i = 0; i < fgagg_tree_count(model->shown); i++)
		paths += !!fgagg_tree_node(model->shown, i)->sum.count;
	fprintf(out, "%zu paths with calls, by %s", paths, model->sel.sort);
	if (filter->func)
		fprintf(out, ", only %s", filter->func);
	if (filter->some_context)
		fprintf(out, ", only [%s]", fgagg_tree_context(filter->context));
}

/**
 * fgagg_top_text_path - the call path of a row
 * @out: where to
 * @model: the state
 * @row: the row
 *
 * In a tree it is only the function, indented, with a mark for what is folded.
 */
void fgagg_top_text_path(FILE *out, const struct fgagg_top_model *model,
			 const struct fgagg_top_row *row)
{
	const struct fgagg_node *node = row->node;
	const char *mark = " ";

	if (!model->tree) {
		fgagg_view_print_path(out, node);
		return;
	}
	if (row->callees)
		mark = row->path->folded ? "+" : "-";
	if (node->depth)
		fprintf(out, "%*s%s %s", 2 * (int)node->depth, "", mark,
			node->name);
	else
		fprintf(out, "%s [%s]", mark, fgagg_tree_context(node->context));
}

/**
 * fgagg_top_text_trend - how a path fared in the last intervals
 * @out: where to
 * @model: the state
 * @row: the row
 * @width: characters, one for an interval
 * @utf8: draw bars; otherwise digits, 9 for the greatest
 *
 * The scale is that of the row; an interval without calls is blank.
 */
void fgagg_top_text_trend(FILE *out, const struct fgagg_top_model *model,
			  const struct fgagg_top_row *row, size_t width,
			  bool utf8)
{
	static const char * const bars[] = {
		"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"
	};
	static const char * const digits[] = {
		"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"
	};
	const char * const *levels = utf8 ? bars : digits;
	size_t nr = utf8 ? ARRAY_SIZE(bars) : ARRAY_SIZE(digits);
	enum fgagg_top_trend kind = fgagg_top_model_trend(model);
	__u64 now = model->data.interval, i;
	float v, most = 0;

	if (width > FGAGG_TOP_TREND_LEN) {
		fprintf(out, "%*s", (int)(width - FGAGG_TOP_TREND_LEN), "");
		width = FGAGG_TOP_TREND_LEN;
	}
	if (width > now) {
		fprintf(out, "%*s", (int)(width - now), "");
		width = now;
	}
	for (i = now - width + 1; i <= now; i++) {
		v = fgagg_top_path_trend(row->path, kind, i);
		if (v > most)
			most = v;
	}
	for (i = now - width + 1; i <= now; i++) {
		v = fgagg_top_path_trend(row->path, kind, i);
		fputs(v > 0 ? levels[(size_t)(v / most * (nr - 1) + 0.5)] : " ",
		      out);
	}
}

/* The end of a path says more than its start: leave that out if need be. */
static void print_wrapped(FILE *out, const char *text, size_t size,
			  size_t width, size_t lines)
{
	if (size > width * lines) {
		fprintf(out, "...%.*s\n", (int)width - 3,
			text + size - width * lines + 3);
		text += size - width * (lines - 1);
		size = width * (lines - 1);
	}
	while (size) {
		size_t n = size < width ? size : width;

		fprintf(out, "%.*s\n", (int)n, text);
		text += n;
		size -= n;
	}
}

static void print_times(FILE *out, const struct fgagg_summary *s)
{
	char text[6][FGAGG_PRINT_LEN];

	fprintf(out, "calls %llu, total %s, self %s\n", s->count,
		fgagg_print_time(text[0], s->total),
		fgagg_print_time(text[1], s->self));
	fprintf(out, "min %s, p50 %s, p90 %s, p99 %s, p99.9 %s, max %s\n",
		fgagg_print_time(text[0], s->min),
		fgagg_print_time(text[1], s->p50),
		fgagg_print_time(text[2], s->p90),
		fgagg_print_time(text[3], s->p99),
		fgagg_print_time(text[4], s->p999),
		fgagg_print_time(text[5], s->max));
}

/**
 * fgagg_top_text_pane - the selected path and its distribution
 * @out: where to
 * @model: the state
 * @width: characters of a line that are seen
 * @height: lines that are seen
 */
void fgagg_top_text_pane(FILE *out, const struct fgagg_top_model *model,
			 size_t width, size_t height)
{
	const struct fgagg_node *node = fgagg_top_model_node(model);
	size_t size, lines, most = height / 6;
	char *path = NULL;
	FILE *mem;

	if (!node) {
		fputs("select a call path to see its distribution\n", out);
		return;
	}
	mem = open_memstream(&path, &size);
	if (!mem)
		return;
	fgagg_view_print_path(mem, node);
	fclose(mem);
	lines = (size + width - 1) / width;
	if (lines > most)
		lines = most ? most : 1;
	print_wrapped(out, path, size, width, lines);
	free(path);
	if (!node->sum.count) {
		fputs("no call has returned\n", out);
		return;
	}
	print_times(out, &node->sum);
	fgagg_view_print_slowest(out, node);
	fgagg_draw_histogram_in(out, &node->dist,
				fgagg_tree_totals(model->shown),
				height > lines + 4 ? height - lines - 3 : 1);
}

/**
 * fgagg_top_text_batch - everything, once
 * @out: where to
 * @model: the state, with at least one snapshot
 * @color: whether to paint slow calls
 */
void fgagg_top_text_batch(FILE *out, const struct fgagg_top_model *model,
			  bool color)
{
	static const enum fgagg_top_column columns[] = {
		FGAGG_TOP_COUNT, FGAGG_TOP_TOTAL, FGAGG_TOP_SELF,
		FGAGG_TOP_P50, FGAGG_TOP_P99, FGAGG_TOP_MAX,
	};
	__u64 ns = fgagg_top_text_per(model);
	const struct fgagg_top_row *row;
	size_t i, j;

	fputs("# ", out);
	fgagg_top_text_status(out, model);
	fputc('\n', out);
	fgagg_view_print_losses(out, fgagg_tree_totals(model->shown));
	for (j = 0; j < ARRAY_SIZE(columns); j++)
		fprintf(out, "%c%*s", j ? ' ' : '#', FGAGG_TOP_COLUMN_WIDTH,
			fgagg_top_column_title(columns[j], ns));
	fputs("  call path\n", out);
	for (i = 0; i < model->rows.nr; i++) {
		row = &model->rows.row[i];
		for (j = 0; j < ARRAY_SIZE(columns); j++) {
			fputc(' ', out);
			fgagg_top_column_print(out, columns[j], row->node, ns,
					       color);
		}
		fputs("  ", out);
		fgagg_top_text_path(out, model, row);
		fputc('\n', out);
	}
}
