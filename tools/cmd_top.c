// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "timer.h"
#include "top_keys.h"
#include "top_model.h"
#include "top_screen.h"
#include "top_source.h"
#include "top_text.h"

enum {
	OPT_TREE = 0x300,
	OPT_SINCE,
	OPT_HOST,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @sel: which paths
 * @interval_ns: from one refresh to the next
 * @count: end after so many refreshes, 0 for never
 * @batch: print lists, even where there is a terminal
 * @tree: begin with a tree
 * @range: since when calls are shown at first
 * @host: of a run file of several machines, which one
 * @path: a run file instead of the live module
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_select sel;
	__u64 interval_ns;
	__u64 count;
	bool batch;
	bool tree;
	enum fgagg_top_range range;
	const char *host;
	const char *path;
};

static const struct argp_option options[] = {
	{ .name = "interval", .key = 'i', .arg = "TIME",
	  .doc = "Time between refreshes, in seconds or as in 200ms (default 1)" },
	{ .name = "iterations", .key = 'n', .arg = "N",
	  .doc = "End after N refreshes" },
	{ .name = "batch", .key = 'b',
	  .doc = "Print a list every interval, as where the output is no terminal" },
	{ .name = "tree", .key = OPT_TREE,
	  .doc = "Begin with a tree instead of a list" },
	{ .name = "since", .key = OPT_SINCE, .arg = "WHEN",
	  .doc = "Begin with the calls since the last interval (default), start or reset" },
	{ .name = "host", .key = OPT_HOST, .arg = "GLOB",
	  .doc = "Of merged runs, the one with this label" },
	{ 0 }
};

static error_t parse_since(struct argp_state *state, struct options *opts,
			   const char *when)
{
	static const char * const names[FGAGG_TOP_RANGES] = {
		[FGAGG_TOP_INTERVAL] = "interval",
		[FGAGG_TOP_START] = "start",
		[FGAGG_TOP_RESET] = "reset",
	};
	unsigned int i;

	for (i = 0; i < FGAGG_TOP_RANGES; i++) {
		if (!strcmp(when, names[i])) {
			opts->range = i;
			return 0;
		}
	}
	return fgagg_options_usage(state,
				   "--since takes interval, start or reset, not '%s'",
				   when);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opts->sel;
		state->child_inputs[1] = opts->env;
		return 0;
	case 'i':
		return fgagg_options_interval(state, arg, &opts->interval_ns);
	case 'n':
		return fgagg_options_number(state, "--iterations", arg, INT64_MAX,
					&opts->count);
	case 'b':
		opts->batch = true;
		return 0;
	case OPT_TREE:
		opts->tree = true;
		return 0;
	case OPT_SINCE:
		return parse_since(state, opts, arg);
	case OPT_HOST:
		opts->host = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (opts->path)
			return ARGP_ERR_UNKNOWN;
		opts->path = arg;
		return 0;
	case ARGP_KEY_END:
		if (opts->host && !opts->path)
			return fgagg_options_usage(state,
					       "--host goes with a run file");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_select_argp },
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[RUN]",
	.doc = "Show the call paths that take most time, live or interval by interval of RUN.\n"
	       "\vOn a terminal, 'h' shows what the keys do.  Until the first interval has\n"
	       "passed, the calls since the last reset are shown.  With --func, the paths\n"
	       "that end in the function are listed; of a tree, those that pass through it.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg top --tree --sort p99\n"
	       "  fgagg top --batch --iterations 3 --interval 10 >top.txt\n"
	       "  fgagg top --interval 200ms run.fgagg\n"
	       "  fgagg top --host client both.fgagg",
	.children = children,
};

/**
 * struct top - top under way
 * @opts: the options
 * @src: where snapshots come from
 * @model: what is shown
 * @err: why it ended
 */
struct top {
	const struct options *opts;
	struct fgagg_top_source src;
	struct fgagg_top_model *model;
	struct fgagg_error err;
};

/* The end of a run is a pause that does not end. */
static int take_sample(struct top *top)
{
	struct fgagg_top_model *model = top->model;
	struct fgagg_snap *snap;
	int ret;

	ret = fgagg_top_source_next(&top->src, &snap, &top->err);
	if (ret)
		return ret;
	if (snap)
		return fgagg_top_model_update(model, snap, &top->err);
	model->paused = true;
	snprintf(model->message, sizeof(model->message),
		 "this was the last interval of the run");
	return 0;
}

static int print_interval(struct top *top, bool first)
{
	bool color = fgagg_print_in_color(top->opts->env->color, stdout);
	int ret;

	ret = take_sample(top);
	if (ret || top->model->paused)
		return ret;
	if (!first)
		putchar('\n');
	fgagg_top_text_batch(stdout, top->model, color);
	/* Who reads from a pipe wants it now. */
	return fflush(stdout) ? FGAGG_TOP_QUIT : 0;
}

/* Lists are of intervals, so the first comes when one has passed. */
static int run_batch(struct top *top)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, 0 };
	struct fgagg_timer timer;
	siginfo_t info;
	int ret = 0;
	__u64 n;

	fgagg_timer_start(&timer, top->opts->interval_ns, signals);
	for (n = 0; !ret && (!top->opts->count || n < top->opts->count); n++) {
		if (fgagg_timer_wait(&timer, &info))
			break;
		ret = print_interval(top, !n);
	}
	fgagg_timer_stop(&timer);
	return ret;
}

/* Of a run nothing is to be waited for. */
static int run_batch_of_run(struct top *top)
{
	int ret = 0;
	__u64 n;

	for (n = 0; !ret && !top->model->paused &&
	     (!top->opts->count || n < top->opts->count); n++)
		ret = print_interval(top, !n);
	return ret;
}

/* All keys that are there: a paste is drawn once. */
static int press_keys(struct top *top, struct fgagg_top_screen *screen)
{
	int key, ret = FGAGG_TOP_NOTHING;

	while (ret == FGAGG_TOP_NOTHING) {
		key = fgagg_top_screen_key(screen);
		if (key == -EAGAIN)
			break;
		ret = fgagg_top_keys_press(top->model, key, &top->err);
		if (ret == FGAGG_TOP_SAMPLE)
			ret = take_sample(top);
	}
	return ret;
}

static int run_screen(struct top *top, struct fgagg_top_screen *screen,
		      struct fgagg_timer *timer)
{
	__u64 n = 0;
	int ret;

	while (!top->opts->count || n < top->opts->count) {
		fgagg_top_screen_draw(screen, top->model);
		ret = fgagg_timer_wait_input(timer, STDIN_FILENO);
		/* The terminal is gone, even if SIGHUP is ignored. */
		if (ret > 0 || ret == -EIO)
			return 0;
		if (ret && ret != -EAGAIN && ret != -EINTR)
			return fgagg_error_set(&top->err, ret, "poll: %s",
					       strerror(-ret));
		if (ret)
			ret = press_keys(top, screen);
		else if (++n && !top->model->paused)
			ret = take_sample(top);
		if (ret)
			return ret;
	}
	return 0;
}

/* Curses learns of a new size by a signal, which must not get lost. */
static int open_and_run_screen(struct top *top)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, 0 };
	struct fgagg_top_screen *screen;
	struct fgagg_timer timer;
	sigset_t resize;
	int ret;

	ret = fgagg_top_screen_open(top->opts->env->color, &screen, &top->err);
	if (ret)
		return ret;
	fgagg_timer_start(&timer, top->opts->interval_ns, signals);
	sigemptyset(&resize);
	sigaddset(&resize, SIGWINCH);
	sigprocmask(SIG_BLOCK, &resize, NULL);
	ret = run_screen(top, screen, &timer);
	fgagg_timer_stop(&timer);
	fgagg_top_screen_close(screen);
	return ret;
}

static int run(struct top *top)
{
	const struct options *opts = top->opts;
	int ret;

	top->model = fgagg_top_model_new(&opts->sel);
	if (!top->model)
		return fgagg_error_nomem(&top->err);
	top->model->tree = opts->tree;
	top->model->range = opts->range;
	top->model->intervals = fgagg_top_source_intervals(&top->src);
	ret = take_sample(top);
	if (!ret && !opts->batch && isatty(STDIN_FILENO) &&
	    isatty(STDOUT_FILENO))
		ret = open_and_run_screen(top);
	else if (!ret)
		ret = opts->path ? run_batch_of_run(top) : run_batch(top);
	fgagg_top_model_free(top->model);
	return ret;
}

int fgagg_cmd_top(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env, .interval_ns = 1000000000 };
	struct top top = { .opts = &opts };
	int status, ret;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	ret = fgagg_top_source_open(&top.src, env->debugfs, opts.path,
				    opts.host, &top.err);
	if (!ret) {
		if (opts.path)
			fgagg_cmd_warn_unread(opts.path,
					      fgagg_runfile_damaged(top.src.run));
		ret = run(&top);
		fgagg_top_source_close(&top.src);
	}
	return ret < 0 ? fgagg_cmd_fail(&top.err) : fgagg_cmd_flush();
}
