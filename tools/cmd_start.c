// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "patience.h"

enum {
	OPT_ROOTS = 0x300,
	OPT_DEPTH,
	OPT_TIME,
	OPT_SOFTIRQ,
};

/**
 * struct setting - an option and the file that it goes to
 * @key: of the option
 * @file: name of the file
 * @adds: whether several options make one list; otherwise the last one counts
 * @choice: the two values that are right; NULL if the module has to say
 */
struct setting {
	int key;
	const char *file;
	bool adds;
	const char *choice[2];
};

static const struct setting settings[] = {
	{ 'f', "functions", true, { NULL } },
	{ OPT_ROOTS, "roots", true, { NULL } },
	{ 'p', "pids", true, { NULL } },
	{ 'C', "cpus", true, { NULL } },
	{ OPT_DEPTH, "max_depth", false, { NULL } },
	{ OPT_TIME, "time", false, { "wall", "cpu" } },
	{ OPT_SOFTIRQ, "softirq", false, { "split", "inline" } },
};

#define NR_SETTINGS	ARRAY_SIZE(settings)

/**
 * struct options - the options of this command
 * @env: those of every command
 * @value: for each of the settings what to write, NULL to leave it
 */
struct options {
	struct fgagg_env *env;
	char *value[NR_SETTINGS];
};

static const struct argp_option options[] = {
	{ .name = "functions", .key = 'f', .arg = "PATTERNS",
	  .doc = "Trace name, glob*, glob:mod:MODULE, 'name [MODULE]', !pattern, @set" },
	{ .name = "roots", .key = OPT_ROOTS, .arg = "PATTERNS",
	  .doc = "Record only what runs below these; '' for everything" },
	{ .name = "pid", .key = 'p', .arg = "LIST",
	  .doc = "Record only these tasks, as in 12,34; '' for all" },
	{ .name = "cpu", .key = 'C', .arg = "LIST",
	  .doc = "Record only on these CPUs, as in 0-3,8; '' for all" },
	{ .name = "depth", .key = OPT_DEPTH, .arg = "N",
	  .doc = "Record calls nested no deeper than N" },
	{ .name = "time", .key = OPT_TIME, .arg = "wall|cpu",
	  .doc = "Whether times include those when the task does not run" },
	{ .name = "softirq", .key = OPT_SOFTIRQ, .arg = "split|inline",
	  .doc = "Softirqs that a task runs: apart, or below their caller" },
	{ 0 }
};

/* Patterns of several options of one kind make one list. */
static bool append(char **value, const char *arg)
{
	char *joined;

	if (asprintf(&joined, "%s%s%s", *value ? *value : "",
		     *value ? "," : "", arg) < 0)
		return false;
	free(*value);
	*value = joined;
	return true;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;
	const struct setting *s;
	size_t i;

	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = opts->env;
		return 0;
	}
	for (i = 0; i < NR_SETTINGS; i++) {
		s = &settings[i];
		if (key != s->key)
			continue;
		if (s->choice[0] && strcmp(arg, s->choice[0]) &&
		    strcmp(arg, s->choice[1]))
			return fgagg_options_usage(state,
					       "--%s takes %s or %s, not '%s'",
					       s->file, s->choice[0],
					       s->choice[1], arg);
		if (!s->adds) {
			free(opts->value[i]);
			opts->value[i] = NULL;
		}
		return append(&opts->value[i], arg) ? 0 : ENOMEM;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.doc = "Start tracing.  What no option sets stays as it was.\n"
	       "\v'fgagg list --sets' shows the sets.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg start --functions @stack,@netfilter --roots udp_sendmsg\n"
	       "  fgagg start -f 'tcp_* !tcp_poll' -f '*:mod:virtio_net'\n"
	       "  fgagg start --time cpu --cpu 0-3 --pid \"$(pgrep -d, iperf3)\"",
	.children = children,
};

static int start(const struct options *opts)
{
	struct fgagg_patience patience;
	struct fgagg_live *live;
	struct fgagg_error err;
	int status, ret = 0;
	size_t i;

	status = fgagg_cmd_live(opts->env, &live);
	if (status)
		return status;
	fgagg_patience_start(&patience, "the module");
	for (i = 0; !ret && i < NR_SETTINGS; i++)
		if (opts->value[i])
			ret = fgagg_live_write(live, settings[i].file,
					       opts->value[i], &err);
	if (!ret)
		ret = fgagg_live_write(live, "enable", "1", &err);
	fgagg_patience_end(&patience);
	fgagg_live_free(live);
	return ret ? fgagg_cmd_fail(&err) : FGAGG_EXIT_OK;
}

int fgagg_cmd_start(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	int status;
	size_t i;

	if (fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		status = start(&opts);
	for (i = 0; i < NR_SETTINGS; i++)
		free(opts.value[i]);
	return status;
}
