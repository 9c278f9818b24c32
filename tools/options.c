// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/* Return values of parsers, apart from those that argp returns by itself. */
#define PARSE_REPORTED	EPROTO
#define PARSE_HELP	ECANCELED

/**
 * fgagg_options_usage - say what is wrong with the options
 * @state: as the parser got it
 * @fmt: as for printf
 *
 * Return: what the parser has to return.
 */
error_t fgagg_options_usage(struct argp_state *state, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "fgagg: %s; see '%s --help'\n", text, state->name);
	return PARSE_REPORTED;
}

/**
 * fgagg_options_number - parse an option's number
 * @state: as the parser got it
 * @option: its name, for the error
 * @text: its value
 * @max: the greatest number; the least is 1
 * @value: set to the number
 *
 * Return: 0, or what the parser has to return.
 */
error_t fgagg_options_number(struct argp_state *state, const char *option,
			     const char *text, __u64 max, __u64 *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	if (!isdigit((unsigned char)*text) || *end || errno || !*value ||
	    *value > max)
		return fgagg_options_usage(state,
				       "%s takes a number from 1 to %llu, not '%s'",
				       option, max, text);
	return 0;
}

/**
 * fgagg_options_interval - parse the option --interval
 * @state: as the parser got it
 * @text: its value
 * @ns: set to the interval
 *
 * Return: 0, or what the parser has to return.
 */
error_t fgagg_options_interval(struct argp_state *state, const char *text,
			       __u64 *ns)
{
	if (fgagg_print_parse_time(text, ns) || *ns < 1000000)
		return fgagg_options_usage(state,
				       "--interval takes seconds, or a time as in 200ms, of 1ms or more, not '%s'",
				       text);
	return 0;
}

/**
 * fgagg_options_context - parse the option --context
 * @state: as the parser got it
 * @text: its value
 * @filter: its context is set
 *
 * Return: 0, or what the parser has to return.
 */
error_t fgagg_options_context(struct argp_state *state, const char *text,
			      struct fgagg_filter *filter)
{
	filter->some_context = true;
	if (fgagg_view_context(text, &filter->context))
		return fgagg_options_usage(state,
				       "--context takes task, softirq, hardirq or nmi, not '%s'",
				       text);
	return 0;
}

/**
 * fgagg_options_range - parse the option --interval of a run file
 * @state: as the parser got it
 * @text: its value
 * @range: set to the intervals
 *
 * Return: 0, or what the parser has to return.
 */
error_t fgagg_options_range(struct argp_state *state, const char *text,
			    struct fgagg_range *range)
{
	if (fgagg_range_parse(text, range))
		return fgagg_options_usage(state,
				       "--interval takes intervals of the run, from 1 on, as in 3, 2..5, 2.. or ..5, not '%s'",
				       text);
	return 0;
}

enum {
	OPT_DEBUGFS = 0x100,
	OPT_COLOR,
	OPT_NO_PAGER,
	OPT_HELP,
	OPT_FUNC,
	OPT_CONTEXT,
	OPT_SORT,
	OPT_INTERVAL,
	OPT_HOST,
};

static const struct argp_option env_options[] = {
	{ .doc = "General options:", .group = -1 },
	{ .name = "debugfs", .key = OPT_DEBUGFS, .arg = "DIR",
	  .doc = "Where debugfs is mounted (default: as /proc/mounts says)" },
	{ .name = "color", .key = OPT_COLOR, .arg = "WHEN",
	  .doc = "Paint slow calls: auto (default), always or never" },
	{ .name = "no-pager", .key = OPT_NO_PAGER,
	  .doc = "Do not show long output page by page" },
	{ .name = "help", .key = OPT_HELP, .doc = "Show this help" },
	{ 0 }
};

static error_t parse_color(struct argp_state *state, struct fgagg_env *env,
			   const char *when)
{
	if (!strcmp(when, "auto"))
		env->color = FGAGG_COLOR_AUTO;
	else if (!strcmp(when, "always"))
		env->color = FGAGG_COLOR_ALWAYS;
	else if (!strcmp(when, "never"))
		env->color = FGAGG_COLOR_NEVER;
	else
		return fgagg_options_usage(state,
				       "--color takes auto, always or never, not '%s'",
				       when);
	return 0;
}

static error_t parse_env(int key, char *arg, struct argp_state *state)
{
	struct fgagg_env *env = state->input;

	switch (key) {
	case OPT_DEBUGFS:
		env->debugfs = arg;
		return 0;
	case OPT_COLOR:
		return parse_color(state, env, arg);
	case OPT_NO_PAGER:
		env->no_pager = true;
		return 0;
	case OPT_HELP:
		argp_help(state->root_argp, stdout, ARGP_HELP_STD_HELP,
			  state->name);
		return PARSE_HELP;
	case ARGP_KEY_ERROR:
		env->stopped = state->next;
		return 0;
	case ARGP_KEY_ARG:
		return fgagg_options_usage(state, "unexpected argument '%s'", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp fgagg_options_env_argp = {
	.options = env_options,
	.parser = parse_env,
};

static const struct argp_option select_options[] = {
	{ .name = "func", .key = OPT_FUNC, .arg = "GLOB",
	  .doc = "Only this function: a name or a glob, 'name [module]' too" },
	{ .name = "context", .key = OPT_CONTEXT, .arg = "CONTEXT",
	  .doc = "Only task, softirq, hardirq or nmi" },
	{ .name = "cpu", .key = 'C', .arg = "LIST",
	  .doc = "Only these CPUs, as in 0-3,8" },
	{ .name = "sort", .key = OPT_SORT, .arg = "KEY",
	  .doc = "By total (default), self, count, max or p99" },
	{ 0 }
};

static error_t parse_cpus(struct argp_state *state, const char *text,
			  struct fgagg_cpulist *cpus)
{
	if (fgagg_cpulist_parse(cpus, text))
		return fgagg_options_usage(state,
				       "--cpu takes a list as in 0-3,8, not '%s'",
				       text);
	return 0;
}

static error_t parse_select(int key, char *arg, struct argp_state *state)
{
	struct fgagg_select *sel = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		sel->sort = "total";
		return 0;
	case OPT_FUNC:
		sel->filter.func = arg;
		return 0;
	case OPT_CONTEXT:
		return fgagg_options_context(state, arg, &sel->filter);
	case 'C':
		return parse_cpus(state, arg, &sel->cpus);
	case OPT_SORT:
		sel->sort = arg;
		if (!fgagg_view_is_sort(arg))
			return fgagg_options_usage(state,
					       "--sort takes total, self, count, max or p99, not '%s'",
					       arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp fgagg_options_select_argp = {
	.options = select_options,
	.parser = parse_select,
};

static const struct argp_option range_options[] = {
	{ .name = "interval", .key = OPT_INTERVAL, .arg = "A..B",
	  .doc = "Only these intervals of the run, from 1 on: N, A..B, A.. or ..B" },
	{ .name = "host", .key = OPT_HOST, .arg = "GLOB",
	  .doc = "Of merged runs, only those with this label" },
	{ 0 }
};

static error_t parse_range(int key, char *arg, struct argp_state *state)
{
	struct fgagg_range *range = state->input;

	switch (key) {
	case OPT_INTERVAL:
		return fgagg_options_range(state, arg, range);
	case OPT_HOST:
		range->host = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp fgagg_options_range_argp = {
	.options = range_options,
	.parser = parse_range,
};

static const struct argp_option times_options[] = {
	{ .name = "interval", .key = 'i', .arg = "A..B|TIME",
	  .doc = "Only these intervals of RUN; without RUN, the time of one (default 1 s)" },
	{ .name = "iterations", .key = 'n', .arg = "N",
	  .doc = "End after N intervals" },
	{ .name = "cpu", .key = 'C', .arg = "LIST",
	  .doc = "Only these CPUs, as in 0-3,8" },
	{ .name = "host", .key = OPT_HOST, .arg = "GLOB",
	  .doc = "Of merged runs, only those with this label" },
	{ 0 }
};

static error_t parse_times(int key, char *arg, struct argp_state *state)
{
	struct fgagg_times *times = state->input;
	struct fgagg_sampling *sampling = &times->sampling;

	switch (key) {
	case 'i':
		times->interval = arg;
		return 0;
	case 'n':
		return fgagg_options_number(state, "--iterations", arg,
					    INT64_MAX, &sampling->count);
	case 'C':
		return parse_cpus(state, arg, &sampling->cpus);
	case OPT_HOST:
		sampling->range.host = arg;
		return 0;
	case ARGP_KEY_END:
		if (sampling->range.host && !sampling->path)
			return fgagg_options_usage(state,
					       "--host goes with a run file");
		/* Only now it is known whether there is a run file. */
		sampling->interval_ns = 1000000000;
		if (!times->interval)
			return 0;
		if (sampling->path)
			return fgagg_options_range(state, times->interval,
						   &sampling->range);
		return fgagg_options_interval(state, times->interval,
					      &sampling->interval_ns);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp fgagg_options_times_argp = {
	.options = times_options,
	.parser = parse_times,
};

/* The option that is @word, as in "--name", "--name=value" or "-n". */
static const struct argp_option *find_option(const struct argp *argp,
					     const char *word)
{
	const struct argp_option *opt = argp->options, *found = NULL;
	const struct argp_child *child = argp->children;
	size_t len = strcspn(word + 2, "=");

	for (; opt && (opt->name || opt->doc); opt++) {
		if (!strncmp(word, "--", 2) ?
		    opt->name && strlen(opt->name) == len &&
		    !strncmp(opt->name, word + 2, len) :
		    !word[2] && opt->key == word[1])
			return opt;
	}
	for (; child && child->argp && !found; child++)
		found = find_option(child->argp, word);
	return found;
}

/* What getopt stumbled over, before the word @next, which argp does not say. */
static void complain(const struct argp *argp, int argc, char **argv, int next)
{
	const char *word = argv[next > 0 && next <= argc ? next - 1 : argc - 1];
	const struct argp_option *opt = NULL;

	/* Of a bunch as in -xyz the word is not done with. */
	if (*word != '-' && next < argc)
		word = argv[next];
	if (word[0] == '-' && word[1])
		opt = find_option(argp, word);
	if (!opt)
		fgagg_cmd_warn("unknown or ambiguous option '%s'; see '%s --help'",
			       word, argv[0]);
	else
		fgagg_cmd_warn("option '%.*s' takes %s; see '%s --help'",
			       (int)strcspn(word, "="), word,
			       opt->arg ? "a value" : "no value", argv[0]);
}

/**
 * fgagg_options_parse - parse a command's options
 * @argp: of the command, with &fgagg_options_env_argp as a child
 * @flags: ARGP_IN_ORDER or 0
 * @argc: length of @argv
 * @argv: the command and its options
 * @input: for the parser of @argp
 * @env: for that of &fgagg_options_env_argp
 * @status: set to the exit status if there is nothing more to do
 *
 * Return: true if the command shall run.
 */
bool fgagg_options_parse(const struct argp *argp, unsigned int flags, int argc,
			 char **argv, void *input, struct fgagg_env *env,
			 int *status)
{
	error_t err;

	flags |= ARGP_NO_ERRS | ARGP_NO_HELP;
	err = argp_parse(argp, argc, argv, flags, NULL, input);
	switch (err) {
	case 0:
		return true;
	case PARSE_HELP:
		*status = fgagg_cmd_flush();
		return false;
	case ENOMEM:
		fgagg_cmd_warn("out of memory");
		*status = FGAGG_EXIT_FAILED;
		return false;
	case PARSE_REPORTED:
		break;
	default:
		complain(argp, argc, argv, env->stopped);
	}
	*status = FGAGG_EXIT_USAGE;
	return false;
}

static error_t parse_plain(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key != ARGP_KEY_INIT)
		return ARGP_ERR_UNKNOWN;
	state->child_inputs[0] = state->input;
	return 0;
}

/**
 * fgagg_options_parse_plain - parse for a command without options of its own
 * @doc: what the command does
 * @argc: length of @argv
 * @argv: the command and its options
 * @env: set
 * @status: as for fgagg_options_parse()
 *
 * Return: true if the command shall run.
 */
bool fgagg_options_parse_plain(const char *doc, int argc, char **argv,
			       struct fgagg_env *env, int *status)
{
	static const struct argp_child children[] = {
		{ .argp = &fgagg_options_env_argp },
		{ 0 }
	};
	const struct argp argp = {
		.parser = parse_plain,
		.doc = doc,
		.children = children,
	};

	return fgagg_options_parse(&argp, 0, argc, argv, env, env, status);
}
