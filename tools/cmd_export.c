// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"
#include "output.h"
#include "query.h"

enum {
	OPT_FORMAT = 0x300,
	OPT_TOP,
	OPT_DEPTH,
	OPT_MIN_COUNT,
	OPT_BUCKETS,
};

/* A function or a path, and two runs. */
#define MAX_OPERANDS	3

/**
 * struct options - the options of this command
 * @env: those of every command
 * @sel: which paths
 * @range: which intervals
 * @format: what to write, NULL if the file's name says it
 * @output: the file, NULL for standard output
 * @top: write at most so many paths, 0 for all
 * @all_buckets: do not merge buckets
 * @operands: what is no option, in order
 * @nr_operands: number of @operands
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_select sel;
	struct fgagg_range range;
	const struct fgagg_format *format;
	const char *output;
	__u64 top;
	bool all_buckets;
	char *operands[MAX_OPERANDS];
	unsigned int nr_operands;
};

static const struct argp_option options[] = {
	{ .name = "format", .key = OPT_FORMAT, .arg = "FORMAT",
	  .doc = "What to write (default: as the suffix of FILE says)" },
	{ .name = "output", .key = 'o', .arg = "FILE",
	  .doc = "Where to (default: standard output)" },
	{ .name = "depth", .key = OPT_DEPTH, .arg = "N",
	  .doc = "Only paths of at most N functions" },
	{ .name = "min-count", .key = OPT_MIN_COUNT, .arg = "N",
	  .doc = "Only paths with at least N calls" },
	{ .name = "top", .key = OPT_TOP, .arg = "N",
	  .doc = "Only the first N paths" },
	{ .name = "buckets", .key = OPT_BUCKETS, .arg = "WHICH",
	  .doc = "Of metrics: ladder (default; 100 ns to 10 s by 1, 2 and 5) "
		 "or all, those of the module" },
	{ 0 }
};

static error_t parse_format(struct argp_state *state, struct options *opts,
			    const char *name)
{
	opts->format = fgagg_export_named(name);
	if (!opts->format)
		return fgagg_options_usage(state,
				       "--format takes one of those that the help lists, not '%s'",
				       name);
	return 0;
}

static error_t parse_buckets(struct argp_state *state, struct options *opts,
			     const char *which)
{
	opts->all_buckets = !strcmp(which, "all");
	if (!opts->all_buckets && strcmp(which, "ladder"))
		return fgagg_options_usage(state,
				       "--buckets takes ladder or all, not '%s'",
				       which);
	return 0;
}

static error_t parse_depth(struct argp_state *state, struct options *opts,
			   const char *text)
{
	error_t err;
	__u64 depth;

	err = fgagg_options_number(state, "--depth", text,
				   FGAGG_TREE_DEPTH_MAX, &depth);
	if (!err)
		opts->sel.filter.depth = depth;
	return err;
}

/* The format, and if none was given, that of the file. */
static error_t check_format(struct argp_state *state, struct options *opts)
{
	if (!opts->format && opts->output)
		opts->format = fgagg_export_of_file(opts->output);
	if (!opts->format && opts->output)
		return fgagg_options_usage(state,
				       "the suffix of '%s' is of no format: give --format",
				       opts->output);
	if (!opts->format)
		return fgagg_options_usage(state, "no format: give --format, or --output with a suffix that says it");
	if (opts->format->binary && !opts->output && isatty(STDOUT_FILENO))
		return fgagg_options_usage(state,
				       "%s is binary and not for a terminal: give --output",
				       opts->format->name);
	return 0;
}

/* For the others a function is --func; of one, no path is left out. */
static error_t check_one(struct argp_state *state, const struct options *opts)
{
	if (!opts->nr_operands)
		return fgagg_options_usage(state,
				       "%s is of one distribution: name a function or a path, as in 'fgagg export --format %s udp_sendmsg'",
				       opts->format->name, opts->format->name);
	if (opts->sel.filter.func || opts->sel.filter.depth ||
	    opts->sel.filter.min_count || opts->top)
		return fgagg_options_usage(state,
				       "%s is of all paths that are named: --func, --depth, --min-count and --top select none of them",
				       opts->format->name);
	return 0;
}

static error_t check_runs(struct argp_state *state, const struct options *opts)
{
	const struct fgagg_format *format = opts->format;
	unsigned int max = format->one + format->max_runs;

	if (opts->nr_operands < format->one + format->min_runs)
		return fgagg_options_usage(state, "%s needs two runs, the older one first",
				       format->name);
	if (opts->nr_operands > max)
		return fgagg_options_usage(state,
				       "unexpected argument '%s': %s takes %u run%s",
				       opts->operands[max], format->name,
				       format->max_runs,
				       format->max_runs == 1 ? "" : "s");
	return 0;
}

/* Once all is known: whether the format fits what is to be exported. */
static error_t check(struct argp_state *state, struct options *opts)
{
	error_t err = check_format(state, opts);

	if (!err && opts->format->one)
		err = check_one(state, opts);
	return err ? err : check_runs(state, opts);
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
	case OPT_FORMAT:
		return parse_format(state, opts, arg);
	case 'o':
		opts->output = arg;
		return 0;
	case OPT_DEPTH:
		return parse_depth(state, opts, arg);
	case OPT_MIN_COUNT:
		return fgagg_options_number(state, "--min-count", arg,
					INT64_MAX, &opts->sel.filter.min_count);
	case OPT_TOP:
		return fgagg_options_number(state, "--top", arg, INT64_MAX,
					&opts->top);
	case OPT_BUCKETS:
		return parse_buckets(state, opts, arg);
	case ARGP_KEY_ARG:
		if (opts->nr_operands == MAX_OPERANDS)
			return ARGP_ERR_UNKNOWN;
		opts->operands[opts->nr_operands++] = arg;
		return 0;
	case ARGP_KEY_END:
		return check(state, opts);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Appends the table of formats to the help. */
static char *help_filter(int key, const char *text, void *input)
{
	const struct fgagg_format *format;
	char *help = NULL;
	size_t size, i;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&help, &size);
	if (!out)
		return (char *)text;
	fprintf(out, "%s\n", text);
	for (i = 0; (format = fgagg_export_format(i)); i++)
		fprintf(out, "  %-12s %-16s %s\n", format->name,
			format->suffix, format->summary);
	fputs("\nExamples:\n"
	      "  fgagg export -o udp.pb.gz udp.fgagg && go tool pprof -http : udp.pb.gz\n"
	      "  fgagg export --format folded-diff old.fgagg new.fgagg |\n"
	      "	flamegraph.pl --countname ns >diff.svg\n"
	      "  fgagg export -o change.html old.fgagg new.fgagg\n"
	      "  fgagg export -o nf.hgrm nf_hook_slow run.fgagg\n"
	      "  fgagg export --depth 4 -o /var/lib/prometheus/node-exporter/fgagg.prom",
	      out);
	fclose(out);
	return help;
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
	.args_doc = "[FUNCTION|PATH] [RUN...]",
	.doc = "Write call paths in a format of another program.\n"
	       "\vRUN is a run file or a copy of the file snapshot; without it the live module\n"
	       "is read.  folded-diff takes two, the older one first, html one or two.  hgrm\n"
	       "takes a FUNCTION or a PATH, as hist does.  A FILE takes the place of one of\n"
	       "its name only once it is whole.\n\n"
	       "Formats, and the suffixes that stand for them:",
	.children = children,
	.help_filter = help_filter,
};

static int choose(const struct options *opts, const struct fgagg_source *src,
		  struct fgagg_paths *paths)
{
	if (fgagg_view_rows(src->tree, &opts->sel.filter, opts->sel.sort,
			    &paths->rows, &paths->nr))
		return -ENOMEM;
	if (opts->top && opts->top < paths->nr)
		paths->nr = opts->top;
	return 0;
}

/* To a file, which on failure stays as it was, or to standard output. */
static int write_out(const struct options *opts, const struct fgagg_export *ex)
{
	struct fgagg_output *output = NULL;
	struct fgagg_error err;
	FILE *out = stdout;
	int ret;

	if (opts->output) {
		if (fgagg_output_open(opts->output, &output, &err))
			return fgagg_cmd_fail(&err);
		out = fgagg_output_file(output);
	}
	ret = opts->format->write(out, ex);
	/* That something could not be written is found out below. */
	if (ret && !ferror(out)) {
		fgagg_error_set(&err, ret, "cannot write %s: %s",
				opts->format->name, strerror(-ret));
		fgagg_output_abort(output);
		return fgagg_cmd_fail(&err);
	}
	if (!opts->output)
		return fgagg_cmd_flush();
	return fgagg_output_commit(output, &err) ? fgagg_cmd_fail(&err) :
						   FGAGG_EXIT_OK;
}

/* What the format cannot say is said here. */
static void warn_of_losses(const struct fgagg_source *src)
{
	const struct fgagg_totals *totals = fgagg_tree_totals(src->tree);
	__u64 lost = 0;
	unsigned int i;

	for (i = 0; i < FGAGG_LOST_NR; i++)
		lost += totals->lost[i];
	if (lost)
		fgagg_cmd_warn("%llu of %llu calls were lost and are not part of what is exported",
			       lost, totals->entered);
}

static int export(const struct options *opts, const struct fgagg_query *query,
		  struct fgagg_export *ex)
{
	struct fgagg_node sum = { 0 };
	struct fgagg_error err;
	int status;

	if (choose(opts, ex->src, &ex->paths) ||
	    (ex->base && choose(opts, ex->base, &ex->base_paths))) {
		fgagg_error_nomem(&err);
		status = fgagg_cmd_fail(&err);
		goto free;
	}
	if (opts->format->one &&
	    fgagg_query_sum(query, ex->src->tree, &sum, &err)) {
		status = fgagg_cmd_fail(&err);
		goto free;
	}
	ex->sum = &sum;
	if (!opts->format->losses) {
		warn_of_losses(ex->src);
		if (ex->base)
			warn_of_losses(ex->base);
	}
	status = write_out(opts, ex);
free:
	free(ex->paths.rows);
	free(ex->base_paths.rows);
	fgagg_dist_free(&sum.dist);
	ex->sum = NULL;
	return status;
}

/* What was recorded is not to be had again. */
static int check_output(const struct options *opts, char *const *runs,
			unsigned int nr)
{
	unsigned int i;

	for (i = 0; opts->output && i < nr; i++) {
		if (!fgagg_output_replaces(opts->output, runs[i]))
			continue;
		fgagg_cmd_warn("%s would be overwritten: give --output another name",
			       runs[i]);
		return FGAGG_EXIT_FAILED;
	}
	return FGAGG_EXIT_OK;
}

/* One run, or none for the live module, or two, the older one first. */
static int load_and_export(const struct options *opts,
			   const struct fgagg_query *query)
{
	char *const *runs = opts->operands + opts->format->one;
	unsigned int nr = opts->nr_operands - opts->format->one;
	struct fgagg_export ex = {
		.all_buckets = opts->all_buckets,
		.path = nr ? runs[nr - 1] : NULL,
		.base_path = nr == 2 ? runs[0] : NULL,
	};
	struct fgagg_source src, base;
	int status;

	status = check_output(opts, runs, nr);
	if (status)
		return status;
	status = fgagg_cmd_load_range(opts->env, nr ? runs[nr - 1] : NULL,
				      &opts->sel.cpus, &opts->range, &src);
	if (status)
		return status;
	ex.src = &src;
	if (nr == 2) {
		status = fgagg_cmd_load_range(opts->env, runs[0],
					      &opts->sel.cpus, &opts->range,
					      &base);
		if (status)
			goto free;
		ex.base = &base;
	}
	status = export(opts, query, &ex);
	if (ex.base)
		fgagg_source_free(&base);
free:
	fgagg_source_free(&src);
	return status;
}

int fgagg_cmd_export(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct fgagg_query query = { 0 };
	struct fgagg_error err;
	int status;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	query.filter = opts.sel.filter;
	if (opts.format->one &&
	    fgagg_query_parse(&query, opts.operands[0], &err)) {
		fgagg_cmd_fail(&err);
		return FGAGG_EXIT_USAGE;
	}
	return load_and_export(&opts, &query);
}
