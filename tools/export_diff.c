// SPDX-License-Identifier: GPL-2.0-only
/* JSON of a comparison: a line for its head and one for each path. */
#include "export.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>

#include "json.h"
#include "view.h"

#define JSON_FLAGS	(JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15))

/* JSON has neither infinity nor what is not a number. */
static json_t *real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *metric_of(const struct fgagg_compare *cmp,
			 const struct fgagg_pair *pair,
			 enum fgagg_metric metric)
{
	bool rate = fgagg_metric_is_rate(metric);
	bool both = fgagg_compare_in_both(pair);

	return json_pack("{s:o, s:o, s:o, s:o, s:b}",
			 "base", rate || pair->base->sum.count ?
				 real_or_null(pair->was[metric]) : json_null(),
			 "new", rate || pair->now->sum.count ?
				real_or_null(pair->is[metric]) : json_null(),
			 "change", both ? real_or_null(fgagg_compare_change(pair, metric)) :
					  json_null(),
			 "p", real_or_null(pair->p[metric]),
			 "shift", fgagg_compare_is_shift(cmp, pair, metric));
}

static json_t *object_of(const struct fgagg_compare *cmp,
			 const struct fgagg_pair *pair)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	const struct fgagg_node *node = fgagg_compare_node(pair);
	size_t i, n = fgagg_view_path(node, path);
	json_t *names = json_array(), *metrics = json_object();
	unsigned int metric;

	for (i = 0; i < n; i++)
		json_array_append_new(names, json_string(path[i]->name));
	for (metric = 0; metric < FGAGG_METRIC_NR; metric++)
		json_object_set_new(metrics, fgagg_metric_name(metric),
				    metric_of(cmp, pair, metric));
	return json_pack("{s:s, s:o, s:b, s:b, s:o}",
			 "context", fgagg_tree_context(node->context),
			 "path", names,
			 "in_base", pair->base->sum.count != 0,
			 "in_new", pair->now->sum.count != 0,
			 "metrics", metrics);
}

/**
 * fgagg_export_diff - write a comparison as JSON
 * @out: where to
 * @cmp: the comparison, tested
 * @rows: the paths
 * @nr: how many
 *
 * Return: 0, or -EIO if it could not be written or memory is out.
 */
int fgagg_export_diff(FILE *out, const struct fgagg_compare *cmp,
		      const struct fgagg_pair *const *rows, size_t nr)
{
	int ret = 0;
	size_t i;

	fprintf(out, "{\"version\":1,\"test\":\"%s\",\"per_second\":%s,\"alpha\":%g,\"min_change\":%g,\"paths\":[",
		cmp->stretches[0] ? "stretches" : "calls",
		cmp->per_second ? "true" : "false", cmp->alpha,
		cmp->min_change);
	for (i = 0; !ret && i < nr; i++) {
		fputs(i ? ",\n" : "\n", out);
		ret = fgagg_json_write(out, object_of(cmp, rows[i]),
				       JSON_FLAGS);
	}
	fputs("\n]}\n", out);
	return ret;
}
