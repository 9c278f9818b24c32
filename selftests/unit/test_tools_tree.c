// SPDX-License-Identifier: GPL-2.0-only
/* Snapshots merged into a tree, subtracted, and selected from. */
#include "test_tools_helper.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "align.h"
#include "merge.h"
#include "query.h"
#include "tree.h"
#include "view.h"

static const struct fgagg_cpulist all_cpus;

static struct fgagg_tree *new_tree(void)
{
	struct fgagg_tree *tree = fgagg_tree_new();

	assert_non_null(tree);
	return tree;
}

static int merge(struct fgagg_tree *tree, struct build *b,
		 int (*how)(struct fgagg_tree *tree,
			    const struct fgagg_snap *snap,
			    const struct fgagg_cpulist *cpus,
			    struct fgagg_error *err),
		 const struct fgagg_cpulist *cpus)
{
	struct fgagg_snap *snap = build_snapshot(b);
	struct fgagg_error err = { "" };
	int ret;

	ret = how(tree, snap, cpus, &err);
	assert_int_equal(!ret, !err.text[0]);
	fgagg_snapshot_free(snap);
	return ret;
}

static void add(struct fgagg_tree *tree, struct build *b)
{
	assert_int_equal(merge(tree, b, fgagg_merge_add, &all_cpus), 0);
}

static void sub(struct fgagg_tree *tree, struct build *b)
{
	assert_int_equal(merge(tree, b, fgagg_merge_sub, &all_cpus), 0);
}

/* The node of a path "a;b", which must exist. */
static struct fgagg_node *node_at(struct fgagg_tree *tree, unsigned int context,
				  const char *path)
{
	struct fgagg_node *node = fgagg_tree_root(tree, context);
	char copy[256], *rest = copy, *name;

	assert_true(strlen(path) < sizeof(copy));
	snprintf(copy, sizeof(copy), "%s", path);
	while ((name = strsep(&rest, ";"))) {
		for (node = node->child; node; node = node->next)
			if (!strcmp(node->name, name))
				break;
		if (!node)
			fail_msg("no %s in %s", name, path);
	}
	return node;
}

static void test_over_cpus(void **state)
{
	struct fgagg_tree *tree = new_tree();
	struct fgagg_node *node;
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 100, 80, 2);
	build_call(&b, 5, FGAGG_CTX_TASK, "a;b", 300, 200, 1);
	build_call(&b, 5, FGAGG_CTX_SOFTIRQ, "a;b", 7, 7, 9);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 1000, 500, 1);
	add(tree, &b);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	assert_int_equal(fgagg_tree_count(tree), 4);
	node = node_at(tree, FGAGG_CTX_TASK, "a;b");
	assert_int_equal(node->sum.count, 3);
	assert_int_equal(node->sum.total, 500);
	assert_int_equal(node->sum.self, 360);
	assert_int_equal(node->sum.min, 100);
	assert_int_equal(node->sum.max, 300);
	assert_int_equal(node->sum.p50, 101);	/* of 100 to 103 */
	assert_int_equal(node->slowest.cpu, 5);
	node = node_at(tree, FGAGG_CTX_SOFTIRQ, "a;b");
	assert_int_equal(node->sum.count, 9);
	node = node_at(tree, FGAGG_CTX_SOFTIRQ, "a");
	assert_int_equal(node->sum.count, 0);
	assert_int_equal(node->sum.min, 0);
	fgagg_tree_free(tree);
	build_free(&b);
}

static void test_one_cpu(void **state)
{
	struct fgagg_tree *tree = new_tree();
	struct fgagg_cpulist cpus = { 0 };
	struct build b;

	(void)state;
	assert_int_equal(fgagg_cpulist_parse(&cpus, "4-5,9"), 0);
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 100, 80, 2);
	build_call(&b, 5, FGAGG_CTX_TASK, "a;b", 300, 200, 1);
	assert_int_equal(merge(tree, &b, fgagg_merge_add, &cpus), 0);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	assert_int_equal(node_at(tree, 0, "a;b")->sum.count, 1);
	assert_int_equal(node_at(tree, 0, "a;b")->sum.total, 300);
	fgagg_tree_free(tree);
	build_free(&b);
}

static void test_cpulist(void **state)
{
	static const char *const bad[] = {
		"", ",", "1,", "-1", "3-1", "a", "1-", "1 2", "65536", "1-65536",
		"99999999999999999999",
	};
	struct fgagg_cpulist cpus = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(fgagg_cpulist_parse(&cpus, "0,2-3,65535"), 0);
	assert_true(fgagg_cpulist_has(&cpus, 0));
	assert_false(fgagg_cpulist_has(&cpus, 1));
	assert_true(fgagg_cpulist_has(&cpus, 3));
	assert_true(fgagg_cpulist_has(&cpus, 65535));
	assert_true(fgagg_cpulist_has(&all_cpus, 17));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(fgagg_cpulist_parse(&cpus, bad[i]), -EINVAL);
}

static void test_subtract(void **state)
{
	struct fgagg_tree *tree = new_tree();
	struct fgagg_node *node;
	struct build b, first;

	(void)state;
	build_init(&first);
	build_init(&b);
	build_call(&first, 0, FGAGG_CTX_TASK, "a;b", 100000, 100000, 1);
	build_call(&first, 0, FGAGG_CTX_TASK, "a;b", 50, 40, 4);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 100000, 100000, 1);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 50, 40, 4);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 1000, 900, 2);
	build_call(&b, 1, FGAGG_CTX_TASK, "a;b", 2000, 900, 1);
	b.head.lost[FGAGG_LOST_MISS] = 7;
	first.head.lost[FGAGG_LOST_MISS] = 3;
	add(tree, &b);
	sub(tree, &first);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	node = node_at(tree, 0, "a;b");
	assert_int_equal(node->sum.count, 3);
	assert_int_equal(node->sum.total, 4000);
	assert_int_equal(node->sum.self, 2700);
	/* Only buckets are left of these: 992 to 1023, and 1984 to 2047. */
	assert_int_equal(node->sum.min, 992);
	assert_int_equal(node->sum.max, 2047);
	assert_int_equal(node->slowest.size, 0);
	assert_int_equal(fgagg_tree_totals(tree)->lost[FGAGG_LOST_MISS], 4);
	assert_int_equal(fgagg_tree_totals(tree)->entered, 3);
	fgagg_tree_free(tree);
	build_free(&first);
	build_free(&b);
}

/* The slowest call was made between the two, so it is known exactly. */
static void test_subtract_keeps_slowest(void **state)
{
	struct fgagg_tree *tree = new_tree();
	struct fgagg_node *node;
	struct build b, first;

	(void)state;
	build_init(&first);
	build_init(&b);
	build_call(&first, 0, FGAGG_CTX_TASK, "a", 50, 50, 1);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 50, 50, 1);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 70001, 70001, 1);
	add(tree, &b);
	sub(tree, &first);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	node = node_at(tree, 0, "a");
	assert_int_equal(node->sum.max, 70001);
	assert_int_equal(node->slowest.max, 70001);
	fgagg_tree_free(tree);
	build_free(&first);
	build_free(&b);
}

static void test_subtract_refused(void **state)
{
	struct fgagg_tree *tree;
	struct build b, first;

	(void)state;
	build_init(&first);
	build_init(&b);
	build_call(&first, 0, FGAGG_CTX_TASK, "a", 50, 50, 2);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 50, 50, 1);

	/* In wrong order. */
	tree = new_tree();
	add(tree, &b);
	assert_int_equal(merge(tree, &first, fgagg_merge_sub, &all_cpus),
			 -ERANGE);
	fgagg_tree_free(tree);
	/* The totals alone may look right. */
	b.head.entered = 9;
	tree = new_tree();
	add(tree, &b);
	assert_int_equal(merge(tree, &first, fgagg_merge_sub, &all_cpus),
			 -ERANGE);
	fgagg_tree_free(tree);
	/* Across a reset. */
	first.head.epoch++;
	tree = new_tree();
	add(tree, &b);
	assert_int_equal(merge(tree, &first, fgagg_merge_sub, &all_cpus),
			 -ESTALE);
	fgagg_tree_free(tree);
	build_free(&first);
	build_free(&b);
}

/* A module that is loaded again has other addresses, hence other keys. */
static void test_add_epochs(void **state)
{
	struct fgagg_tree *tree = new_tree();
	struct fgagg_record *caller, *callee;
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 50, 50, 1);
	add(tree, &b);
	b.head.epoch = 2;
	b.head.root_key[FGAGG_CTX_TASK]++;
	caller = build_path(&b, 0, FGAGG_CTX_TASK, "a");
	callee = build_path(&b, 0, FGAGG_CTX_TASK, "a;b");
	caller->parent++;
	caller->key++;
	callee->parent++;
	callee->key++;
	add(tree, &b);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	assert_int_equal(fgagg_tree_count(tree), 2);
	assert_int_equal(node_at(tree, 0, "a;b")->sum.count, 2);
	fgagg_tree_free(tree);
	build_free(&b);
}

static void test_changed_clock(void **state)
{
	struct fgagg_tree *tree = new_tree();
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 50, 50, 1);
	add(tree, &b);
	b.head.precision++;
	assert_int_equal(merge(tree, &b, fgagg_merge_add, &all_cpus), -EINVAL);
	fgagg_tree_free(tree);
	build_free(&b);
}

static void expect_no_tree(struct build *b)
{
	struct fgagg_tree *tree = new_tree();

	assert_int_equal(merge(tree, b, fgagg_merge_add, &all_cpus), -EINVAL);
	fgagg_tree_free(tree);
	build_free(b);
}

static void test_hostile_links(void **state)
{
	struct fgagg_record *rec;
	struct build b;

	(void)state;
	build_init(&b);	/* no caller */
	build_path(&b, 0, FGAGG_CTX_TASK, "a;b")->parent = 12345;
	expect_no_tree(&b);

	build_init(&b);	/* its own caller */
	rec = build_path(&b, 0, FGAGG_CTX_TASK, "a");
	rec->parent = rec->key;
	expect_no_tree(&b);

	build_init(&b);	/* a circle of two */
	rec = build_path(&b, 0, FGAGG_CTX_TASK, "a");
	rec->parent = build_path(&b, 0, FGAGG_CTX_TASK, "a;b")->key;
	expect_no_tree(&b);

	build_init(&b);	/* a caller of another context */
	build_path(&b, 0, FGAGG_CTX_TASK, "a;b")->context = FGAGG_CTX_NMI;
	expect_no_tree(&b);

	build_init(&b);	/* one key, two names */
	rec = build_path(&b, 0, FGAGG_CTX_TASK, "a");
	build_path(&b, 0, FGAGG_CTX_TASK, "b")->key = rec->key;
	expect_no_tree(&b);
}

/*
 * A chain of @n calls, which the builder is too comfortable for: a name each
 * but the same one, and keys that count up.
 */
static struct fgagg_snap *chain(size_t n)
{
	struct fgagg_record *rec;
	struct fgagg_snapshot *head;
	struct fgagg_section *sec;
	struct fgagg_snap *snap;
	struct fgagg_error err;
	size_t size, i;
	char *bytes;

	size = sizeof(*head) + 2 * sizeof(*sec) + 8 + n * sizeof(*rec);
	bytes = calloc(1, size);
	assert_non_null(bytes);
	head = (void *)bytes;
	head->magic = FGAGG_SNAPSHOT_MAGIC;
	head->version = FGAGG_SNAPSHOT_VERSION;
	head->header_size = sizeof(*head);
	head->size = size;
	head->clock_khz = 1;
	head->precision = 4;
	head->nr_records = n;
	sec = (void *)(head + 1);
	sec->type = FGAGG_SECTION_STRINGS;
	sec->size = 3;
	memcpy(sec + 1, "\0a", 3);
	sec = (void *)((char *)(sec + 1) + 8);
	sec->type = FGAGG_SECTION_RECORDS;
	sec->size = n * sizeof(*rec);
	rec = (void *)(sec + 1);
	for (i = 0; i < n; i++) {
		rec[i].size = sizeof(*rec);
		rec[i].header_size = sizeof(*rec);
		rec[i].key = i + 1;
		rec[i].parent = i;
		rec[i].name = 1;
		rec[i].min = ~0ULL;
	}
	assert_int_equal(fgagg_snapshot_parse(bytes, size, &snap, &err), 0);
	return snap;
}

static void test_deep(void **state)
{
	static const size_t lengths[] = {
		FGAGG_TREE_DEPTH_MAX, FGAGG_TREE_DEPTH_MAX + 1, 200000,
	};
	struct fgagg_tree *tree;
	struct fgagg_snap *snap;
	struct fgagg_error err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		tree = new_tree();
		snap = chain(lengths[i]);
		assert_int_equal(fgagg_merge_add(tree, snap, &all_cpus, &err),
				 i ? -EINVAL : 0);
		if (!i)
			assert_int_equal(fgagg_tree_finish(tree), 0);
		fgagg_snapshot_free(snap);
		fgagg_tree_free(tree);
	}
}

static void test_too_many_calls(void **state)
{
	struct fgagg_tree *tree = new_tree();
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 0, 0, 1ULL << 62);
	build_call(&b, 1, FGAGG_CTX_TASK, "a", 0, 0, 1ULL << 62);
	b.head.entered = 0;
	assert_int_equal(merge(tree, &b, fgagg_merge_add, &all_cpus),
			 -EOVERFLOW);
	fgagg_tree_free(tree);
	build_free(&b);
}

static void test_matches(void **state)
{
	static const struct {
		const char *name;
		const char *pattern;
		bool yes;
	} cases[] = {
		{ "ip_output", "ip_output", true },
		{ "ip_output", "ip_*", true },
		{ "ip_output", "ip_outpu", false },
		{ "ip_fragment.constprop.0", "ip_fragment", true },
		{ "ip_fragment.constprop.0", "ip_fragment.constprop.0", true },
		{ "ip_fragment.constprop.0", "ip_frag", false },
		{ "nf_nat_fn [nf_nat]", "nf_nat_fn", true },
		{ "nf_nat_fn [nf_nat]", "nf_nat_fn [nf_nat]", true },
		{ "nf_nat_fn [nf_nat]", "nf_* [nf_nat]", true },
		{ "nf_nat_fn [nf_nat]", "nf_nat_fn [nf]", false },
		{ "nf_nat_fn", "nf_nat_fn [nf_nat]", false },
		{ "nf_nat_fn", "", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (fgagg_view_matches(cases[i].name, cases[i].pattern) !=
		    cases[i].yes)
			fail_msg("%s and %s", cases[i].name, cases[i].pattern);
}

static size_t count_matches(struct fgagg_tree *tree, const char *text)
{
	static struct fgagg_query query;
	struct fgagg_error err;
	char copy[128];
	size_t i, n = 0;

	snprintf(copy, sizeof(copy), "%s", text);
	query.filter = (struct fgagg_filter){ 0 };
	assert_int_equal(fgagg_query_parse(&query, copy, &err), 0);
	for (i = 0; i < fgagg_tree_count(tree); i++)
		n += fgagg_query_matches(&query, fgagg_tree_node(tree, i));
	return n;
}

static void test_query(void **state)
{
	static const char *const bad[] = {
		"", " ", ";", "a;", "a > > b", "[x] a", "[task", "[task]",
	};
	static struct fgagg_query query;
	struct fgagg_tree *tree = new_tree();
	struct fgagg_error err;
	struct build b;
	char copy[64];
	size_t i;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b", 1, 1, 1);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;b;b", 1, 1, 1);
	build_call(&b, 0, FGAGG_CTX_SOFTIRQ, "b", 1, 1, 1);
	build_call(&b, 0, FGAGG_CTX_SOFTIRQ, "x;a;b", 1, 1, 1);
	add(tree, &b);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	assert_int_equal(count_matches(tree, "b"), 4);
	assert_int_equal(count_matches(tree, "a"), 0);	/* never returned */
	assert_int_equal(count_matches(tree, "a;b"), 1);
	assert_int_equal(count_matches(tree, " a >b "), 1);
	assert_int_equal(count_matches(tree, "a;b;b"), 1);
	assert_int_equal(count_matches(tree, "[softirq];b"), 1);
	assert_int_equal(count_matches(tree, "[task] a > b"), 1);
	assert_int_equal(count_matches(tree, "[nmi] a > b"), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		snprintf(copy, sizeof(copy), "%s", bad[i]);
		assert_int_equal(fgagg_query_parse(&query, copy, &err),
				 -EINVAL);
	}
	fgagg_tree_free(tree);
	build_free(&b);
}

static void test_align(void **state)
{
	struct fgagg_tree *all = new_tree(), *tree = new_tree();
	struct fgagg_node **nodes;
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "b;c", 1, 1, 1);
	add(all, &b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;c", 1, 1, 1);
	add(tree, &b);
	build_free(&b);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	/* By order: a, a;c, b, b;c. */
	nodes = fgagg_align_find(all, tree);
	assert_non_null(nodes);
	assert_null(nodes[0]);
	assert_null(nodes[1]);
	assert_string_equal(nodes[2]->name, "b");
	assert_ptr_equal(nodes[3]->parent, nodes[2]);
	assert_int_equal(fgagg_tree_count(all), 2);
	free(nodes);
	nodes = fgagg_align_add(all, tree);
	assert_non_null(nodes);
	assert_string_equal(nodes[0]->name, "a");
	assert_ptr_equal(nodes[1]->parent, nodes[0]);
	assert_int_equal(fgagg_tree_count(all), 4);
	free(nodes);
	fgagg_tree_free(all);
	fgagg_tree_free(tree);
}

static void test_rows(void **state)
{
	struct fgagg_filter filter = { 0 };
	struct fgagg_tree *tree = new_tree();
	struct fgagg_node **rows;
	struct build b;
	size_t nr;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;z", 10, 10, 1);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;y", 10, 1, 1);
	build_call(&b, 0, FGAGG_CTX_SOFTIRQ, "q", 5, 5, 9);
	add(tree, &b);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	assert_int_equal(fgagg_view_rows(tree, &filter, "total", &rows, &nr),
			 0);
	assert_int_equal(nr, 3);	/* no "a", which has no calls */
	assert_string_equal(rows[0]->name, "q");
	assert_string_equal(rows[1]->name, "y");
	assert_string_equal(rows[2]->name, "z");
	free(rows);
	filter.some_context = true;
	filter.context = FGAGG_CTX_TASK;
	assert_int_equal(fgagg_view_rows(tree, &filter, "self", &rows, &nr), 0);
	assert_int_equal(nr, 2);
	assert_string_equal(rows[0]->name, "z");
	free(rows);
	fgagg_tree_free(tree);
	build_free(&b);
}

static void test_mark(void **state)
{
	struct fgagg_filter filter = { .func = "m" };
	struct fgagg_tree *tree = new_tree();
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;m;x", 10, 10, 3);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;m;y", 10, 10, 1);
	build_call(&b, 0, FGAGG_CTX_TASK, "a;n", 10, 10, 9);
	add(tree, &b);
	assert_int_equal(fgagg_tree_finish(tree), 0);
	assert_int_equal(fgagg_view_mark(tree, &filter, "total"), 0);
	assert_true(node_at(tree, 0, "a")->shown);
	assert_true(node_at(tree, 0, "a;m;y")->shown);
	assert_false(node_at(tree, 0, "a;n")->shown);
	filter.min_count = 2;
	filter.depth = 2;
	assert_int_equal(fgagg_view_mark(tree, &filter, "total"), 0);
	assert_true(node_at(tree, 0, "a;m")->shown);
	assert_false(node_at(tree, 0, "a;m;x")->shown);
	assert_false(node_at(tree, 0, "a;m;y")->shown);
	filter.min_count = 4;
	assert_int_equal(fgagg_view_mark(tree, &filter, "total"), 0);
	assert_false(node_at(tree, 0, "a")->shown);
	fgagg_tree_free(tree);
	build_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_over_cpus),
		cmocka_unit_test(test_one_cpu),
		cmocka_unit_test(test_cpulist),
		cmocka_unit_test(test_subtract),
		cmocka_unit_test(test_subtract_keeps_slowest),
		cmocka_unit_test(test_subtract_refused),
		cmocka_unit_test(test_add_epochs),
		cmocka_unit_test(test_changed_clock),
		cmocka_unit_test(test_hostile_links),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_too_many_calls),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_query),
		cmocka_unit_test(test_align),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
