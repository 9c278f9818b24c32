// SPDX-License-Identifier: GPL-2.0-only
#include "diffview.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "macros.h"

/* What has a column. */
static const enum fgagg_metric changes[] = {
	FGAGG_METRIC_TOTAL, FGAGG_METRIC_COUNT, FGAGG_METRIC_MEAN,
	FGAGG_METRIC_P50, FGAGG_METRIC_P90, FGAGG_METRIC_P99,
	FGAGG_METRIC_MAX,
};

static bool has_shift(const struct fgagg_compare *cmp,
		      const struct fgagg_pair *pair)
{
	unsigned int metric;

	for (metric = 0; metric < FGAGG_METRIC_NR; metric++)
		if (fgagg_compare_is_shift(cmp, pair, metric))
			return true;
	return false;
}

static double difference(const struct fgagg_pair *pair,
			 enum fgagg_metric metric)
{
	return fabs(pair->is[metric] - pair->was[metric]);
}

/* What changed most first; equal ones by context and names. */
static int by_difference(const void *a, const void *b, void *arg)
{
	const struct fgagg_pair *x = *(const struct fgagg_pair *const *)a;
	const struct fgagg_pair *y = *(const struct fgagg_pair *const *)b;
	double dx = difference(x, *(const enum fgagg_metric *)arg);
	double dy = difference(y, *(const enum fgagg_metric *)arg);

	if (dx != dy)
		return dx > dy ? -1 : 1;
	return x->now->order < y->now->order ? -1 : x->now->order > y->now->order;
}

/**
 * fgagg_diffview_rows - the paths that are shown, in their order
 * @cmp: the comparison, tested
 * @sel: which, and by the change of what they are sorted, the greatest first
 * @changed: only paths that appear, vanish, or have a change told from noise
 * @nr: set to their number
 *
 * Return: the paths, which the caller frees; NULL without memory.
 */
const struct fgagg_pair **
fgagg_diffview_rows(const struct fgagg_compare *cmp,
		    const struct fgagg_select *sel, bool changed, size_t *nr)
{
	const struct fgagg_pair **rows, *pair;
	enum fgagg_metric metric;

	*nr = 0;
	if (fgagg_metric_parse(sel->sort, strlen(sel->sort), &metric))
		metric = FGAGG_METRIC_TOTAL;
	rows = calloc(cmp->nr + 1, sizeof(*rows));
	if (!rows)
		return NULL;
	for (pair = cmp->pairs; pair < cmp->pairs + cmp->nr; pair++)
		if (fgagg_view_selects(fgagg_compare_node(pair),
				       &sel->filter) &&
		    (!changed || !fgagg_compare_in_both(pair) ||
		     has_shift(cmp, pair)))
			rows[(*nr)++] = pair;
	qsort_r(rows, *nr, sizeof(*rows), by_difference, &metric);
	return rows;
}

/**
 * fgagg_diffview_print_titles - say how noise is told, and title the columns
 * @out: where to
 * @cmp: the comparison, tested
 */
void fgagg_diffview_print_titles(FILE *out, const struct fgagg_compare *cmp)
{
	size_t i;

	if (cmp->stretches[0])
		fprintf(out, "# *: rank test of %zu and %zu stretches of the runs",
			cmp->stretches[0], cmp->stretches[1]);
	else
		fprintf(out,
			"# not both are runs of %d or more intervals, so calls are taken to be independent\n"
			"# *: Kolmogorov-Smirnov test of all calls",
			FGAGG_COMPARE_STRETCHES_MIN);
	fprintf(out, ", p < %g, and a change of %g %% or more\n", cmp->alpha,
		cmp->min_change * 100);
	if (cmp->stretches[0] && !cmp->alike)
		fputs("# max is not tested: the longer the stretches the greater it is, and one run's are longer\n",
		      out);
	fprintf(out, "# %9s %9s", cmp->per_second ? "total/s" : "total", "new");
	for (i = 0; i < ARRAY_SIZE(changes); i++)
		fprintf(out, " %8s ", fgagg_metric_name(changes[i]));
	fputs("  call path\n", out);
}

static void print_change(FILE *out, const struct fgagg_compare *cmp,
			 const struct fgagg_pair *pair,
			 enum fgagg_metric metric, bool color)
{
	bool shift = fgagg_compare_is_shift(cmp, pair, metric);
	double change = fgagg_compare_change(pair, metric) * 100;
	const char *paint = "";
	char buf[32];

	if (!fgagg_compare_in_both(pair)) {
		fprintf(out, " %8s ", "");
		return;
	}
	/* Not -0.0%. */
	if (fabs(change) < 0.05)
		change = 0;
	if (color && shift)
		paint = change > 0 ? "\033[31m" : "\033[32m";
	snprintf(buf, sizeof(buf), fabs(change) < 1000 ? "%+.1f%%" : "%+.3g%%",
		 change);
	fprintf(out, " %s%8s%c%s", paint, buf, shift ? '*' : ' ',
		*paint ? "\033[0m" : "");
}

static void print_value(FILE *out, const struct fgagg_summary *sum, double value,
			const char *without)
{
	char buf[FGAGG_PRINT_LEN];

	fprintf(out, " %9s", sum->count ?
	       fgagg_metric_print(buf, FGAGG_METRIC_TOTAL, value) : without);
}

/**
 * fgagg_diffview_print_row - print a path of a comparison
 * @out: where to
 * @cmp: the comparison, tested
 * @pair: the path
 * @color: whether to paint changes that are told from noise
 */
void fgagg_diffview_print_row(FILE *out, const struct fgagg_compare *cmp,
			      const struct fgagg_pair *pair, bool color)
{
	size_t i;

	fputs("  ", out);
	print_value(out, &pair->base->sum, pair->was[FGAGG_METRIC_TOTAL], "appears");
	print_value(out, &pair->now->sum, pair->is[FGAGG_METRIC_TOTAL], "vanishes");
	for (i = 0; i < ARRAY_SIZE(changes); i++)
		print_change(out, cmp, pair, changes[i], color);
	fputs("  ", out);
	fgagg_view_print_path(out, fgagg_compare_node(pair));
	putc('\n', out);
}

/**
 * fgagg_diffview_print_violation - say that a condition holds
 * @out: where to
 * @cond: the condition
 * @cmp: the comparison
 * @pair: the path for which it holds
 */
void fgagg_diffview_print_violation(FILE *out,
				    const struct fgagg_condition *cond,
				    const struct fgagg_compare *cmp,
				    const struct fgagg_pair *pair)
{
	const char *per = cmp->per_second && fgagg_metric_is_rate(cond->metric) ?
				  "/s" : "";
	char was[FGAGG_PRINT_LEN], is[FGAGG_PRINT_LEN];

	fputs("fgagg: ", out);
	fgagg_view_print_path(out, pair->now);
	fprintf(out, ": %s%s is %s", fgagg_metric_name(cond->metric), per,
		fgagg_metric_print(is, cond->metric, pair->is[cond->metric]));
	if (fgagg_compare_in_both(pair))
		fprintf(out, " and was %s, %+.1f%%",
			fgagg_metric_print(was, cond->metric,
					   pair->was[cond->metric]),
			fgagg_compare_change(pair, cond->metric) * 100);
	if (!isnan(pair->p[cond->metric]))
		fprintf(out, " (p = %.2g)", pair->p[cond->metric]);
	fprintf(out, ": %s\n", cond->text);
}
