// SPDX-License-Identifier: GPL-2.0-only
#include "top_column.h"

#include <string.h>

#include "macros.h"

#define SUM(member)	offsetof(struct fgagg_summary, member)

/*
 * @call: the time of one call, as opposed to a sum over all of them
 * @urgency: the least is shown first where not all fit
 */
static const struct {
	const char *title;
	size_t offset;
	bool call;
	unsigned int urgency;
} columns[FGAGG_TOP_COLUMNS] = {
	[FGAGG_TOP_COUNT] = { "count", SUM(count), false, 2 },
	[FGAGG_TOP_TOTAL] = { "total", SUM(total), false, 0 },
	[FGAGG_TOP_SELF] = { "self", SUM(self), false, 4 },
	[FGAGG_TOP_P50] = { "p50", SUM(p50), true, 5 },
	[FGAGG_TOP_P90] = { "p90", SUM(p90), true, 6 },
	[FGAGG_TOP_P99] = { "p99", SUM(p99), true, 1 },
	[FGAGG_TOP_P999] = { "p99.9", SUM(p999), true, 7 },
	[FGAGG_TOP_MAX] = { "max", SUM(max), true, 3 },
};

/**
 * fgagg_top_column_choose - the columns that fit
 * @chosen: set to them, from left to right
 * @sort: the column that has to be among them
 * @width: characters that there are for columns
 *
 * Return: their number, at least 1.
 */
size_t fgagg_top_column_choose(enum fgagg_top_column chosen[FGAGG_TOP_COLUMNS],
			       const char *sort, size_t width)
{
	size_t room = width / (FGAGG_TOP_COLUMN_WIDTH + 1), i, n = 0;

	/* One place is for the column that rows are sorted by. */
	for (i = 0; i < FGAGG_TOP_COLUMNS; i++)
		if (!strcmp(columns[i].title, sort) &&
		    columns[i].urgency >= room && room)
			room--;
	for (i = 0; i < FGAGG_TOP_COLUMNS; i++)
		if (columns[i].urgency < room || !strcmp(columns[i].title, sort))
			chosen[n++] = i;
	return n;
}

/**
 * fgagg_top_column_title - the title of a column
 * @column: the column
 * @ns: time that it is about, for values to be per second; 0 if they are not
 *
 * Return: the title.
 */
const char *fgagg_top_column_title(enum fgagg_top_column column, __u64 ns)
{
	return column == FGAGG_TOP_COUNT && ns ? "calls/s" :
						 columns[column].title;
}

static __u64 value(enum fgagg_top_column column,
		   const struct fgagg_summary *sum)
{
	return *(const __u64 *)((const char *)sum + columns[column].offset);
}

/**
 * fgagg_top_column_print - print the value of a column
 * @out: where to
 * @column: the column
 * @node: the path; nothing is said of the root of a context
 * @ns: time that @node is about, for values to be per second; 0 if they are not
 * @color: whether to paint slow calls
 */
void fgagg_top_column_print(FILE *out, enum fgagg_top_column column,
			    const struct fgagg_node *node, __u64 ns, bool color)
{
	__u64 v = value(column, &node->sum);
	char buf[FGAGG_PRINT_LEN];

	if (!node->sum.count) {
		if (node->depth)
			snprintf(buf, sizeof(buf), "%s",
				 column == FGAGG_TOP_COUNT ? "0" : "-");
		else
			*buf = '\0';
		fprintf(out, "%*s", FGAGG_TOP_COLUMN_WIDTH, buf);
		return;
	}
	if (columns[column].call) {
		fgagg_print_call_time(out, v, color);
		return;
	}
	if (ns)
		v = ((__uint128_t)v * 1000000000 + ns / 2) / ns;
	if (column == FGAGG_TOP_COUNT)
		fprintf(out, "%*llu", FGAGG_TOP_COLUMN_WIDTH, v);
	else
		fprintf(out, "%*s%s", FGAGG_TOP_COLUMN_WIDTH - (ns ? 2 : 0),
			fgagg_print_time(buf, v), ns ? "/s" : "");
}

/**
 * fgagg_top_column_mark - how slow a call is
 * @column: the column
 * @sum: the path
 *
 * Return: fgagg_print_mark() of the time, a blank if it is not that of a call.
 */
char fgagg_top_column_mark(enum fgagg_top_column column,
			   const struct fgagg_summary *sum)
{
	return columns[column].call && sum->count ?
	       fgagg_print_mark(value(column, sum)) : ' ';
}
