// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "screen.h"
#include "timer.h"

/**
 * struct options - the options of this command
 * @env: those of every command
 * @sel: which paths
 * @interval_ns: from one refresh to the next
 * @count: end after so many refreshes, 0 for never
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_select sel;
	__u64 interval_ns;
	__u64 count;
};

static const struct argp_option options[] = {
	{ .name = "interval", .key = 'i', .arg = "TIME",
	  .doc = "Time between refreshes, in seconds or as in 200ms (default 1)" },
	{ .name = "iterations", .key = 'n', .arg = "N",
	  .doc = "End after N refreshes" },
	{ 0 }
};

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
	.doc = "Show the call paths that take most time, an interval at a time, until Ctrl-C.\n"
	       "\vEvery number is of the last interval.  With --func, the paths that end in\n"
	       "the function are shown.",
	.children = children,
};

/**
 * struct sample - what one refresh shows
 * @tree: what happened since the sample before
 * @ns: how long that took
 * @since_reset: there was a reset, and @tree is what happened since
 */
struct sample {
	struct fgagg_tree *tree;
	__u64 ns;
	bool since_reset;
};

/* Subtracts @prev, which is given back, and keeps @now in its place. */
static int take_sample(const struct options *opts,
		       const struct fgagg_live *live, struct fgagg_snap **prev,
		       struct sample *sample, struct fgagg_error *err)
{
	const struct fgagg_snapshot *head, *base;
	struct fgagg_snap *now;
	int ret;

	sample->tree = NULL;
	ret = fgagg_live_snapshot(live, &now, err);
	if (ret)
		return ret;
	head = fgagg_snapshot_head(now);
	base = fgagg_snapshot_head(*prev);
	sample->since_reset = head->epoch != base->epoch;
	sample->ns = head->boottime_ns - base->boottime_ns;
	if (!sample->ns)
		sample->ns = 1;
	sample->tree = fgagg_tree_new();
	ret = sample->tree ? 0 : fgagg_error_nomem(err);
	if (!ret)
		ret = fgagg_merge_add(sample->tree, now, &opts->sel.cpus, err);
	if (!ret && !sample->since_reset)
		ret = fgagg_merge_sub(sample->tree, *prev, &opts->sel.cpus,
				      err);
	if (!ret && fgagg_tree_finish(sample->tree))
		ret = fgagg_error_nomem(err);
	fgagg_snapshot_free(*prev);
	*prev = now;
	return ret;
}

/* The end of a path says more than its start: cut there if it has to be. */
static void print_path(FILE *out, const struct fgagg_node *node, size_t room)
{
	char *text = NULL;
	size_t size = 0;
	FILE *mem;

	mem = open_memstream(&text, &size);
	if (!mem)
		return;
	fgagg_view_print_path(mem, node);
	fclose(mem);
	if (size <= room)
		fputs(text, out);
	else if (room > 3)
		fprintf(out, "...%s", text + size - (room - 3));
	free(text);
}

#define COLUMNS_WIDTH	75	/* what print_row() prints before the path */

static void print_row(const struct sample *sample,
		      const struct fgagg_node *node, size_t width, bool color)
{
	const struct fgagg_summary *sum = &node->sum;
	__uint128_t scale = 1000000000;
	char total[FGAGG_PRINT_LEN], self[FGAGG_PRINT_LEN];

	printf("%12llu %9s/s %9s/s ",
	       (__u64)(sum->count * scale / sample->ns),
	       fgagg_print_time(total, sum->total * scale / sample->ns),
	       fgagg_print_time(self, sum->self * scale / sample->ns));
	fgagg_print_call_time(stdout, sum->p50, color);
	putchar(' ');
	fgagg_print_call_time(stdout, sum->p99, color);
	putchar(' ');
	fgagg_print_call_time(stdout, sum->max, color);
	fputs("  ", stdout);
	print_path(stdout, node,
		   width > COLUMNS_WIDTH ? width - COLUMNS_WIDTH : 0);
}

static int show(const struct options *opts, struct fgagg_screen *screen,
		const struct sample *sample, struct fgagg_error *err)
{
	bool color = fgagg_print_in_color(opts->env->color, stdout);
	const size_t heading = 3;
	struct fgagg_node **rows;
	char buf[FGAGG_PRINT_LEN];
	size_t nr, i;

	if (fgagg_view_rows(sample->tree, &opts->sel.filter, opts->sel.sort,
			    &rows, &nr))
		return fgagg_error_nomem(err);
	fgagg_screen_begin(screen);
	fgagg_screen_line(screen);
	printf("# %s, %zu paths with calls%s\n",
	       fgagg_print_time(buf, sample->ns), nr,
	       sample->since_reset ? ", since a reset" : "");
	fgagg_screen_line(screen);
	fgagg_view_print_losses(stdout, fgagg_tree_totals(sample->tree));
	fgagg_screen_line(screen);
	printf("# %10s %11s %11s %11s %11s %11s  %s\n", "calls/s", "total",
	       "self", "p50", "p99", "max", "call path");
	/* The last line of a terminal stays empty, or it would scroll. */
	for (i = 0; i < nr && i + heading + 1 < screen->height; i++) {
		fgagg_screen_line(screen);
		print_row(sample, rows[i], screen->width, color);
		putchar('\n');
	}
	fgagg_screen_end(screen);
	free(rows);
	return 0;
}

static int refresh(const struct options *opts, const struct fgagg_live *live,
		   struct fgagg_screen *screen, struct fgagg_snap **prev,
		   struct fgagg_error *err)
{
	struct sample sample;
	int ret;

	ret = take_sample(opts, live, prev, &sample, err);
	if (!ret)
		ret = show(opts, screen, &sample, err);
	fgagg_tree_free(sample.tree);
	return ret;
}

static int top(const struct options *opts, const struct fgagg_live *live,
	       struct fgagg_error *err)
{
	static const int signals[] = { SIGINT, SIGTERM, 0 };
	struct fgagg_screen screen;
	struct fgagg_timer timer;
	struct fgagg_snap *prev;
	siginfo_t info;
	__u64 n;
	int ret;

	ret = fgagg_live_snapshot(live, &prev, err);
	if (ret)
		return ret;
	fgagg_screen_open(&screen);
	fgagg_timer_start(&timer, opts->interval_ns, signals);
	for (n = 0; !ret && (!opts->count || n < opts->count); n++) {
		if (fgagg_timer_wait(&timer, &info))
			break;
		ret = refresh(opts, live, &screen, &prev, err);
	}
	fgagg_timer_stop(&timer);
	fgagg_snapshot_free(prev);
	return ret;
}

int fgagg_cmd_top(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env, .interval_ns = 1000000000 };
	struct fgagg_live *live;
	struct fgagg_error err;
	int status, ret;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	status = fgagg_cmd_live(env, &live);
	if (status)
		return status;
	ret = top(&opts, live, &err);
	fgagg_live_free(live);
	return ret ? fgagg_cmd_fail(&err) : fgagg_cmd_flush();
}
