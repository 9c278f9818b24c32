// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a log of function_graph.  What is made of it is the same however
 * it comes in pieces, is a snapshot that the reader takes, and has every call in
 * it or counts it as lost.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "counter.h"
#include "funcgraph.h"
#include "funcgraph_parse.h"
#include "merge.h"

/*
 * struct result - what became of a log
 * @counts: as they are reported
 * @totals: as they go into the snapshot
 * @snap: the snapshot
 */
struct result {
	struct fgagg_funcgraph_counts counts;
	struct fgagg_counter_totals totals;
	struct fgagg_snap *snap;
};

static void check(int is_right)
{
	if (!is_right)
		abort();
}

static void take(struct result *result, struct fgagg_counter *counter)
{
	struct fgagg_error err;

	result->totals = *fgagg_counter_totals(counter);
	check(!fgagg_counter_snapshot(counter, "", &result->snap, &err));
	fgagg_counter_free(counter);
}

static void import(struct result *result, const uint8_t *data, size_t size)
{
	struct fgagg_counter *counter = fgagg_counter_new();
	struct fgagg_funcgraph *parser = fgagg_funcgraph_new(counter);

	check(!fgagg_funcgraph_feed(parser, (const char *)data, size));
	check(!fgagg_funcgraph_finish(parser, &result->counts));
	fgagg_funcgraph_free(parser);
	take(result, counter);
}

/*
 * As the import goes on when it has found out the layout, for which it keeps more
 * than we have.  Each piece is a copy, so that reading past it is seen.
 */
static void go_on(struct result *result, const uint8_t *data, size_t size,
		  enum fgagg_funcgraph_layout layout, size_t piece)
{
	struct fgagg_counter *counter = fgagg_counter_new();
	struct fgagg_funcgraph_parse parse = { .layout = layout };
	struct fgagg_funcgraph_lex lex = { 0 };
	size_t n;
	char *copy;

	memset(&result->counts, 0, sizeof(result->counts));
	parse.stacks = fgagg_funcgraph_stack_new(counter, &result->counts);
	for (; size; size -= n, data += n) {
		n = piece < size ? piece : size;
		copy = malloc(n);
		memcpy(copy, data, n);
		fgagg_funcgraph_lex_feed(&lex, copy, n,
					 fgagg_funcgraph_parse_word, &parse);
		free(copy);
	}
	fgagg_funcgraph_lex_finish(&lex, fgagg_funcgraph_parse_word, &parse);
	fgagg_funcgraph_parse_finish(&parse);
	fgagg_funcgraph_stack_finish(parse.stacks);
	check(!parse.error);
	fgagg_funcgraph_stack_free(parse.stacks);
	take(result, counter);
}

static __u64 recorded(const struct fgagg_snap *snap)
{
	const struct fgagg_bucket *buckets;
	const struct fgagg_record *rec;
	__u64 calls = 0;
	size_t i, j;

	for (i = 0; i < fgagg_snapshot_count(snap); i++) {
		rec = fgagg_snapshot_record(snap, i);
		buckets = fgagg_snapshot_buckets(rec);
		for (j = 0; j < rec->nr_buckets; j++)
			calls += buckets[j].count;
	}
	return calls;
}

static void check_conservation(const struct result *result)
{
	__u64 lost = 0;
	size_t i;

	for (i = 0; i < FGAGG_LOST_NR; i++)
		lost += result->totals.lost[i];
	check(!result->totals.open);
	check(result->totals.entered == result->counts.calls + lost);
	check(lost <= result->counts.cut_off);
	check(result->counts.untimed <= result->counts.calls);
	check(recorded(result->snap) == result->counts.calls);
}

static void check_tree(const struct fgagg_snap *snap)
{
	const struct fgagg_cpulist all = { 0 };
	struct fgagg_tree *tree = fgagg_tree_new();
	struct fgagg_error err;

	check(!fgagg_merge_add(tree, snap, &all, &err));
	check(!fgagg_tree_finish(tree));
	fgagg_tree_free(tree);
}

/* But for the time at which they were taken. */
static void check_same(const struct result *a, const struct result *b)
{
	size_t size, other, from = sizeof(struct fgagg_snapshot);
	const char *x = fgagg_snapshot_bytes(a->snap, &size);
	const char *y = fgagg_snapshot_bytes(b->snap, &other);

	check(!memcmp(&a->counts, &b->counts, sizeof(a->counts)));
	check(!memcmp(&a->totals, &b->totals, sizeof(a->totals)));
	check(size == other && !memcmp(x + from, y + from, size - from));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct result all, whole, pieces;
	/* Any choice will do that depends on nothing but the input. */
	enum fgagg_funcgraph_layout layout = size / 4 % FGAGG_LAYOUT_NR;
	size_t piece = size ? 1 + data[size / 2] % 32 : 1;

	import(&all, data, size);
	check_conservation(&all);
	check_tree(all.snap);
	fgagg_snapshot_free(all.snap);
	/* A million inputs are not to take three times as long. */
	if (size % 4)
		return 0;
	go_on(&whole, data, size, layout, size);
	check_conservation(&whole);
	go_on(&pieces, data, size, layout, piece);
	check_same(&whole, &pieces);
	fgagg_snapshot_free(whole.snap);
	fgagg_snapshot_free(pieces.snap);
	return 0;
}
