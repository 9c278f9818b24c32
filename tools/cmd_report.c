// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "identity.h"

enum {
	OPT_JSON = 0x300,
	OPT_FOLDED,
	OPT_TOP,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @sel: which paths
 * @range: which intervals
 * @format: 0 for text, or OPT_JSON or OPT_FOLDED
 * @top: show at most so many, 0 for all
 * @path: a file instead of the live module
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_select sel;
	struct fgagg_range range;
	int format;
	__u64 top;
	const char *path;
};

static const struct argp_option options[] = {
	{ .name = "json", .key = OPT_JSON, .doc = "Write JSON" },
	{ .name = "folded", .key = OPT_FOLDED,
	  .doc = "Write folded stacks with self times in ns, for flame graphs" },
	{ .name = "top", .key = OPT_TOP, .arg = "N",
	  .doc = "Only the first N paths" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opts->sel;
		state->child_inputs[1] = &opts->range;
		state->child_inputs[2] = opts->env;
		return 0;
	case OPT_JSON:
	case OPT_FOLDED:
		if (opts->format && opts->format != key)
			return fgagg_options_usage(state,
					       "--json and --folded are two formats: give one");
		opts->format = key;
		return 0;
	case OPT_TOP:
		return fgagg_options_number(state, "--top", arg, INT64_MAX,
					&opts->top);
	case ARGP_KEY_ARG:
		if (opts->path)
			return ARGP_ERR_UNKNOWN;
		opts->path = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_select_argp },
	{ .argp = &fgagg_options_range_argp },
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[RUN]",
	.doc = "List call paths with their number of calls and their times.\n"
	       "\vRUN is a run file, of which is reported what happened during the run, or a\n"
	       "copy of the file snapshot; without it the live module is read, since its\n"
	       "last reset.  With --func, the paths that end in the function are listed.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg report --sort p99 --top 10 udp.fgagg\n"
	       "  fgagg report --json | jq '.paths[] | select(.p99_ns > 100000)'\n"
	       "  fgagg report --folded run.fgagg | flamegraph.pl >run.svg",
	.children = children,
};

static void print_text(const struct options *opts,
		       const struct fgagg_source *src,
		       struct fgagg_node *const *rows, size_t nr)
{
	bool color = fgagg_print_in_color(opts->env->color, stdout);
	size_t i;

	fgagg_identity_print(stdout, src->run, &src->range, src->duration);
	fgagg_view_print_losses(stdout, fgagg_tree_totals(src->tree));
	fgagg_view_print_titles(stdout, "call path");
	for (i = 0; i < nr; i++) {
		fgagg_view_print_columns(stdout, &rows[i]->sum, color);
		fputs("  ", stdout);
		fgagg_view_print_path(stdout, rows[i]);
		putchar('\n');
	}
}

static int report(const struct options *opts, const struct fgagg_source *src)
{
	struct fgagg_export ex = { .src = src };
	struct fgagg_error err;
	int ret = 0;

	if (fgagg_view_rows(src->tree, &opts->sel.filter, opts->sel.sort,
			    &ex.paths.rows, &ex.paths.nr)) {
		fgagg_error_nomem(&err);
		return fgagg_cmd_fail(&err);
	}
	if (opts->top && opts->top < ex.paths.nr)
		ex.paths.nr = opts->top;
	fgagg_cmd_page(opts->env);
	if (opts->format == OPT_JSON)
		ret = fgagg_export_json(stdout, &ex);
	else if (opts->format == OPT_FOLDED)
		ret = fgagg_export_folded(stdout, &ex);
	else
		print_text(opts, src, ex.paths.rows, ex.paths.nr);
	free(ex.paths.rows);
	if (ret) {
		fgagg_error_set(&err, ret, "cannot write the report: %s",
				strerror(-ret));
		return fgagg_cmd_fail(&err);
	}
	return fgagg_cmd_flush();
}

int fgagg_cmd_report(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct fgagg_source src;
	int status;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	status = fgagg_cmd_load_range(env, opts.path, &opts.sel.cpus,
				      &opts.range, &src);
	if (status)
		return status;
	status = report(&opts, &src);
	fgagg_source_free(&src);
	return status;
}
