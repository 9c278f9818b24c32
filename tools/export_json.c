// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON: one object, a line for its head and one for each path; or the paths
 * alone.  They are written one by one, since together they can be large.
 */
#include "export.h"

#include <errno.h>
#include <jansson.h>

#include "json.h"
#include "quantile.h"
#include "view.h"

#define JSON_FLAGS	(JSON_ENSURE_ASCII | JSON_ENCODE_ANY)

static json_t *path_of(const struct fgagg_node *node)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	size_t i, n = fgagg_view_path(node, path);
	json_t *array = json_array();

	for (i = 0; i < n; i++)
		json_array_append_new(array, json_string(path[i]->name));
	return array;
}

/* [[from, to, count], ...], where a bucket ends before "to". */
static json_t *histogram_of(const struct fgagg_node *node,
			    const struct fgagg_totals *totals)
{
	json_t *array = json_array();
	__u64 low, high;
	size_t i;

	for (i = 0; i < node->dist.nr; i++) {
		const struct fgagg_bucket *b = &node->dist.buckets[i];

		low = fgagg_bucket_low(b->index, totals->precision);
		high = fgagg_bucket_low(b->index + 1, totals->precision);
		low = fgagg_quantile_ns(low, totals->clock_khz);
		high = fgagg_quantile_ns(high, totals->clock_khz);
		json_array_append_new(array, json_pack("[I, I, I]",
						       (json_int_t)low,
						       (json_int_t)high,
						       (json_int_t)b->count));
	}
	return array;
}

static json_t *object_of(const struct fgagg_node *node,
			 const struct fgagg_totals *totals)
{
	const struct fgagg_summary *sum = &node->sum;

	return json_pack("{s:s, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			 "context", fgagg_tree_context(node->context),
			 "path", path_of(node),
			 "count", (json_int_t)sum->count,
			 "total_ns", (json_int_t)sum->total,
			 "self_ns", (json_int_t)sum->self,
			 "raw_total_ns", (json_int_t)sum->raw_total,
			 "min_ns", (json_int_t)sum->min,
			 "max_ns", (json_int_t)sum->max,
			 "p50_ns", (json_int_t)sum->p50,
			 "p90_ns", (json_int_t)sum->p90,
			 "p99_ns", (json_int_t)sum->p99,
			 "p999_ns", (json_int_t)sum->p999,
			 "hist", histogram_of(node, totals));
}

static json_t *losses_of(const struct fgagg_totals *totals)
{
	json_t *losses = json_object();
	unsigned int i;

	for (i = 0; i < FGAGG_LOST_NR; i++)
		json_object_set_new(losses, fgagg_tree_loss(i),
				    json_integer(totals->lost[i]));
	return losses;
}

/**
 * fgagg_export_json - write paths as one JSON object
 * @out: where to
 * @ex: what
 *
 * Return: 0 or a negative errno.
 */
int fgagg_export_json(FILE *out, const struct fgagg_export *ex)
{
	const struct fgagg_totals *totals = fgagg_tree_totals(ex->src->tree);
	size_t i;
	int ret;

	fprintf(out, "{\"version\":1,\"clock_khz\":%llu,\"hook\":",
		totals->clock_khz);
	ret = fgagg_json_write(out, json_string(totals->hook), JSON_FLAGS);
	fputs(",\"losses\":", out);
	if (!ret)
		ret = fgagg_json_write(out, losses_of(totals), JSON_FLAGS);
	fputs(",\"paths\":[", out);
	for (i = 0; !ret && i < ex->paths.nr; i++) {
		fputs(i ? ",\n" : "\n", out);
		ret = fgagg_json_write(out, object_of(ex->paths.rows[i], totals), JSON_FLAGS);
	}
	fputs("\n]}\n", out);
	return ret;
}

/**
 * fgagg_export_ndjson - write paths as JSON objects, each on a line
 * @out: where to
 * @ex: what
 *
 * Return: 0 or a negative errno.
 */
int fgagg_export_ndjson(FILE *out, const struct fgagg_export *ex)
{
	const struct fgagg_totals *totals = fgagg_tree_totals(ex->src->tree);
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < ex->paths.nr; i++) {
		ret = fgagg_json_write(out, object_of(ex->paths.rows[i], totals), JSON_FLAGS);
		fputc('\n', out);
	}
	return ret;
}
