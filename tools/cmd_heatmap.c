// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "heatmap.h"
#include "identity.h"
#include "query.h"
#include "screen.h"
#include "sum.h"

/* More rows than this show nothing more, and heading, axis and legend take some. */
#define ROWS_MAX	32
#define ROWS_MIN	8
#define ROWS_OTHER	7

enum {
	OPT_CONTEXT = 0x300,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @filter: of which contexts
 * @times: which intervals
 * @what: the function or path
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_filter filter;
	struct fgagg_times times;
	char *what;
};

static const struct argp_option options[] = {
	{ .name = "context", .key = OPT_CONTEXT, .arg = "CONTEXT",
	  .doc = "Only task, softirq, hardirq or nmi" },
	{ 0 }
};

static error_t parse_operand(struct options *opts, char *arg)
{
	if (!opts->what)
		opts->what = arg;
	else if (!opts->times.sampling.path)
		opts->times.sampling.path = arg;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opts->times;
		state->child_inputs[1] = opts->env;
		return 0;
	case OPT_CONTEXT:
		return fgagg_options_context(state, arg, &opts->filter);
	case ARGP_KEY_ARG:
		return parse_operand(opts, arg);
	case ARGP_KEY_END:
		if (!opts->what)
			return fgagg_options_usage(state,
					       "no function or path given, as in 'fgagg heatmap udp_sendmsg'");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_times_argp },
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FUNCTION|PATH [RUN]",
	.doc = "Draw how the times of a function or of one call path changed: time from left\n"
	       "to right, latency from bottom to top, the more calls the brighter.\n"
	       "\vFUNCTION and PATH are as for 'fgagg hist'.  RUN is a run file; without it\n"
	       "the live module is watched, until Ctrl-C or for -n intervals.\n"
	       "If a run has more intervals than fit, several make one column.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg heatmap udp_sendmsg run.fgagg\n"
	       "  fgagg heatmap 'udp_sendmsg > ip_make_skb' --interval 100..200 run.fgagg\n"
	       "  fgagg heatmap -i 200ms nf_hook_slow",
	.children = children,
};

/**
 * struct heating - a heatmap that grows
 * @opts: the options
 * @query: what is drawn
 * @series: where it comes from
 * @map: what there is so far
 * @found: there have been calls
 * @first: number of the first interval
 * @last: number of the last interval
 * @step: intervals that make a column
 * @resets: how often counting began anew
 * @duration: of all intervals, in ns
 * @size: what there is room for
 * @screen: where the live module is drawn
 */
struct heating {
	const struct options *opts;
	struct fgagg_query query;
	struct fgagg_series *series;
	struct fgagg_heatmap map;
	bool found;
	size_t first;
	size_t last;
	size_t step;
	unsigned int resets;
	__u64 duration;
	struct fgagg_heatmap_size size;
	struct fgagg_screen screen;
};

/* As large as the terminal; without one, as $COLUMNS says or 80 wide. */
static void find_size(struct heating *h)
{
	const char *columns = getenv("COLUMNS");
	struct winsize ws = { 0 };

	h->size.color = fgagg_print_in_color(h->opts->env->color, stdout);
	h->size.rows = ROWS_MAX - ROWS_OTHER;
	h->size.width = columns && atoi(columns) > 0 ? atoi(columns) : 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) || !ws.ws_row || !ws.ws_col)
		return;
	h->size.width = ws.ws_col;
	h->size.rows = ws.ws_row > ROWS_MIN + ROWS_OTHER ?
		       ws.ws_row - ROWS_OTHER : ROWS_MIN;
	if (h->size.rows > ROWS_MAX)
		h->size.rows = ROWS_MAX;
}

static void print_query(const struct fgagg_query *query)
{
	size_t i;

	if (query->filter.some_context)
		printf("[%s] ", fgagg_tree_context(query->filter.context));
	for (i = 0; i < query->nr; i++)
		printf("%s%s", i ? " > " : "", query->names[i]);
}

static void print_heading(const struct heating *h)
{
	const struct fgagg_range range = {
		.first = h->first,
		.last = h->last,
		.host = h->opts->times.sampling.range.host,
	};
	const struct fgagg_heatmap *map = &h->map;
	__u64 column = map->nr ? map->columns[0].duration : 0;
	char buf[FGAGG_PRINT_LEN];

	fgagg_identity_print(stdout, fgagg_series_run(h->series), &range,
			     h->duration);
	fputs("# ", stdout);
	print_query(&h->query);
	printf(": %llu calls in intervals %zu to %zu; a column is ", map->count,
	       h->first + map->dropped * h->step, h->last);
	if (column)
		printf("%s%s", fgagg_print_time(buf, column),
		       h->step > 1 ? ", " : "");
	if (!column || h->step > 1)
		printf("%zu interval%s", h->step, h->step > 1 ? "s" : "");
	putchar('\n');
}

static int draw(struct heating *h, struct fgagg_error *err)
{
	int ret;

	print_heading(h);
	ret = fgagg_heatmap_draw(stdout, &h->map, &h->size);
	return ret ? fgagg_error_set(err, ret, "%s", strerror(-ret)) : 0;
}

static int redraw(struct heating *h, struct fgagg_error *err)
{
	char *text = NULL, *line, *rest;
	size_t size = 0;
	FILE *out;
	int ret;

	find_size(h);
	out = open_memstream(&text, &size);
	if (!out)
		return fgagg_error_nomem(err);
	ret = fgagg_heatmap_draw(out, &h->map, &h->size);
	fclose(out);
	fgagg_screen_begin(&h->screen);
	fgagg_screen_line(&h->screen);
	print_heading(h);
	for (rest = text; (line = strsep(&rest, "\n")) && rest; ) {
		fgagg_screen_line(&h->screen);
		puts(line);
	}
	fgagg_screen_end(&h->screen);
	free(text);
	return ret ? fgagg_error_set(err, ret, "%s", strerror(-ret)) : 0;
}

static int add_column(struct heating *h, const struct fgagg_interval *iv,
		      struct fgagg_error *err)
{
	struct fgagg_node sum = { 0 }, *node;
	size_t i, nr = fgagg_tree_count(iv->tree);
	int ret = 0;

	for (i = 0; !ret && i < nr; i++) {
		node = fgagg_tree_node(iv->tree, i);
		if (fgagg_query_matches(&h->query, node))
			ret = fgagg_sum_add(&sum, node);
	}
	if (ret) {
		fgagg_dist_free(&sum.dist);
		return fgagg_error_set(err, ret, "%s", strerror(-ret));
	}
	h->found |= sum.dist.count;
	h->resets += iv->resets;
	h->duration += iv->duration;
	return fgagg_heatmap_add(&h->map, &sum.dist, iv->duration,
				 fgagg_tree_totals(iv->tree), err);
}

/* Several intervals make a column if they are more than there is room for. */
static void choose_step(struct heating *h)
{
	size_t room = h->size.width > FGAGG_HEATMAP_LABEL + 1 ?
		      h->size.width - FGAGG_HEATMAP_LABEL - 1 : 1;
	size_t nr = fgagg_series_left(h->series);

	if (room > FGAGG_HEATMAP_MAX)
		room = FGAGG_HEATMAP_MAX;
	h->step = h->opts->times.sampling.path ? (nr + room - 1) / room : 1;
}

static int heat(struct heating *h, struct fgagg_error *err)
{
	bool live = !h->opts->times.sampling.path && h->screen.terminal;
	struct fgagg_interval iv;
	struct fgagg_range which;
	int ret;

	for (;;) {
		ret = fgagg_series_next(h->series, h->step, &which, &iv, err);
		if (ret > 0) {
			h->first = h->first ? h->first : which.first;
			h->last = which.last;
			ret = add_column(h, &iv, err) ? -EIO : 1;
			if (ret > 0 && live && redraw(h, err))
				ret = -EIO;
		}
		fgagg_interval_free(&iv);
		if (ret < 0)
			return ret;
		if (!ret)
			break;
	}
	if (!h->found)
		return fgagg_error_set(err, -ENOENT,
				       "no path with calls matches: 'fgagg report' lists those that there are");
	return live ? 0 : draw(h, err);
}

static int run(struct heating *h)
{
	const struct fgagg_sampling *sampling = &h->opts->times.sampling;
	struct fgagg_error err;
	int ret;

	fgagg_screen_open(&h->screen);
	find_size(h);
	choose_step(h);
	ret = heat(h, &err);
	fgagg_heatmap_free(&h->map);
	if (ret)
		return fgagg_cmd_fail(&err);
	fgagg_cmd_warn_resets(sampling->path, h->resets);
	return fgagg_cmd_flush();
}

int fgagg_cmd_heatmap(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct fgagg_error err;
	struct heating *h;
	int status;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	h = calloc(1, sizeof(*h));
	if (!h) {
		fgagg_error_nomem(&err);
		return fgagg_cmd_fail(&err);
	}
	h->opts = &opts;
	h->query.filter = opts.filter;
	status = FGAGG_EXIT_USAGE;
	if (fgagg_query_parse(&h->query, opts.what, &err))
		fgagg_cmd_fail(&err);
	else
		status = fgagg_cmd_series(env, &opts.times.sampling, &h->series);
	if (!status) {
		status = run(h);
		fgagg_series_close(h->series);
	}
	free(h);
	return status;
}
