// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

enum {
	OPT_SKIPPED = 0x300,
	OPT_SETS,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @what: 0 for functions that are hooked, or OPT_SKIPPED or OPT_SETS
 */
struct options {
	struct fgagg_env *env;
	int what;
};

static const struct argp_option options[] = {
	{ .name = "skipped", .key = OPT_SKIPPED,
	  .doc = "Functions and patterns that are not traced, and why" },
	{ .name = "sets", .key = OPT_SETS,
	  .doc = "The sets and the patterns that they stand for" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = opts->env;
		return 0;
	case OPT_SKIPPED:
	case OPT_SETS:
		if (opts->what && opts->what != key)
			return fgagg_options_usage(state,
					       "--skipped and --sets are two lists: give one");
		opts->what = key;
		return 0;
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
	.doc = "List the functions that are traced now.\n"
	       "\vExamples:\n"
	       "  fgagg list | wc -l\n"
	       "  fgagg list --skipped",
	.children = children,
};

/* Lines of "attached" are "hooked\tNAME" or "skipped\tNAME\tREASON". */
static void print_attached(char *text, bool skipped)
{
	char *line, *kind, *name, *reason;

	while ((line = strsep(&text, "\n"))) {
		kind = strsep(&line, "\t");
		name = strsep(&line, "\t");
		reason = line;
		if (!name)
			continue;
		if (!skipped && !strcmp(kind, "hooked"))
			puts(name);
		else if (skipped && !strcmp(kind, "skipped"))
			printf("%-40s %s\n", name, reason ? reason : "");
	}
}

int fgagg_cmd_list(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct fgagg_live *live;
	struct fgagg_error err;
	int status, ret;
	char *text;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	status = fgagg_cmd_live(env, &live);
	if (status)
		return status;
	ret = fgagg_live_read(live, opts.what == OPT_SETS ? "sets" : "attached",
			      &text, NULL, &err);
	fgagg_live_free(live);
	if (ret)
		return fgagg_cmd_fail(&err);
	fgagg_cmd_page(env);
	if (opts.what == OPT_SETS)
		fputs(text, stdout);
	else
		print_attached(text, opts.what == OPT_SKIPPED);
	free(text);
	return fgagg_cmd_flush();
}
