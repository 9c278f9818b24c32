// SPDX-License-Identifier: GPL-2.0-only
/* cct.c: the table of nodes, the hash of paths, and recording. */
#include "cct.h"

#include <linux/atomic.h>

#include "unit.h"

#define ROOT	0x5bd1e9955bd1e995ULL
#define FUNC(n)	(0xffffffff81000000UL + 16 * (n))

static void table_init(struct fgagg_cct *cct, u32 max_paths)
{
	fgagg_cct_init(cct,
		       zalloc(fgagg_cct_index_size(max_paths), sizeof(*cct->index)),
		       zalloc(max_paths + 1, sizeof(struct fgagg_node)),
		       max_paths);
}

/* The n-th of a family of keys whose probes all begin at one slot. */
static u64 key_at(u32 slot, u64 n)
{
	return (n + 1) << 40 | slot;
}

/* Find and insert */

static void index_size(void **state)
{
	assert_int_equal(fgagg_cct_index_size(1), 2);
	assert_int_equal(fgagg_cct_index_size(2), 4);
	assert_int_equal(fgagg_cct_index_size(3), 8);
	assert_int_equal(fgagg_cct_index_size(4096), 8192);
	assert_int_equal(fgagg_cct_index_size(4097), 16384);
}

static void insert_find(void **state)
{
	struct fgagg_node *a, *b;
	struct fgagg_cct cct;

	table_init(&cct, 8);
	assert_null(fgagg_cct_find(&cct, 17));
	a = fgagg_cct_insert(&cct, 17, ROOT, FUNC(1));
	b = fgagg_cct_insert(&cct, 19, 17, FUNC(2));
	assert_ptr_equal(a, &cct.node[1]);
	assert_ptr_equal(b, &cct.node[2]);
	assert_ptr_equal(fgagg_cct_find(&cct, 17), a);
	assert_ptr_equal(fgagg_cct_find(&cct, 19), b);
	assert_null(fgagg_cct_find(&cct, 21));

	assert_int_equal(b->key, 19);
	assert_int_equal(b->parent, 17);
	assert_int_equal(fgagg_node_func(b), FUNC(2));
	assert_int_equal(b->min, ~0ULL);
	assert_int_equal(local64_read(&b->total) | local64_read(&b->self) |
			 local64_read(&b->cost) | b->max, 0);
}

/* Where a probe begins is a node, in a full table and in an empty one. */
static void slot_has_a_node(void **state)
{
	struct fgagg_cct cct;
	u64 i;

	table_init(&cct, 4);
	for (i = 0; i < 20; i++) {
		assert_ptr_equal(fgagg_cct_slot(&cct, i), cct.node);
		assert_false(fgagg_node_matches(fgagg_cct_slot(&cct, i), i,
						(u32)FUNC(i)));
	}
	for (i = 0; i < 4; i++)
		assert_non_null(fgagg_cct_insert(&cct, i + 9, ROOT, FUNC(i)));
	for (i = 0; i < 4; i++) {
		struct fgagg_node *node = fgagg_cct_slot(&cct, i + 9);

		assert_ptr_equal(node, fgagg_cct_find(&cct, i + 9));
		assert_true(fgagg_node_matches(node, i + 9, (u32)FUNC(i)));
		assert_false(fgagg_node_matches(node, i + 9, (u32)FUNC(i + 1)));
		assert_false(fgagg_node_matches(node, i + 17, (u32)FUNC(i)));
	}
}

/*
 * Key 0 is what node 0 has.  A path with this key has no node, and neither have
 * those below it, but it is taken for nobody else.
 */
static void key_0(void **state)
{
	struct fgagg_cct cct;

	table_init(&cct, 4);
	assert_int_equal(fgagg_cct_mix(FUNC(1), FUNC(1)), 0);
	assert_ptr_equal(fgagg_cct_find(&cct, 0), &cct.node[0]);
	assert_false(fgagg_node_is(&cct.node[0], FUNC(1)));
	assert_null(fgagg_cct_insert(&cct, 0, FUNC(1), FUNC(1)));
	assert_null(fgagg_cct_insert(&cct, fgagg_cct_mix(0, FUNC(2)), 0, FUNC(2)));
	assert_int_equal(cct.used, 1);
}

static void full_at_max_paths(void **state)
{
	u32 max_paths, i;

	for (max_paths = 1; max_paths <= 1024; max_paths += 1 + max_paths / 2) {
		struct fgagg_cct cct;

		table_init(&cct, max_paths);
		for (i = 0; i < max_paths; i++)
			assert_non_null(fgagg_cct_insert(&cct,
							 fgagg_cct_mix(ROOT, FUNC(i)),
							 ROOT, FUNC(i)));
		for (; i < 2 * max_paths + 10; i++)
			assert_null(fgagg_cct_insert(&cct,
						     fgagg_cct_mix(ROOT, FUNC(i)),
						     ROOT, FUNC(i)));
		assert_int_equal(cct.used, max_paths + 1);

		for (i = 0; i < 2 * max_paths + 10; i++) {
			struct fgagg_node *node;

			node = fgagg_cct_find(&cct, fgagg_cct_mix(ROOT, FUNC(i)));
			assert_int_equal(!!node, i < max_paths);
			if (node)
				assert_true(fgagg_node_is(node, FUNC(i)));
		}
	}
}

/* The cluster begins at the last slot and goes on at the first. */
static void probes_exhausted(void **state)
{
	struct fgagg_cct cct;
	u32 i;

	table_init(&cct, 512);
	for (i = 0; i < FGAGG_CCT_PROBES; i++)
		assert_non_null(fgagg_cct_insert(&cct, key_at(1023, i), ROOT,
						 FUNC(i)));
	assert_null(fgagg_cct_insert(&cct, key_at(1023, i), ROOT, FUNC(i)));
	assert_null(fgagg_cct_find(&cct, key_at(1023, i)));
	assert_int_equal(cct.used, 1 + FGAGG_CCT_PROBES);

	for (i = 0; i < FGAGG_CCT_PROBES; i++)
		assert_ptr_equal(fgagg_cct_find(&cct, key_at(1023, i)),
				 &cct.node[i + 1]);
	assert_non_null(fgagg_cct_insert(&cct, key_at(500, 0), ROOT, FUNC(0)));
	assert_int_equal(cct.used, 2 + FGAGG_CCT_PROBES);
}

/* Interrupts that insert at the worst moment */

static struct fgagg_cct *interrupted;
static u64 interrupt_key;
static unsigned int interrupt_after, interrupt_inserts;

static void interrupt(void)
{
	if (interrupt_after--)
		return;
	shim_interrupt = NULL;
	for (; interrupt_inserts; interrupt_inserts--, interrupt_key += 1ULL << 40)
		assert_non_null(fgagg_cct_insert(interrupted, interrupt_key,
						 ROOT, FUNC(9)));
}

/*
 * An insert does two cmpxchg, to take a node and to claim a slot: the interrupt
 * comes before the one or, @after 1, the other.
 */
static struct fgagg_node *insert_interrupted(struct fgagg_cct *cct, u64 key,
					     unsigned int after, u64 by,
					     unsigned int inserts)
{
	struct fgagg_node *node;

	interrupted = cct;
	interrupt_key = by;
	interrupt_after = after;
	interrupt_inserts = inserts;
	shim_interrupt = interrupt;
	node = fgagg_cct_insert(cct, key, ROOT, FUNC(1));
	assert_null(shim_interrupt);
	return node;
}

static void interrupt_takes_node(void **state)
{
	struct fgagg_node *node, *other;
	struct fgagg_cct cct;

	table_init(&cct, 8);
	node = insert_interrupted(&cct, 17, 0, 19, 1);
	other = fgagg_cct_find(&cct, 19);
	assert_ptr_equal(node, &cct.node[2]);
	assert_ptr_equal(other, &cct.node[1]);
	assert_ptr_equal(fgagg_cct_find(&cct, 17), node);
	assert_true(fgagg_node_is(node, FUNC(1)));
	assert_true(fgagg_node_is(other, FUNC(9)));
}

static void interrupt_takes_last_node(void **state)
{
	struct fgagg_cct cct;

	table_init(&cct, 1);
	assert_null(insert_interrupted(&cct, 17, 0, 19, 1));
	assert_int_equal(cct.used, 2);
	assert_null(fgagg_cct_find(&cct, 17));
	assert_ptr_equal(fgagg_cct_find(&cct, 19), &cct.node[1]);
}

static void interrupt_claims_slot(void **state)
{
	struct fgagg_node *node;
	struct fgagg_cct cct;

	table_init(&cct, 8);
	node = insert_interrupted(&cct, key_at(3, 0), 1, key_at(3, 1), 1);
	assert_ptr_equal(node, &cct.node[1]);
	assert_ptr_equal(fgagg_cct_find(&cct, key_at(3, 0)), node);
	assert_ptr_equal(fgagg_cct_find(&cct, key_at(3, 1)), &cct.node[2]);
	assert_ptr_equal(cct.index[3], &cct.node[2]);
	assert_ptr_equal(cct.index[4], &cct.node[1]);
}

static void interrupt_claims_all_slots(void **state)
{
	struct fgagg_cct cct;
	u32 i;

	table_init(&cct, 512);
	assert_null(insert_interrupted(&cct, key_at(3, FGAGG_CCT_PROBES), 1, key_at(3, 0),
				       FGAGG_CCT_PROBES));
	assert_null(fgagg_cct_find(&cct, key_at(3, FGAGG_CCT_PROBES)));
	for (i = 0; i < FGAGG_CCT_PROBES; i++)
		assert_ptr_equal(fgagg_cct_find(&cct, key_at(3, i)),
				 &cct.node[i + 2]);
}

/* Keys */

static int compare_keys(const void *a, const void *b)
{
	u64 x = *(const u64 *)a, y = *(const u64 *)b;

	return x < y ? -1 : x > y;
}

/* 2^64 divided by the golden ratio, inverted modulo 2^64. */
#define INVERSE	0xf1de83e19937733dULL

/* The caller's key can be computed from the key and the function. */
static void mix_is_a_bijection(void **state)
{
	u64 i, parent = ROOT;

	assert_int_equal(0x9e3779b97f4a7c15ULL * INVERSE, 1);
	for (i = 0; i < 10000; i++) {
		u64 key = fgagg_cct_mix(parent, FUNC(i));

		assert_int_equal(rol64(key, 32) * INVERSE ^ FUNC(i), parent);
		parent = key;
	}
	for (i = 0; i < 64; i++) {
		parent = 1ULL << i;
		assert_int_equal(rol64(fgagg_cct_mix(parent, FUNC(i)), 32) *
				 INVERSE ^ FUNC(i), parent);
	}
}

static void mix_order_matters(void **state)
{
	u64 ab = fgagg_cct_mix(fgagg_cct_mix(ROOT, FUNC(1)), FUNC(2));
	u64 ba = fgagg_cct_mix(fgagg_cct_mix(ROOT, FUNC(2)), FUNC(1));
	u64 a = fgagg_cct_mix(ROOT, FUNC(1));
	u64 aa = fgagg_cct_mix(a, FUNC(1));

	assert_int_not_equal(ab, ba);
	assert_int_not_equal(a, aa);
	assert_int_not_equal(aa, ROOT);
}

/* All paths of up to two of 300 functions that lie as densely as they can. */
static void mix_has_no_collisions(void **state)
{
	const u32 funcs = 300, nr = funcs + funcs * funcs;
	u64 *key = zalloc(nr, sizeof(*key)), *p = key;
	u32 i, j;

	for (i = 0; i < funcs; i++) {
		u64 parent = fgagg_cct_mix(ROOT, FUNC(i));

		*p++ = parent;
		for (j = 0; j < funcs; j++)
			*p++ = fgagg_cct_mix(parent, FUNC(j));
	}
	qsort(key, nr, sizeof(*key), compare_keys);
	for (i = 1; i < nr; i++)
		assert_int_not_equal(key[i], key[i - 1]);
}

/* However functions are aligned, a table is full when it has no more nodes. */
static void mix_spreads(void **state)
{
	const u32 max_paths = 4096;
	struct fgagg_cct cct;
	u32 align, i;

	for (align = 0; align <= 12; align += 4) {
		table_init(&cct, max_paths);
		for (i = 0; i < max_paths; i++) {
			unsigned long func = 0xffffffff81000000UL +
					     ((unsigned long)i << align);

			assert_non_null(fgagg_cct_insert(&cct,
							 fgagg_cct_mix(ROOT, func),
							 ROOT, func));
		}
	}
}

/* Nodes */

static void node_is(void **state)
{
	const struct fgagg_node node = { .func = (u32)FUNC(1) };

	assert_int_equal(fgagg_node_func(&node), FUNC(1));
	assert_true(fgagg_node_is(&node, FUNC(1)));
	assert_true(fgagg_node_is(&node, (u32)FUNC(1)));
	assert_false(fgagg_node_is(&node, FUNC(1) ^ 16));
	assert_false(fgagg_node_is(&node, FUNC(1) ^ 1U << 31));
}

static void node_record(void **state)
{
	struct fgagg_node *node, before;
	struct fgagg_pool pool;
	struct fgagg_cct cct;

	table_init(&cct, 1);
	fgagg_pool_init(&pool, zalloc(3, fgagg_pool_chunk_bytes(4)), 3, 4);
	node = fgagg_cct_insert(&cct, 17, ROOT, FUNC(1));

	assert_true(fgagg_node_record(node, &pool, 5, 3, 1));
	assert_true(fgagg_node_record(node, &pool, 7, 0, 0));
	assert_true(fgagg_node_record(node, &pool, 2, 2, 4));
	assert_true(fgagg_node_record(node, &pool, 5, 5, 2));
	assert_int_equal(local64_read(&node->total), 19);
	assert_int_equal(local64_read(&node->self), 10);
	assert_int_equal(local64_read(&node->cost), 7);
	assert_int_equal(node->min, 2);
	assert_int_equal(fgagg_hist_total(&node->hist, &pool), 4);

	before = *node;
	assert_false(fgagg_node_record(node, &pool, 32, 1, 1));
	assert_false(fgagg_node_record(node, &pool, 6400, 1, 1));
	assert_memory_equal(node, &before, sizeof(before));
}

#define TEST(name)	cmocka_unit_test_teardown(name, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(index_size),
		TEST(insert_find),
		TEST(slot_has_a_node),
		TEST(key_0),
		TEST(full_at_max_paths),
		TEST(probes_exhausted),
		TEST(interrupt_takes_node),
		TEST(interrupt_takes_last_node),
		TEST(interrupt_claims_slot),
		TEST(interrupt_claims_all_slots),
		TEST(mix_is_a_bijection),
		TEST(mix_order_matters),
		TEST(mix_has_no_collisions),
		TEST(mix_spreads),
		TEST(node_is),
		TEST(node_record),
	};

	return cmocka_run_group_tests_name("cct", tests, NULL, NULL);
}
