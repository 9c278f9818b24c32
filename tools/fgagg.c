// SPDX-License-Identifier: GPL-2.0-only
/*
 * fgagg: reads the latencies of kernel call paths that the module counts.
 *
 * This file holds the table of commands.  Each is in a file of its own; what
 * they share is in cmd.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "pager.h"

/**
 * struct command - one command
 * @name: what the user types
 * @run: does it; gets its name and options, and returns the exit status
 * @summary: for the help
 */
struct command {
	const char *name;
	int (*run)(struct fgagg_env *env, int argc, char **argv);
	const char *summary;
};

static const struct command commands[] = {
	{ "status", fgagg_cmd_status, "state, losses and memory of the module" },
	{ "start", fgagg_cmd_start, "start tracing, with these settings" },
	{ "stop", fgagg_cmd_stop, "stop tracing; what was counted stays" },
	{ "reset", fgagg_cmd_reset, "set all counts to zero" },
	{ "doctor", fgagg_cmd_doctor, "check what tracing needs on this machine" },
	{ "list", fgagg_cmd_list, "functions that are traced, or why not; sets" },
	{ "tree", fgagg_cmd_tree, "call paths as a tree, as function_graph does" },
	{ "top", fgagg_cmd_top, "busiest call paths, live" },
	{ "hist", fgagg_cmd_hist, "distribution of a function or call path" },
	{ "heatmap", fgagg_cmd_heatmap, "distribution over time" },
	{ "stat", fgagg_cmd_stat, "rates, interval by interval" },
	{ "record", fgagg_cmd_record, "take snapshots while a command runs" },
	{ "import", fgagg_cmd_import, "make a run file of a log of function_graph" },
	{ "report", fgagg_cmd_report, "call paths as a list, JSON or folded stacks" },
	{ "export", fgagg_cmd_export, "call paths for flame graphs, pprof, Prometheus" },
	{ "merge", fgagg_cmd_merge, "put the runs of many machines in one file" },
	{ "diff", fgagg_cmd_diff, "what has changed from one run to another" },
};

#define NR_COMMANDS	ARRAY_SIZE(commands)

/**
 * struct options - what comes before the command
 * @env: options that all commands share
 * @version: print the version
 * @command: index of the command, 0 if there is none
 */
struct options {
	struct fgagg_env env;
	bool version;
	int command;
};

enum {
	OPT_VERSION = 0x200,
};

static const struct argp_option options[] = {
	{ .name = "version", .key = OPT_VERSION, .doc = "Show the version",
	  .group = 1 },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opts->env;
		return 0;
	case OPT_VERSION:
		opts->version = true;
		return 0;
	case ARGP_KEY_ARG:
		/* The rest is for the command to parse. */
		opts->command = state->next - 1;
		state->next = state->argc;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* Appends the table of commands to the help. */
static char *help_filter(int key, const char *text, void *input)
{
	char *help = NULL;
	size_t size, i;
	FILE *out;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	out = open_memstream(&help, &size);
	if (!out)
		return (char *)text;
	fputs("Commands:\n", out);
	for (i = 0; i < NR_COMMANDS; i++)
		fprintf(out, "  %-8s %s\n", commands[i].name,
			commands[i].summary);
	fputs("\n'fgagg COMMAND --help' says more.", out);
	fclose(out);
	return help;
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "COMMAND [OPTION...]",
	.doc = "Latency of every kernel call path, from the fgagg module.\v ",
	.children = children,
	.help_filter = help_filter,
};

static int run_command(struct fgagg_env *env, int argc, char **argv)
{
	char title[32];
	size_t i;

	for (i = 0; i < NR_COMMANDS; i++) {
		if (strcmp(argv[0], commands[i].name))
			continue;
		snprintf(title, sizeof(title), "fgagg %s", commands[i].name);
		argv[0] = title;
		return commands[i].run(env, argc, argv);
	}
	fgagg_cmd_warn("unknown command '%s'; see 'fgagg --help'", argv[0]);
	return FGAGG_EXIT_USAGE;
}

static void do_nothing(int sig)
{
	(void)sig;
}

/*
 * To write more than ulimit -f allows shall be an error as any other.  Unlike
 * SIG_IGN, a handler is not inherited by commands that are run.
 */
static void survive_limit(void)
{
	if (signal(SIGXFSZ, do_nothing) == SIG_IGN)
		signal(SIGXFSZ, SIG_IGN);
}

/* No file that is opened shall be taken for standard output; that cannot be written. */
static void fill_standard(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	close(fd);
}

int main(int argc, char **argv)
{
	char name[] = "fgagg";
	struct options opts = { 0 };
	int status;

	fill_standard();
	survive_limit();
	if (argc)
		argv[0] = name;
	if (!fgagg_options_parse(&argp, ARGP_IN_ORDER, argc, argv, &opts,
				 &opts.env, &status))
		return status;
	if (opts.version) {
		printf("fgagg %s, snapshot version %d\n", FGAGG_VERSION,
		       FGAGG_SNAPSHOT_VERSION);
		return fgagg_cmd_flush();
	}
	if (!opts.command) {
		fgagg_cmd_warn("no command; see 'fgagg --help'");
		return FGAGG_EXIT_USAGE;
	}
	status = run_command(&opts.env, argc - opts.command,
			     argv + opts.command);
	if (fgagg_pager_wait(opts.env.pager)) {
		fgagg_cmd_warn("the pager cannot be run: set FGAGG_PAGER or PAGER to one that can, or use --no-pager");
		return FGAGG_EXIT_FAILED;
	}
	return status;
}
