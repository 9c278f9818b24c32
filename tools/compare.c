// SPDX-License-Identifier: GPL-2.0-only
#include "compare.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "align.h"
#include "significance.h"

/* Gives @to every path of @from. */
static int add_paths(const struct fgagg_tree *from, struct fgagg_tree *to)
{
	struct fgagg_node **nodes = fgagg_align_add(to, from);
	int ret = nodes ? 0 : -ENOMEM;

	free(nodes);
	return ret;
}

static double seconds_of(const struct fgagg_compare *cmp, __u64 duration)
{
	return cmp->per_second ? (double)duration / 1e9 : 0;
}

static void fill_pairs(struct fgagg_compare *cmp)
{
	const struct fgagg_tree *base = cmp->base->tree, *now = cmp->now->tree;
	struct fgagg_pair *pair;
	unsigned int metric;
	size_t i;

	for (i = 0; i < cmp->nr; i++) {
		const struct fgagg_node *node = fgagg_tree_node(base, i);

		cmp->pairs[node->order].base = node;
		node = fgagg_tree_node(now, i);
		cmp->pairs[node->order].now = node;
	}
	for (pair = cmp->pairs; pair < cmp->pairs + cmp->nr; pair++) {
		fgagg_metric_measure(&pair->base->sum,
				     seconds_of(cmp, cmp->base->duration),
				     pair->was);
		fgagg_metric_measure(&pair->now->sum,
				     seconds_of(cmp, cmp->now->duration),
				     pair->is);
		for (metric = 0; metric < FGAGG_METRIC_NR; metric++)
			pair->p[metric] = NAN;
	}
}

/**
 * fgagg_compare_pair - find the paths of two runs in each other
 * @cmp: with its base and now set; the pairs are set
 * @err: set on failure
 *
 * The trees get the same shape: what only one has, the other gets without
 * calls.  Then the order of a path is the same in both.
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_compare_pair(struct fgagg_compare *cmp, struct fgagg_error *err)
{
	struct fgagg_tree *base = cmp->base->tree, *now = cmp->now->tree;

	cmp->per_second = cmp->base->duration && cmp->now->duration;
	/* What is added has no order until the tree is finished again. */
	if (add_paths(base, now) || fgagg_tree_finish(now) ||
	    add_paths(now, base) || fgagg_tree_finish(base))
		return fgagg_error_nomem(err);
	cmp->nr = fgagg_tree_count(now);
	cmp->pairs = calloc(cmp->nr + 1, sizeof(*cmp->pairs));
	if (!cmp->pairs)
		return fgagg_error_nomem(err);
	fill_pairs(cmp);
	return 0;
}

/**
 * fgagg_compare_free - give back the pairs
 * @cmp: the comparison; its runs are not given back
 */
void fgagg_compare_free(struct fgagg_compare *cmp)
{
	free(cmp->pairs);
}

/*
 * The metrics of every path in every stretch of one run.  Without calls there
 * is no time, which is NAN.
 */
struct samples {
	double (*of)[FGAGG_METRIC_NR][FGAGG_COMPARE_STRETCHES_MAX];
	size_t nr;
};

static int sample_stretch(const struct fgagg_compare *cmp,
			  const struct fgagg_interval *iv,
			  struct samples *samples, size_t stretch)
{
	size_t i, metric, nr = fgagg_tree_count(iv->tree);
	double values[FGAGG_METRIC_NR];
	struct fgagg_node **map;

	map = fgagg_align_find(cmp->now->tree, iv->tree);
	if (!map)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		const struct fgagg_node *node = fgagg_tree_node(iv->tree, i);
		const struct fgagg_node *to = map[node->order];

		if (!to || !node->sum.count)
			continue;
		fgagg_metric_measure(&node->sum, seconds_of(cmp, iv->duration),
				     values);
		for (metric = 0; metric < FGAGG_METRIC_NR; metric++)
			samples->of[to->order][metric][stretch] =
				values[metric];
	}
	free(map);
	return 0;
}

static int sample_run(const struct fgagg_compare *cmp,
		      const struct fgagg_source *src, struct samples *samples,
		      struct fgagg_error *err)
{
	size_t i, metric, stretch, nr = src->intervals;
	struct fgagg_interval iv;
	int ret = 0;

	for (i = 0; i < cmp->nr; i++)
		for (metric = 0; metric < FGAGG_METRIC_NR; metric++)
			for (stretch = 0; stretch < samples->nr; stretch++)
				samples->of[i][metric][stretch] =
					fgagg_metric_is_rate(metric) ? 0 : NAN;
	for (i = 0; !ret && i < samples->nr; i++) {
		const struct fgagg_range range = {
			.first = src->range.first + nr * i / samples->nr,
			.last = src->range.first + nr * (i + 1) / samples->nr - 1,
			.host = src->range.host,
		};

		ret = fgagg_interval_load(src->run, &range, &iv, err);
		if (!ret && sample_stretch(cmp, &iv, samples, i))
			ret = fgagg_error_nomem(err);
		fgagg_interval_free(&iv);
	}
	return ret;
}

static size_t known(const double *values, size_t nr,
		    double to[FGAGG_COMPARE_STRETCHES_MAX])
{
	size_t i, n = 0;

	for (i = 0; i < nr; i++)
		if (!isnan(values[i]))
			to[n++] = values[i];
	return n;
}

static double rank(const double *base, size_t nr_base, const double *now,
		   size_t nr_now)
{
	double a[FGAGG_COMPARE_STRETCHES_MAX], b[FGAGG_COMPARE_STRETCHES_MAX];
	size_t m = known(base, nr_base, a), n = known(now, nr_now, b);

	if (m < FGAGG_COMPARE_STRETCHES_MIN || n < FGAGG_COMPARE_STRETCHES_MIN)
		return NAN;
	return fgagg_significance_ranks(a, m, b, n);
}

/* What has changed too little to matter is not worth the time. */
static void rank_all(struct fgagg_compare *cmp, const struct samples *base,
		     const struct samples *now)
{
	unsigned int metric;
	size_t i;

	for (i = 0; i < cmp->nr; i++) {
		struct fgagg_pair *pair = &cmp->pairs[i];

		if (!fgagg_compare_in_both(pair))
			continue;
		for (metric = 0; metric < FGAGG_METRIC_NR; metric++)
			if (fgagg_compare_is_tested(cmp, metric) &&
			    fabs(fgagg_compare_change(pair, metric)) >=
			    cmp->min_change)
				pair->p[metric] =
					rank(base->of[i][metric], base->nr,
					     now->of[i][metric], now->nr);
	}
}

static size_t stretches_of(const struct fgagg_source *src)
{
	size_t nr = src->intervals;

	if (nr > FGAGG_COMPARE_STRETCHES_MAX)
		nr = FGAGG_COMPARE_STRETCHES_MAX;
	return nr < FGAGG_COMPARE_STRETCHES_MIN ? 0 : nr;
}

static bool last_alike(const struct fgagg_compare *cmp)
{
	double base = (double)cmp->base->duration / cmp->stretches[0];
	double now = (double)cmp->now->duration / cmp->stretches[1];

	return fmax(base, now) <= 1.25 * fmin(base, now);
}

/**
 * fgagg_compare_by_stretches - test metrics by their values in stretches
 * @cmp: paired
 * @ret: set to 0; -ENOMEM; or as fgagg_interval_load()
 * @err: set on failure
 *
 * Return: false if there are not enough intervals, and nothing was done.
 */
bool fgagg_compare_by_stretches(struct fgagg_compare *cmp, int *ret,
				struct fgagg_error *err)
{
	struct samples a = { .nr = stretches_of(cmp->base) };
	struct samples b = { .nr = stretches_of(cmp->now) };

	*ret = 0;
	if (!a.nr || !b.nr)
		return false;
	a.of = calloc(cmp->nr + 1, sizeof(*a.of));
	b.of = calloc(cmp->nr + 1, sizeof(*b.of));
	if (!a.of || !b.of) {
		*ret = fgagg_error_nomem(err);
		goto free;
	}
	*ret = sample_run(cmp, cmp->base, &a, err);
	if (!*ret)
		*ret = sample_run(cmp, cmp->now, &b, err);
	if (!*ret) {
		cmp->stretches[0] = a.nr;
		cmp->stretches[1] = b.nr;
		cmp->alike = last_alike(cmp);
		rank_all(cmp, &a, &b);
	}
free:
	free(a.of);
	free(b.of);
	return true;
}

static struct fgagg_scaled scaled(const struct fgagg_source *src,
				  const struct fgagg_node *node)
{
	const struct fgagg_totals *totals = fgagg_tree_totals(src->tree);

	return (struct fgagg_scaled) {
		.dist = &node->dist,
		.precision = totals->precision,
		.clock_khz = totals->clock_khz,
	};
}

/**
 * fgagg_compare_by_calls - test the distributions of all calls
 * @cmp: paired
 */
void fgagg_compare_by_calls(struct fgagg_compare *cmp)
{
	struct fgagg_pair *pair;
	unsigned int metric;

	for (pair = cmp->pairs; pair < cmp->pairs + cmp->nr; pair++) {
		struct fgagg_scaled a = scaled(cmp->base, pair->base);
		struct fgagg_scaled b = scaled(cmp->now, pair->now);
		double p;

		if (!fgagg_compare_in_both(pair))
			continue;
		p = fgagg_significance_calls(&a, &b);
		for (metric = 0; metric < FGAGG_METRIC_NR; metric++)
			if (fgagg_compare_is_tested(cmp, metric))
				pair->p[metric] = p;
	}
}

/**
 * fgagg_compare_in_both - whether both runs have calls of a path
 * @pair: the path
 *
 * Return: true if so.
 */
bool fgagg_compare_in_both(const struct fgagg_pair *pair)
{
	return pair->base->sum.count && pair->now->sum.count;
}

/**
 * fgagg_compare_node - a path where it has calls
 * @pair: the path
 *
 * Return: its node in the run that has calls, the later of both.
 */
const struct fgagg_node *fgagg_compare_node(const struct fgagg_pair *pair)
{
	return pair->now->sum.count ? pair->now : pair->base;
}

/**
 * fgagg_compare_change - by how much a metric has changed
 * @pair: the path, in both runs
 * @metric: which
 *
 * Return: the change as a share of what it was, 0.1 for 10 % more; infinite if
 * it was 0 and is not.
 */
double fgagg_compare_change(const struct fgagg_pair *pair,
			    enum fgagg_metric metric)
{
	double was = pair->was[metric], is = pair->is[metric];

	if (was > 0)
		return (is - was) / was;
	return is > 0 ? INFINITY : 0;
}

/**
 * fgagg_compare_is_tested - whether the test says something about a metric
 * @cmp: the comparison, tested
 * @metric: which
 *
 * Return: false for sums and the maximum if calls were tested: as many calls of
 * the same distribution as in one run, or more, say nothing against the other;
 * and for the maximum if stretches of different length were.
 */
bool fgagg_compare_is_tested(const struct fgagg_compare *cmp,
			     enum fgagg_metric metric)
{
	if (metric == FGAGG_METRIC_MAX)
		return cmp->alike;
	return cmp->stretches[0] || !fgagg_metric_is_rate(metric);
}

/* The widest bucket of either run, as a share of the time that it is about. */
static double bucket_width(const struct fgagg_compare *cmp)
{
	__u32 a = fgagg_tree_totals(cmp->base->tree)->precision;
	__u32 b = fgagg_tree_totals(cmp->now->tree)->precision;

	return ldexp(1, -(int)(a < b ? a : b));
}

/**
 * fgagg_compare_is_shift - whether a change is more than noise
 * @cmp: the comparison, tested
 * @pair: a path
 * @metric: which
 *
 * Return: true if it is significant, and large enough to matter.
 */
bool fgagg_compare_is_shift(const struct fgagg_compare *cmp,
			    const struct fgagg_pair *pair,
			    enum fgagg_metric metric)
{
	double least = cmp->min_change, change;

	if (!fgagg_compare_in_both(pair) || !(pair->p[metric] < cmp->alpha))
		return false;
	change = fabs(fgagg_compare_change(pair, metric));
	/* From one bucket to the next is no change that one can be sure of. */
	if (fgagg_metric_is_read_off(metric))
		least = fmax(least, bucket_width(cmp) * 1.01);
	return change >= least;
}
