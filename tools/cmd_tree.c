// SPDX-License-Identifier: GPL-2.0-only
#include "cmd.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
	OPT_DEPTH = 0x300,
	OPT_MIN_COUNT,
};

/**
 * struct options - the options of this command
 * @env: those of every command
 * @sel: which paths
 * @range: which intervals
 * @path: a file instead of the live module
 */
struct options {
	struct fgagg_env *env;
	struct fgagg_select sel;
	struct fgagg_range range;
	const char *path;
};

static const struct argp_option options[] = {
	{ .name = "depth", .key = OPT_DEPTH, .arg = "N",
	  .doc = "Show calls nested no deeper than N" },
	{ .name = "min-count", .key = OPT_MIN_COUNT, .arg = "N",
	  .doc = "Leave out paths with fewer calls" },
	{ 0 }
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *opts = state->input;
	__u64 depth;
	error_t ret;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &opts->sel;
		state->child_inputs[1] = &opts->range;
		state->child_inputs[2] = opts->env;
		return 0;
	case OPT_DEPTH:
		ret = fgagg_options_number(state, "--depth", arg,
					   FGAGG_TREE_DEPTH_MAX, &depth);
		opts->sel.filter.depth = depth;
		return ret;
	case OPT_MIN_COUNT:
		return fgagg_options_number(state, "--min-count", arg, INT64_MAX,
					&opts->sel.filter.min_count);
	case ARGP_KEY_ARG:
		if (opts->path)
			return ARGP_ERR_UNKNOWN;
		opts->path = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{ .argp = &fgagg_options_select_argp },
	{ .argp = &fgagg_options_range_argp },
	{ .argp = &fgagg_options_env_argp },
	{ 0 }
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[RUN]",
	.doc = "Show call paths as function_graph does, with their number of calls and times.\n"
	       "\vRUN is a run file or a copy of the file snapshot; without it the live module\n"
	       "is read.  With --func, the paths that pass through the function are shown.\n"
	       "\n"
	       "Examples:\n"
	       "  fgagg tree --func nf_hook_slow --min-count 100\n"
	       "  fgagg tree --context softirq --depth 4 --sort self run.fgagg",
	.children = children,
};

static struct fgagg_node *shown(struct fgagg_node *node)
{
	while (node && !node->shown)
		node = node->next;
	return node;
}

static void print_line(const struct fgagg_node *node, bool leaf, bool color)
{
	fgagg_view_print_columns(stdout, &node->sum, color);
	printf("  | %*s%s()%s\n", 2 * (int)node->depth, "", node->name,
	       leaf ? ";" : " {");
}

static void print_end(const struct fgagg_node *node)
{
	printf("%69s  | %*s}\n", "", 2 * (int)node->depth, "");
}

/* Without recursion: the depth comes from a file. */
static void print_context(struct fgagg_node *root, bool color)
{
	struct fgagg_node *node = shown(root->child), *next;

	if (!node)
		return;
	printf("%69s  | [%s]\n", "", fgagg_tree_context(root->context));
	while (node != root) {
		next = shown(node->child);
		print_line(node, !next, color);
		while (!next && node != root) {
			next = shown(node->next);
			if (next)
				break;
			node = node->parent;
			if (node != root)
				print_end(node);
		}
		node = next ? next : root;
	}
}

static int print_tree(struct options *opts, struct fgagg_tree *tree)
{
	struct fgagg_error err;
	unsigned int i;
	bool color;

	if (fgagg_view_mark(tree, &opts->sel.filter, opts->sel.sort)) {
		fgagg_error_nomem(&err);
		return fgagg_cmd_fail(&err);
	}
	fgagg_cmd_page(opts->env);
	color = fgagg_print_in_color(opts->env->color, stdout);
	fgagg_view_print_losses(stdout, fgagg_tree_totals(tree));
	fgagg_view_print_titles(stdout, "| function calls");
	for (i = 0; i < FGAGG_CTX_NR; i++)
		print_context(fgagg_tree_root(tree, i), color);
	return fgagg_cmd_flush();
}

int fgagg_cmd_tree(struct fgagg_env *env, int argc, char **argv)
{
	struct options opts = { .env = env };
	struct fgagg_source src;
	int status;

	if (!fgagg_options_parse(&argp, 0, argc, argv, &opts, env, &status))
		return status;
	status = fgagg_cmd_load_range(env, opts.path, &opts.sel.cpus,
				      &opts.range, &src);
	if (status)
		return status;
	status = print_tree(&opts, src.tree);
	fgagg_source_free(&src);
	return status;
}
