// SPDX-License-Identifier: GPL-2.0-only
/*
 * speedscope: a file of its own format, with a profile for every context that
 * has paths.  The weight of a stack is its self time.
 */
#include "export.h"

#include <errno.h>
#include <jansson.h>

#include "json.h"
#include "names.h"
#include "view.h"

/* What speedscope knows its files by. */
#define SCHEMA	"https://www.speedscope.app/file-format-schema.json"

static int write_frames(FILE *out, const struct fgagg_names *names)
{
	json_t *name;
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < names->nr; i++) {
		fputs(i ? ",\n{\"name\":" : "\n{\"name\":", out);
		name = json_string(names->name[i]);
		ret = fgagg_json_write(out, name,
				       JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
		fputc('}', out);
	}
	return ret;
}

static void write_stack(FILE *out, const struct fgagg_names *names,
			const struct fgagg_node *node)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	size_t i, n = fgagg_view_path(node, path);

	for (i = 0; i < n; i++)
		fprintf(out, "%c%zu", i ? ',' : '[', names->of[path[i]->order]);
	fputc(']', out);
}

/* The paths of a context: their stacks, and then their weights. */
static void write_profile(FILE *out, const struct fgagg_names *names,
			  const struct fgagg_paths *paths, unsigned int context)
{
	const char *separator = "\n";
	__u64 end = 0;
	size_t i;

	fprintf(out, "{\"type\":\"sampled\",\"name\":\"%s\",\"unit\":\"nanoseconds\",\"startValue\":0,\"samples\":[",
		fgagg_tree_context(context));
	for (i = 0; i < paths->nr; i++) {
		if (paths->rows[i]->context != context)
			continue;
		fputs(separator, out);
		write_stack(out, names, paths->rows[i]);
		separator = ",\n";
	}
	separator = "";
	fputs("\n],\"weights\":[", out);
	for (i = 0; i < paths->nr; i++) {
		if (paths->rows[i]->context != context)
			continue;
		fprintf(out, "%s%llu", separator, paths->rows[i]->sum.self);
		end += paths->rows[i]->sum.self;
		separator = ",";
	}
	fprintf(out, "],\"endValue\":%llu}", end);
}

static bool has_context(const struct fgagg_paths *paths, unsigned int context)
{
	size_t i;

	for (i = 0; i < paths->nr; i++)
		if (paths->rows[i]->context == context)
			return true;
	return false;
}

/**
 * fgagg_export_speedscope - write paths for speedscope
 * @out: where to
 * @ex: what
 *
 * Return: 0; -ENOMEM; -EIO if it could not be written or memory is out.
 */
int fgagg_export_speedscope(FILE *out, const struct fgagg_export *ex)
{
	const char *separator = "\n";
	struct fgagg_names names;
	unsigned int context;
	int ret;

	ret = fgagg_names_init(&names, ex->src->tree);
	if (ret)
		goto free;
	fprintf(out, "{\"$schema\":\"%s\",\"exporter\":\"fgagg %s\",\"shared\":{\"frames\":[",
		SCHEMA, FGAGG_VERSION);
	ret = write_frames(out, &names);
	fputs("\n]},\"profiles\":[", out);
	for (context = 0; context < FGAGG_CTX_NR; context++) {
		if (!has_context(&ex->paths, context))
			continue;
		fputs(separator, out);
		write_profile(out, &names, &ex->paths, context);
		separator = ",\n";
	}
	fputs("\n]}\n", out);
free:
	fgagg_names_free(&names);
	return ret;
}
