// SPDX-License-Identifier: GPL-2.0-only
#include "test_tools_log.h"

#include <stdio.h>

#include "cpulist.h"
#include "merge.h"
#include "tree.h"

static const struct fgagg_cpulist all_cpus;

void log_feed(struct fgagg_counter *counter, const char *text, size_t len,
	      size_t piece, struct fgagg_funcgraph_counts *counts)
{
	struct fgagg_funcgraph *parser = fgagg_funcgraph_new(counter);
	size_t n;

	assert_non_null(parser);
	for (; len; len -= n, text += n) {
		n = piece && piece < len ? piece : len;
		assert_int_equal(fgagg_funcgraph_feed(parser, text, n), 0);
	}
	assert_int_equal(fgagg_funcgraph_finish(parser, counts), 0);
	fgagg_funcgraph_free(parser);
}

static struct fgagg_snap *take_snapshot(struct fgagg_counter *counter)
{
	struct fgagg_error err = { "" };
	struct fgagg_snap *snap = NULL;

	if (fgagg_counter_snapshot(counter, "", &snap, &err))
		fail_msg("%s", err.text);
	return snap;
}

static void print_node(FILE *out, const struct fgagg_node *node)
{
	const char *names[FGAGG_TREE_DEPTH_MAX];
	size_t n = 0;

	fprintf(out, "%llu %llu %llu [%s] ", node->sum.count, node->sum.total,
		node->sum.self, fgagg_tree_context(node->context));
	for (; node->parent; node = node->parent)
		names[n++] = node->name;
	while (n--)
		fprintf(out, "%s%s", names[n], n ? ";" : "\n");
}

static void print_tree(FILE *out, const struct fgagg_tree *tree)
{
	size_t i, order, nr = fgagg_tree_count(tree);
	const struct fgagg_node **nodes;

	nodes = calloc(nr + 1, sizeof(*nodes));
	assert_non_null(nodes);
	for (i = 0; i < nr; i++) {
		order = fgagg_tree_node(tree, i)->order;
		nodes[order] = fgagg_tree_node(tree, i);
	}
	for (i = 0; i < nr; i++)
		print_node(out, nodes[i]);
	free(nodes);
}

/* The snapshot goes through all that a reader checks. */
char *log_paths(struct fgagg_counter *counter)
{
	struct fgagg_snap *snap = take_snapshot(counter);
	struct fgagg_tree *tree = fgagg_tree_new();
	struct fgagg_error err = { "" };
	char *text = NULL;
	size_t size;
	FILE *out;

	assert_non_null(tree);
	if (fgagg_merge_add(tree, snap, &all_cpus, &err))
		fail_msg("%s", err.text);
	fgagg_snapshot_free(snap);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	out = open_memstream(&text, &size);
	assert_non_null(out);
	print_tree(out, tree);
	fclose(out);
	fgagg_tree_free(tree);
	return text;
}

char *log_snapshot(struct fgagg_counter *counter, size_t *size)
{
	struct fgagg_snap *snap = take_snapshot(counter);
	const void *bytes = fgagg_snapshot_bytes(snap, size);
	char *copy = malloc(*size);

	assert_non_null(copy);
	memcpy(copy, bytes, *size);
	memset(copy + offsetof(struct fgagg_snapshot, realtime_ns), 0,
	       sizeof(__u64));
	fgagg_snapshot_free(snap);
	return copy;
}
