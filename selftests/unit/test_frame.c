// SPDX-License-Identifier: GPL-2.0-only
/* frame.h and frame.c: keys, links, and the nodes of frames. */
#include "frame.h"

#include "test_frame.h"
#include "unit.h"

/* Keys and links */

static void function_survives_32_bits(void **state)
{
	static const unsigned long func[] = {
		A, C, D, 0xffffffff80000000UL,
	};
	struct fgagg_frame f;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(func); i++) {
		fgagg_frame_enter(&f, NULL, root_key, func[i], FGAGG_CTX_TASK,
				  ROOM);
		assert_int_equal(fgagg_frame_func(&f), func[i]);
		assert_true(fgagg_frame_func_fits(func[i]));
	}
	assert_false(fgagg_frame_func_fits(0xffffffff7fffffffUL));
	assert_false(fgagg_frame_func_fits(0xffff888012345678UL));
	assert_false(fgagg_frame_func_fits(0x80000000UL));
}

static void enter_writes_all(void **state)
{
	struct fgagg_frame a, b;

	memset(&a, 0xff, sizeof(a));
	memset(&b, 0xff, sizeof(b));
	enter(&a, FGAGG_CTX_TASK, A, 100);
	enter(&b, FGAGG_CTX_TASK, B, 110);

	assert_null(a.below);
	assert_int_equal(a.key, fgagg_cct_mix(root_key[FGAGG_CTX_TASK], A));
	assert_int_equal(fgagg_frame_parent(&a, root_key), root_key[FGAGG_CTX_TASK]);
	assert_int_equal(fgagg_frame_depth(&a), 0);
	assert_int_equal(a.room, ROOM);
	assert_int_equal(a.context, FGAGG_CTX_TASK);
	assert_int_equal(a.flags, FGAGG_FRAME_ROOT);
	assert_int_equal(a.start, 100);
	assert_int_equal(a.child | local64_read(&a.cost) |
			 local64_read(&a.stolen), 0);

	assert_ptr_equal(b.below, &a);
	assert_int_equal(b.key, fgagg_cct_mix(a.key, B));
	assert_int_equal(fgagg_frame_parent(&b, root_key), a.key);
	assert_int_equal(fgagg_frame_depth(&b), 1);
	assert_int_equal(b.room, ROOM - 1);
	assert_int_equal(b.context, FGAGG_CTX_TASK);
	assert_int_equal(b.flags, 0);
	assert_int_equal(b.start, 110);
	assert_int_equal(b.child | local64_read(&b.cost) |
			 local64_read(&b.stolen), 0);
}

static void context_has_a_root_of_its_own(void **state)
{
	struct fgagg_frame f[FGAGG_CTX_NR], callee;
	int context;

	enter(&f[0], FGAGG_CTX_TASK, A, 0);
	for (context = 1; context < FGAGG_CTX_NR; context++) {
		enter(&f[context], context, A, 0);
		assert_int_equal(f[context].flags, FGAGG_FRAME_ROOT);
		assert_int_equal(fgagg_frame_depth(&f[context]), 0);
		assert_int_equal(f[context].room, ROOM);
		assert_ptr_equal(f[context].below, &f[context - 1]);
		assert_int_equal(f[context].key,
				 fgagg_cct_mix(root_key[context], A));
		assert_int_equal(fgagg_frame_parent(&f[context], root_key),
				 root_key[context]);
	}
	enter(&callee, FGAGG_CTX_NMI, B, 0);
	assert_int_equal(callee.key, fgagg_cct_mix(f[FGAGG_CTX_NMI].key, B));
	assert_int_equal(fgagg_frame_depth(&callee), 1);
	assert_int_equal(callee.flags, 0);
}

/* Insert */

static void table_init(struct fgagg_cct *cct, u32 max_paths)
{
	fgagg_cct_init(cct,
		       zalloc(fgagg_cct_index_size(max_paths), sizeof(*cct->index)),
		       zalloc(max_paths + 1, sizeof(struct fgagg_node)),
		       max_paths);
}

static void assert_node(const struct fgagg_cct *cct, u32 i,
			const struct fgagg_frame *f)
{
	const struct fgagg_node *node = &cct->node[i];

	assert_int_equal(node->key, f->key);
	assert_int_equal(node->parent, fgagg_frame_parent(f, root_key));
	assert_int_equal(fgagg_node_func(node), fgagg_frame_func(f));
	assert_ptr_equal(fgagg_cct_find(cct, f->key), node);
}

/* A node's number is lower than those of its callees. */
static void insert_callers_first(void **state)
{
	static const unsigned long func[] = { A, B, B, C, D };
	struct fgagg_frame f[5], sibling;
	struct fgagg_cct cct;
	int i;

	table_init(&cct, 16);
	for (i = 0; i < 5; i++)
		enter(&f[i], FGAGG_CTX_TASK, func[i], 0);
	assert_ptr_equal(fgagg_frame_insert(&cct, &f[4], root_key), &cct.node[5]);
	assert_int_equal(cct.used, 6);
	for (i = 0; i < 5; i++)
		assert_node(&cct, i + 1, &f[i]);

	current = &f[2];
	enter(&sibling, FGAGG_CTX_TASK, A, 0);
	assert_ptr_equal(fgagg_frame_insert(&cct, &sibling, root_key), &cct.node[6]);
	assert_int_equal(cct.used, 7);
	assert_node(&cct, 6, &sibling);
}

static void insert_missing_callers_only(void **state)
{
	struct fgagg_frame f[4];
	struct fgagg_cct cct;
	int i;

	table_init(&cct, 16);
	for (i = 0; i < 4; i++)
		enter(&f[i], FGAGG_CTX_TASK, A, 0);
	assert_ptr_equal(fgagg_frame_insert(&cct, &f[1], root_key), &cct.node[2]);
	assert_ptr_equal(fgagg_frame_insert(&cct, &f[3], root_key), &cct.node[4]);
	assert_int_equal(cct.used, 5);
	for (i = 0; i < 4; i++)
		assert_node(&cct, i + 1, &f[i]);
}

/* What an interrupt came on top of is none of its callers. */
static void insert_stops_at_root(void **state)
{
	struct fgagg_frame a, i, j;
	struct fgagg_cct cct;

	table_init(&cct, 16);
	enter(&a, FGAGG_CTX_TASK, A, 0);
	enter(&i, FGAGG_CTX_HARDIRQ, A, 0);
	enter(&j, FGAGG_CTX_HARDIRQ, B, 0);
	assert_ptr_equal(fgagg_frame_insert(&cct, &j, root_key), &cct.node[2]);
	assert_int_equal(cct.used, 3);
	assert_node(&cct, 1, &i);
	assert_node(&cct, 2, &j);
	assert_null(fgagg_cct_find(&cct, a.key));
}

/* There is room for the two outermost of four. */
static void insert_when_full(void **state)
{
	struct fgagg_frame f[4];
	struct fgagg_cct cct;
	int i;

	table_init(&cct, 2);
	for (i = 0; i < 4; i++)
		enter(&f[i], FGAGG_CTX_TASK, A, 0);
	assert_null(fgagg_frame_insert(&cct, &f[3], root_key));
	assert_int_equal(cct.used, 3);
	assert_node(&cct, 1, &f[0]);
	assert_node(&cct, 2, &f[1]);
	assert_null(fgagg_frame_insert(&cct, &f[2], root_key));
	assert_null(fgagg_frame_insert(&cct, &f[3], root_key));
	assert_int_equal(cct.used, 3);
}

/* A path that has the key of its caller must not make that key a second node. */
static void insert_colliding_caller(void **state)
{
	struct fgagg_frame f[2];
	struct fgagg_node *node;
	struct fgagg_cct cct;

	table_init(&cct, 16);
	enter(&f[0], FGAGG_CTX_TASK, A, 0);
	enter(&f[1], FGAGG_CTX_TASK, B, 0);
	f[1].key = f[0].key;
	node = fgagg_frame_insert(&cct, &f[1], root_key);
	assert_ptr_equal(node, &cct.node[1]);
	assert_int_equal(cct.used, 2);
	assert_node(&cct, 1, &f[0]);
	assert_false(fgagg_node_is(node, fgagg_frame_func(&f[1])));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(function_survives_32_bits),
		TEST(enter_writes_all),
		TEST(context_has_a_root_of_its_own),
		TEST(insert_callers_first),
		TEST(insert_missing_callers_only),
		TEST(insert_stops_at_root),
		TEST(insert_when_full),
		TEST(insert_colliding_caller),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
