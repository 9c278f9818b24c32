// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "json.h"
#include "sum.h"

/* As vmstat does on a terminal. */
#define LINES_PER_TITLE	20

enum {
	OPT_FUNC = 0x300,
	OPT_CONTEXT,
	OPT_JSON,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @filter: which paths
 * @times: which intervals
 * @json: write JSON
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_filter filter;
	struct fgagg_times times;
	bool json;
};

static const struct argp_option options[] = {
	{ .name = "func", .key = OPT_FUNC, .arg = "GLOB",
	  .doc = "Only this function, and the times of its calls" },
	{ .name = "context", .key = OPT_CONTEXT, .arg = "CONTEXT",
	  .doc = "Only task, softirq, hardirq or nmi" },
	{ .name = "json", .key = OPT_JSON,
	  .doc = "Write an object a line, for each interval" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opts->times;
		state->child_inputs[1] = opts->env;
		return 0;
	case OPT_FUNC:
		opts->filter.func = arg;
		return 0;
	case OPT_CONTEXT:
		return fgagg_options_context(state, arg, &opts->filter);
	case OPT_JSON:
		opts->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (opts->times.sampling.path)
			return ARGP_ERR_UNKNOWN;
		opts->times.sampling.path = arg;
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
	.args_doc = "[RUN]",
	.doc = "Show rates, a line for each interval of a run file, or of the live module\n"
	       "until Ctrl-C.\n"
	       "\vWith --func, mean, quantiles and maximum are those of all calls of the\n"
	       "function in the interval; without it they would be of calls that contain\n"
	       "each other, and are not shown.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg stat -i 5 --func udp_sendmsg\n"
	       "  fgagg stat --interval 10..20 run.fgagg",
	.children = children,
};

/**
 * struct line - what is shown of an interval
 * @number: of its last interval
 * @iv: the interval
 * @paths: paths with calls
 * @calls: the calls, as one path
 * @lost: calls lost, on whatever path
 * @elapsed: from the start of the series to the end of the interval, in ns
 */
struct line {
	size_t number;
	const struct fgagg_interval *iv;
	size_t paths;
	struct fgagg_node calls;
	__u64 lost;
	__u64 elapsed;
};

static int add_up(const struct options *opts, struct line *line,
		  struct fgagg_error *err)
{
	struct fgagg_tree *tree = line->iv->tree;
	const struct fgagg_totals *totals = fgagg_tree_totals(tree);
	struct fgagg_node **rows;
	size_t i;
	int ret;

	ret = fgagg_view_rows(tree, &opts->filter, "total", &rows,
			      &line->paths);
	if (ret)
		return fgagg_error_nomem(err);
	for (i = 0; !ret && i < line->paths; i++)
		ret = fgagg_sum_add(&line->calls, rows[i]);
	free(rows);
	if (ret)
		return fgagg_error_set(err, ret, "%s", strerror(-ret));
	fgagg_tree_summarize(totals, &line->calls, &line->calls.sum);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		line->lost += totals->lost[i];
	return 0;
}

static __u64 mean(const struct fgagg_summary *sum)
{
	return sum->count ? (sum->total + sum->count / 2) / sum->count : 0;
}

/* To the nearest: three calls in two seconds are not one a second. */
static __u64 per_second(__u64 count, __u64 ns)
{
	return ((__uint128_t)count * 1000000000 + ns / 2) / ns;
}

/* An interval of nobody knows which length has no rates. */
static void print_rate(unsigned int width, __u64 count, __u64 ns)
{
	if (ns)
		printf(" %*llu", width, per_second(count, ns));
	else
		printf(" %*s", width, "-");
}

static void print_titles(const struct options *opts)
{
	printf("# interval %9s %12s %10s %7s", "time", "calls/s", "lost/s",
	       "paths");
	if (opts->filter.func)
		printf(" %11s %11s %11s %11s", "mean", "p50", "p99", "max");
	putchar('\n');
}

static void print_text(const struct options *opts, const struct line *line)
{
	const __u64 times[] = {
		mean(&line->calls.sum), line->calls.sum.p50,
		line->calls.sum.p99, line->calls.sum.max,
	};
	bool color = fgagg_print_in_color(opts->env->color, stdout);
	__u64 ns = line->iv->duration;
	char buf[FGAGG_PRINT_LEN];
	size_t i;

	printf("%10zu %9s", line->number,
	       line->elapsed ? fgagg_print_time(buf, line->elapsed) : "-");
	print_rate(12, line->calls.sum.count, ns);
	print_rate(10, line->lost, ns);
	printf(" %7zu", line->paths);
	for (i = 0; opts->filter.func && i < ARRAY_SIZE(times); i++) {
		putchar(' ');
		if (line->calls.sum.count)
			fgagg_print_call_time(stdout, times[i], color);
		else
			printf("%11s", "-");
	}
	puts(line->iv->resets ? "  reset" : "");
}

static json_t *times_of(const struct fgagg_summary *sum)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "total_ns", (json_int_t)sum->total,
			 "mean_ns", (json_int_t)mean(sum),
			 "min_ns", (json_int_t)sum->min,
			 "max_ns", (json_int_t)sum->max,
			 "p50_ns", (json_int_t)sum->p50,
			 "p90_ns", (json_int_t)sum->p90,
			 "p99_ns", (json_int_t)sum->p99,
			 "p999_ns", (json_int_t)sum->p999);
}

static int print_json(const struct options *opts, const struct line *line)
{
	const struct fgagg_summary *sum = &line->calls.sum;
	json_t *object;
	int ret = 0;

	object = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			   "interval", (json_int_t)line->number,
			   "start_ns", (json_int_t)line->iv->start,
			   "duration_ns", (json_int_t)line->iv->duration,
			   "resets", (json_int_t)line->iv->resets,
			   "calls", (json_int_t)sum->count,
			   "lost", (json_int_t)line->lost,
			   "paths", (json_int_t)line->paths);
	if (object && opts->filter.func)
		ret = json_object_update_new(object, times_of(sum));
	if (ret) {
		json_decref(object);
		return -ENOMEM;
	}
	ret = fgagg_json_write(stdout, object, 0);
	putchar('\n');
	return ret;
}

static int print(const struct options *opts, struct line *line, size_t nr,
		 struct fgagg_error *err)
{
	int ret;

	ret = add_up(opts, line, err);
	if (!ret && opts->json) {
		ret = print_json(opts, line);
		if (ret)
			fgagg_error_set(err, ret, "cannot write JSON: %s",
					strerror(-ret));
	} else if (!ret) {
		if (!nr || (isatty(STDOUT_FILENO) && nr % LINES_PER_TITLE == 0))
			print_titles(opts);
		print_text(opts, line);
	}
	fgagg_dist_free(&line->calls.dist);
	return ret;
}

/* Each line goes out at once: somebody may be waiting for it. */
static int stat_series(const struct options *opts, struct fgagg_series *series,
		       struct fgagg_error *err)
{
	struct fgagg_interval iv;
	struct fgagg_range which;
	__u64 elapsed = 0;
	size_t nr;
	int ret;

	for (nr = 0; !ferror(stdout); nr++) {
		ret = fgagg_series_next(series, 1, &which, &iv, err);
		elapsed += iv.duration;
		if (ret > 0) {
			struct line line = {
				.number = which.last,
				.iv = &iv,
				.elapsed = elapsed,
			};

			ret = print(opts, &line, nr, err) ? -EIO : 1;
			fflush(stdout);
		}
		fgagg_interval_free(&iv);
		if (ret <= 0)
			return ret;
	}
	return 0;
}

int fgagg_cmd_stat(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct fgagg_series *series;
	struct fgagg_error err;
	int status, ret;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	ret = fgagg_cmd_series(env, &opts.times.sampling, &series);
	if (ret)
		return ret;
	ret = stat_series(&opts, series, &err);
	fgagg_series_close(series);
	return ret ? fgagg_cmd_fail(&err) : fgagg_cmd_flush();
}
