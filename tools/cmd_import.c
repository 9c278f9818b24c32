// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counter.h"
#include "file.h"
#include "funcgraph.h"
#include "identity.h"
#include "input.h"
#include "output.h"
#include "progress.h"
#include "runfile.h"

/**
 * struct options - the options of this command
 * @env: those of every command
 * @output: the run file
 * @logs: what to import, up to a NULL
 */
struct options {
	struct fgagg_env *env;
	const char *output;
	char **logs;
};

static const struct argp_option options[] = {
	{ .name = "output", .key = 'o', .arg = "FILE",
	  .doc = "The run file (default run.fgagg)" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opts->env;
		return 0;
	case 'o':
		opts->output = arg;
		return 0;
	case ARGP_KEY_ARGS:
		/* argp has put options before them. */
		opts->logs = &state->argv[state->next];
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		return fgagg_options_usage(state,
					   "no log: name a file of function_graph's output, or - for standard input");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "LOG...",
	.doc = "Make a run file of what the function_graph tracer has printed, for all other\n"
	       "commands to work on.\n"
	       "\vA LOG is ftrace's file trace or what came out of trace_pipe, or the output\n"
	       "of 'trace-cmd report', 'perf ftrace' or perf-tools' funcgraph, with any\n"
	       "columns, with or without its line breaks, with other text around it; - is\n"
	       "standard input.  It may be compressed with gzip or zstd.  Several LOGs add up,\n"
	       "each as an interval of the run.\n\n"
	       "Examples:\n"
	       "  fgagg import -o old.fgagg trace.txt && fgagg tree old.fgagg",
	.children = children,
};

/**
 * struct import - an import under way
 * @opts: the options
 * @counter: the calls of all logs so far
 * @writer: the run file, NULL before it has been begun
 * @progress: how far it is
 * @err: what went wrong
 */
struct import {
	const struct options *opts;
	struct fgagg_counter *counter;
	struct fgagg_writer *writer;
	struct fgagg_progress progress;
	struct fgagg_error err;
};

static int parse_log(struct import *im, const char *log,
		     struct fgagg_input *input, struct fgagg_funcgraph *parser)
{
	const char *buf;
	size_t len;
	int ret;

	for (;;) {
		ret = fgagg_input_read(input, &buf, &len, &im->err);
		if (ret || !len)
			return ret;
		if (fgagg_funcgraph_feed(parser, buf, len))
			return fgagg_error_nomem(&im->err);
		fgagg_progress_show(&im->progress, log, fgagg_input_done(input),
				    fgagg_input_size(input));
	}
}

static int read_log(struct import *im, const char *log,
		    struct fgagg_funcgraph_counts *counts)
{
	struct fgagg_funcgraph *parser;
	struct fgagg_input *input;
	int ret;

	ret = fgagg_input_open(log, &input, &im->err);
	if (ret)
		return ret;
	parser = fgagg_funcgraph_new(im->counter);
	ret = parser ? parse_log(im, log, input, parser) :
		       fgagg_error_nomem(&im->err);
	if (!ret && fgagg_funcgraph_finish(parser, counts))
		ret = fgagg_error_nomem(&im->err);
	fgagg_progress_end(&im->progress);
	fgagg_funcgraph_free(parser);
	fgagg_input_free(input);
	if (!ret && !counts->calls && !counts->cut_off && !counts->unmatched)
		ret = fgagg_error_set(&im->err, -ENODATA,
				      "no calls: this is not text that the function_graph tracer prints (of a trace.dat, 'trace-cmd report' is)");
	return ret;
}

static int append(struct import *im)
{
	struct fgagg_snap *snap;
	int ret;

	ret = fgagg_counter_snapshot(im->counter, "hook: function_graph\n",
				     &snap, &im->err);
	if (ret)
		return ret;
	ret = fgagg_runfile_append(im->writer, snap, &im->err);
	fgagg_snapshot_free(snap);
	return ret;
}

/* A run is what happens between two snapshots; the first one is empty. */
static int create(struct import *im)
{
	struct fgagg_counter *all = im->counter;
	char *identity;
	int ret;

	identity = fgagg_identity_import(im->opts->logs);
	if (!identity)
		return fgagg_error_nomem(&im->err);
	ret = fgagg_runfile_replace(im->opts->output, identity, &im->writer,
				    &im->err);
	free(identity);
	if (ret)
		return ret;
	im->counter = fgagg_counter_new();
	ret = im->counter ? append(im) : fgagg_error_nomem(&im->err);
	fgagg_counter_free(im->counter);
	im->counter = all;
	return ret;
}

/* Not among what is written, if the run goes to standard output. */
static void say(const struct import *im, const char *log,
		const struct fgagg_funcgraph_counts *counts)
{
	bool mixed = fgagg_file_is_at(STDOUT_FILENO, im->opts->output);

	fprintf(mixed ? stderr : stdout,
		"%s: %llu calls, %llu cut off, %llu unmatched\n", log,
		counts->calls, counts->cut_off, counts->unmatched);
	if (counts->untimed)
		fgagg_cmd_warn("%s: %llu calls have no duration and count as 0 ns: trace with the option funcgraph-duration",
			       log, counts->untimed);
}

static int import_log(struct import *im, const char *log)
{
	struct fgagg_funcgraph_counts counts;
	int ret;

	ret = read_log(im, log, &counts);
	if (ret)
		return fgagg_error_prefix(&im->err, ret, log);
	ret = append(im);
	if (!ret)
		say(im, log, &counts);
	return ret;
}

static int import_all(struct import *im)
{
	char **log;
	int ret;

	im->counter = fgagg_counter_new();
	if (!im->counter)
		return fgagg_error_nomem(&im->err);
	ret = create(im);
	fgagg_progress_start(&im->progress);
	for (log = im->opts->logs; !ret && *log; log++)
		ret = import_log(im, *log);
	fgagg_counter_free(im->counter);
	return ret;
}

/* What is only a part of the logs would look as if it were all of them. */
static int import(struct import *im)
{
	int ret = import_all(im);

	if (!ret)
		return fgagg_runfile_close(im->writer, &im->err);
	fgagg_runfile_abort(im->writer);
	return ret;
}

/* Somebody who puts -o in a wrong place shall not lose a log. */
static int check_output(const struct options *opts, struct fgagg_error *err)
{
	char **name;

	for (name = opts->logs; *name; name++)
		if (fgagg_output_replaces(opts->output, strcmp(*name, "-") ?
							*name : "/dev/stdin"))
			return fgagg_error_set(err, -EEXIST,
					       "%s: is a log and would be overwritten: give another --output",
					       opts->output);
	return 0;
}

int fgagg_cmd_import(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env, .output = "run.fgagg" };
	struct import im = { .opts = &opts };
	int status, ret;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	ret = check_output(&opts, &im.err);
	if (!ret)
		ret = import(&im);
	return ret ? fgagg_cmd_fail(&im.err) : fgagg_cmd_flush();
}
