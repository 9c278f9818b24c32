// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

#include "draw.h"
#include "query.h"

enum {
	OPT_CONTEXT = 0x300,
	OPT_FULL,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @filter: of which contexts
 * @cpus: of which CPUs
 * @range: which intervals
 * @full: show every bucket
 * @what: the function or path
 * @path: a file instead of the live module
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_filter filter;
	struct fgagg_cpulist cpus;
	struct fgagg_range range;
	bool full;
	char *what;
	const char *path;
};

static const struct argp_option options[] = {
	{ .name = "context", .key = OPT_CONTEXT, .arg = "CONTEXT",
	  .doc = "Only task, softirq, hardirq or nmi" },
	{ .name = "cpu", .key = 'C', .arg = "LIST",
	  .doc = "Only these CPUs, as in 0-3,8" },
	{ .name = "full", .key = OPT_FULL,
	  .doc = "A row for every bucket, instead of as many as fit a screen" },
	{ 0 }
};

static error_t parse_operand(struct options *opts, char *arg)
{
	if (!opts->what)
		opts->what = arg;
	else if (!opts->path)
		opts->path = arg;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opts->range;
		state->child_inputs[1] = opts->env;
		return 0;
	case OPT_CONTEXT:
		return fgagg_options_context(state, arg, &opts->filter);
	case 'C':
		if (fgagg_cpulist_parse(&opts->cpus, arg))
			return fgagg_options_usage(state,
					       "--cpu takes a list as in 0-3,8, not '%s'",
					       arg);
		return 0;
	case OPT_FULL:
		opts->full = true;
		return 0;
	case ARGP_KEY_ARG:
		return parse_operand(opts, arg);
	case ARGP_KEY_END:
		if (!opts->what)
			return fgagg_options_usage(state,
					       "no function or path given, as in 'fgagg hist udp_sendmsg'");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_range_argp },
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FUNCTION|PATH [RUN]",
	.doc = "Draw the distribution of the times of a function or of one call path.\n"
	       "\vFUNCTION is a name or a glob, and stands for all paths that end in it.\n"
	       "PATH is 'a;b;c' or 'a > b > c' from the outermost caller on, as tree and\n"
	       "report show it; '[softirq] a > b' names the context too.\n"
	       "RUN is a run file or a copy of the file snapshot; without it the live\n"
	       "module is read.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg hist udp_sendmsg\n"
	       "  fgagg hist '[softirq] net_rx_action > virtnet_poll [virtio_net]'\n"
	       "  fgagg hist --full 'udp_sendmsg;ip_make_skb' run.fgagg",
	.children = children,
};

static void print_paths(const struct fgagg_query *query,
			const struct fgagg_tree *tree)
{
	const struct fgagg_node *node;
	size_t i;

	puts("# paths:");
	for (i = 0; i < fgagg_tree_count(tree); i++) {
		node = fgagg_tree_node(tree, i);
		if (!fgagg_query_matches(query, node))
			continue;
		printf("#%12llu  ", node->sum.count);
		fgagg_view_print_path(stdout, node);
		putchar('\n');
	}
}

static void print_summary(const struct fgagg_node *sum, bool color)
{
	const struct fgagg_summary *s = &sum->sum;
	const struct {
		const char *name;
		__u64 ns;
	} rows[] = {
		{ "min", s->min }, { "p50", s->p50 }, { "p90", s->p90 },
		{ "p99", s->p99 }, { "p99.9", s->p999 }, { "max", s->max },
	};
	char total[FGAGG_PRINT_LEN], self[FGAGG_PRINT_LEN];
	size_t i;

	printf("calls %llu, total %s, self %s\n", s->count,
	       fgagg_print_time(total, s->total),
	       fgagg_print_time(self, s->self));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		printf("  %-6s", rows[i].name);
		fgagg_print_call_time(stdout, rows[i].ns, color);
		putchar('\n');
	}
}

static int hist(const struct options *opts, struct fgagg_query *query,
		struct fgagg_tree *tree)
{
	struct fgagg_node sum = { 0 };
	struct fgagg_error err;
	int ret;

	ret = fgagg_query_sum(query, tree, &sum, &err);
	if (!ret) {
		fgagg_cmd_page(opts->env);
		print_paths(query, tree);
		fgagg_view_print_losses(stdout, fgagg_tree_totals(tree));
		print_summary(&sum, fgagg_print_in_color(opts->env->color,
							 stdout));
		fgagg_view_print_slowest(stdout, &sum);
		putchar('\n');
		fgagg_draw_histogram(stdout, &sum.dist,
				     fgagg_tree_totals(tree), opts->full);
	}
	fgagg_dist_free(&sum.dist);
	return ret ? fgagg_cmd_fail(&err) : fgagg_cmd_flush();
}

int fgagg_cmd_hist(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct fgagg_query query;
	struct fgagg_source src;
	struct fgagg_error err;
	int status;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	query.filter = opts.filter;
	if (fgagg_query_parse(&query, opts.what, &err)) {
		fgagg_cmd_fail(&err);
		return FGAGG_EXIT_USAGE;
	}
	status = fgagg_cmd_load_range(env, opts.path, &opts.cpus, &opts.range,
				      &src);
	if (status)
		return status;
	status = hist(&opts, &query, src.tree);
	fgagg_source_free(&src);
	return status;
}
