// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "condition.h"
#include "diffview.h"
#include "export.h"
#include "identity.h"

enum {
	OPT_JSON = 0x300,
	OPT_TOP,
	OPT_CHANGED,
	OPT_FAIL_IF,
	OPT_ALPHA,
	OPT_MIN_CHANGE,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @sel: which paths
 * @range: which intervals, of both runs
 * @json: write JSON
 * @changed: only paths with a change that is told from noise
 * @top: show at most so many, 0 for all
 * @alpha: see &struct fgagg_compare
 * @min_change: see &struct fgagg_compare
 * @conditions: of --fail-if, room for as many as there are words
 * @nr_conditions: number of @conditions
 * @paths: the two runs; the second is NULL for the live module
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_select sel;
	struct fgagg_range range;
	bool json;
	bool changed;
	__u64 top;
	double alpha;
	double min_change;
	struct fgagg_condition *conditions;
	size_t nr_conditions;
	const char *paths[2];
};

static const struct argp_option options[] = {
	{ .name = "json", .key = OPT_JSON, .doc = "Write JSON" },
	{ .name = "top", .key = OPT_TOP, .arg = "N",
	  .doc = "Only the first N paths" },
	{ .name = "changed", .key = OPT_CHANGED,
	  .doc = "Only paths that appear, vanish, or change by more than noise" },
	{ .name = "fail-if", .key = OPT_FAIL_IF, .arg = "CONDITION",
	  .doc = "Exit with status 3 if it holds for a path, as in 'p99 > +10%' or "
		 "'udp_sendmsg: max > 2ms'; may be given more than once" },
	{ .name = "alpha", .key = OPT_ALPHA, .arg = "P",
	  .doc = "Significant is what is less probable by chance (default: 0.01)" },
	{ .name = "min-change", .key = OPT_MIN_CHANGE, .arg = "PERCENT",
	  .doc = "What has changed less is noise (default: 5%)" },
	{ 0 }
};

static error_t parse_share(struct argp_state *state, const char *option,
			   const char *text, double scale, double *value)
{
	char *end;

	*value = strtod(text, &end) / scale;
	if (end != text && *end == '%' && scale > 1)
		end++;
	if (end == text || *end || !(*value >= 0 && *value <= 1))
		return fgagg_options_usage(state,
					   "%s takes a number from 0 to %g, not '%s'",
					   option, scale, text);
	return 0;
}

static error_t add_condition(struct argp_state *state, struct options *opts,
			     const char *text)
{
	struct fgagg_condition *cond = &opts->conditions[opts->nr_conditions++];
	struct fgagg_error err;

	if (fgagg_condition_parse(cond, text, &err))
		return fgagg_options_usage(state, "--fail-if: %s", err.text);
	return 0;
}

static error_t parse_run(struct argp_state *state, struct options *opts,
			 const char *path)
{
	if (opts->paths[1])
		return fgagg_options_usage(state,
					   "diff compares two runs, '%s' is one too many",
					   path);
	opts->paths[!!opts->paths[0]] = path;
	return 0;
}

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
		opts->json = true;
		return 0;
	case OPT_CHANGED:
		opts->changed = true;
		return 0;
	case OPT_TOP:
		return fgagg_options_number(state, "--top", arg, INT64_MAX,
					    &opts->top);
	case OPT_FAIL_IF:
		return add_condition(state, opts, arg);
	case OPT_ALPHA:
		return parse_share(state, "--alpha", arg, 1, &opts->alpha);
	case OPT_MIN_CHANGE:
		return parse_share(state, "--min-change", arg, 100,
				   &opts->min_change);
	case ARGP_KEY_ARG:
		return parse_run(state, opts, arg);
	case ARGP_KEY_NO_ARGS:
		return fgagg_options_usage(state, "no run to compare with");
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
	.args_doc = "BASE [NEW]",
	.doc = "Compare two runs, path by path; what changed most comes first.\n"
	       "\vBASE and NEW are run files, or copies of the file snapshot; without NEW the\n"
	       "live module is read.  Counts and sums are per second if both were recorded.\n"
	       "A * marks a change that is told from noise.  Intervals and hosts are chosen of\n"
	       "both.\n\n"
	       "Examples:\n"
	       "  fgagg diff --changed before.fgagg after.fgagg\n"
	       "  fgagg diff --fail-if 'udp_sendmsg: p99 > +10%' before.fgagg after.fgagg\n"
	       "  fgagg diff --host client --interval 10.. monday.fgagg tuesday.fgagg",
	.children = children,
};

static void print_run(const char *what, const char *path,
		      const struct fgagg_source *src)
{
	printf("# %s: %s\n", what, path ? path : "the live module");
	fgagg_identity_print(stdout, src->run, &src->range, src->duration);
	fgagg_view_print_losses(stdout, fgagg_tree_totals(src->tree));
}

static void print_text(const struct options *opts,
		       const struct fgagg_compare *cmp,
		       const struct fgagg_pair *const *rows, size_t nr)
{
	bool color = fgagg_print_in_color(opts->env->color, stdout);
	size_t i;

	print_run("base", opts->paths[0], cmp->base);
	print_run("new", opts->paths[1], cmp->now);
	fgagg_diffview_print_titles(stdout, cmp);
	for (i = 0; i < nr; i++)
		fgagg_diffview_print_row(stdout, cmp, rows[i], color);
}

/* A condition on a path that is misspelt would never hold. */
static int check_condition(const struct options *opts,
			   const struct fgagg_condition *cond,
			   const struct fgagg_compare *cmp)
{
	const struct fgagg_pair *pair;
	int status = FGAGG_EXIT_OK;
	bool about = !cond->path;

	for (pair = cmp->pairs; pair < cmp->pairs + cmp->nr; pair++) {
		if (!fgagg_view_selects(fgagg_compare_node(pair),
					&opts->sel.filter))
			continue;
		about |= fgagg_condition_is_about(cond, pair);
		if (!fgagg_condition_holds(cond, cmp, pair))
			continue;
		fflush(stdout);
		fgagg_diffview_print_violation(stderr, cond, cmp, pair);
		status = FGAGG_EXIT_CONDITION;
	}
	if (about)
		return status;
	fgagg_cmd_warn("--fail-if '%s': there is no such path in either run%s",
		       cond->text,
		       opts->sel.filter.func || opts->sel.filter.some_context ?
			       ", of those that are selected" : "");
	return FGAGG_EXIT_FAILED;
}

static int show(const struct options *opts, const struct fgagg_compare *cmp)
{
	const struct fgagg_pair **rows;
	struct fgagg_error err;
	int ret = 0;
	size_t nr;

	rows = fgagg_diffview_rows(cmp, &opts->sel, opts->changed, &nr);
	if (!rows) {
		fgagg_error_nomem(&err);
		return fgagg_cmd_fail(&err);
	}
	if (opts->top && opts->top < nr)
		nr = opts->top;
	if (opts->json)
		ret = fgagg_export_diff(stdout, cmp, rows, nr);
	else
		print_text(opts, cmp, rows, nr);
	free(rows);
	if (ret) {
		fgagg_error_set(&err, ret, "cannot write JSON: %s",
				strerror(-ret));
		return fgagg_cmd_fail(&err);
	}
	return fgagg_cmd_flush();
}

static int compare(const struct options *opts, struct fgagg_source *base,
		   struct fgagg_source *now)
{
	struct fgagg_compare cmp = {
		.base = base,
		.now = now,
		.alpha = opts->alpha,
		.min_change = opts->min_change,
	};
	struct fgagg_error err;
	int status, held, ret;
	size_t i;

	ret = fgagg_compare_pair(&cmp, &err);
	if (!ret && !fgagg_compare_by_stretches(&cmp, &ret, &err))
		fgagg_compare_by_calls(&cmp);
	if (ret) {
		fgagg_compare_free(&cmp);
		return fgagg_cmd_fail(&err);
	}
	status = show(opts, &cmp);
	for (i = 0; i < opts->nr_conditions; i++) {
		held = check_condition(opts, &opts->conditions[i], &cmp);
		/* What could not be done outweighs what was found. */
		if (held && status != FGAGG_EXIT_FAILED)
			status = held;
	}
	fgagg_compare_free(&cmp);
	return status;
}

static int run(const struct options *opts)
{
	struct fgagg_source base, now;
	int status;

	status = fgagg_cmd_load_range(opts->env, opts->paths[0], &opts->sel.cpus,
				      &opts->range, &base);
	if (status)
		return status;
	status = fgagg_cmd_load_range(opts->env, opts->paths[1], &opts->sel.cpus,
				      &opts->range, &now);
	if (!status) {
		status = compare(opts, &base, &now);
		fgagg_source_free(&now);
	}
	fgagg_source_free(&base);
	return status;
}

int fgagg_cmd_diff(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env, .alpha = 0.01, .min_change = 0.05 };
	struct fgagg_error err;
	int status;
	size_t i;

	opts.conditions = calloc(argc, sizeof(*opts.conditions));
	if (!opts.conditions) {
		fgagg_error_nomem(&err);
		return fgagg_cmd_fail(&err);
	}
	if (fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		status = run(&opts);
	for (i = 0; i < opts.nr_conditions; i++)
		fgagg_condition_free(&opts.conditions[i]);
	free(opts.conditions);
	return status;
}
