// SPDX-License-Identifier: GPL-2.0-only
/* frame.h and frame.c, by examples that were computed by hand. */
#include "frame.h"

#include "unit.h"

#define A	0xffffffff81000010UL
#define B	0xffffffff81000200UL
#define C	0xffffffffc0003330UL
#define D	0xffffffffffffffffUL
#define IRQ	0xffffffff81abcde0UL

static const u64 root_key[FGAGG_CTX_NR] = {
	[FGAGG_CTX_TASK]	= 0x1d8e4e27c47d124fULL,
	[FGAGG_CTX_SOFTIRQ]	= 0xeb44accab455d165ULL,
	[FGAGG_CTX_HARDIRQ]	= 0x9d6bdbf3b8ee5a17ULL,
	[FGAGG_CTX_NMI]		= 0x4be98134a5976fd3ULL,
};

/* The least of a hook: one CPU and its current frame. */
static struct fgagg_frame *current;

static int setup(void **state)
{
	current = NULL;
	return 0;
}

static void enter(struct fgagg_frame *f, u8 context, unsigned long func, u64 now)
{
	fgagg_frame_enter(f, current, root_key, func, context);
	current = f;
	fgagg_frame_start(f, now, 0);
}

static struct fgagg_times leave(u64 now, bool wall)
{
	struct fgagg_frame *f = current;

	current = f->below;
	return fgagg_frame_exit(f, now, local64_read(&f->stolen), wall);
}

#define assert_times(times, total_, self_, clamped_)			\
do {									\
	struct fgagg_times t_ = times;					\
									\
	assert_int_equal(t_.total, total_);				\
	assert_int_equal(t_.self, self_);				\
	assert_int_equal(t_.clamped, clamped_);				\
} while (0)

#define assert_leave(now, wall, total, self, clamped)			\
	assert_times(leave(now, wall), total, self, clamped)

/* Keys and links */

static void function_survives_32_bits(void **state)
{
	static const unsigned long func[] = {
		A, C, D, 0xffffffff80000000UL,
	};
	struct fgagg_frame f;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(func); i++) {
		fgagg_frame_enter(&f, NULL, root_key, func[i], FGAGG_CTX_TASK);
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
	assert_int_equal(a.depth, 0);
	assert_int_equal(a.context, FGAGG_CTX_TASK);
	assert_int_equal(a.flags, FGAGG_FRAME_ROOT);
	assert_int_equal(a.start, 100);
	assert_int_equal(a.child | local64_read(&a.stolen), 0);

	assert_ptr_equal(b.below, &a);
	assert_int_equal(b.key, fgagg_cct_mix(a.key, B));
	assert_int_equal(fgagg_frame_parent(&b, root_key), a.key);
	assert_int_equal(b.depth, 1);
	assert_int_equal(b.context, FGAGG_CTX_TASK);
	assert_int_equal(b.flags, 0);
	assert_int_equal(b.start, 110);
	assert_int_equal(b.child | local64_read(&b.stolen), 0);
}

static void context_has_a_root_of_its_own(void **state)
{
	struct fgagg_frame f[FGAGG_CTX_NR], callee;
	int context;

	enter(&f[0], FGAGG_CTX_TASK, A, 0);
	for (context = 1; context < FGAGG_CTX_NR; context++) {
		enter(&f[context], context, A, 0);
		assert_int_equal(f[context].flags, FGAGG_FRAME_ROOT);
		assert_int_equal(f[context].depth, 0);
		assert_ptr_equal(f[context].below, &f[context - 1]);
		assert_int_equal(f[context].key,
				 fgagg_cct_mix(root_key[context], A));
		assert_int_equal(fgagg_frame_parent(&f[context], root_key),
				 root_key[context]);
	}
	enter(&callee, FGAGG_CTX_NMI, B, 0);
	assert_int_equal(callee.key, fgagg_cct_mix(f[FGAGG_CTX_NMI].key, B));
	assert_int_equal(callee.depth, 1);
	assert_int_equal(callee.flags, 0);
}

static void inline_is_inherited_in_context(void **state)
{
	struct fgagg_frame a, b, c, i;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	enter(&b, FGAGG_CTX_TASK, B, 0);
	b.flags |= FGAGG_FRAME_INLINE;
	enter(&c, FGAGG_CTX_TASK, C, 0);
	assert_int_equal(c.flags, FGAGG_FRAME_INLINE);
	enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 0);
	assert_int_equal(i.flags, FGAGG_FRAME_ROOT);
}

/* Times */

static void nested(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b, c;

		enter(&a, FGAGG_CTX_TASK, A, 1000);
		enter(&b, FGAGG_CTX_TASK, B, 1010);
		enter(&c, FGAGG_CTX_TASK, C, 1020);
		assert_leave(1030, wall, 10, 10, false);
		assert_leave(1050, wall, 40, 30, false);
		assert_leave(1100, wall, 100, 60, false);
		assert_null(current);
	}
}

static void siblings(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&b, FGAGG_CTX_TASK, B, 10);
		assert_leave(20, wall, 10, 10, false);
		enter(&b, FGAGG_CTX_TASK, C, 30);
		assert_leave(50, wall, 20, 20, false);
		enter(&b, FGAGG_CTX_TASK, B, 60);
		assert_leave(60, wall, 0, 0, false);
		assert_leave(100, wall, 100, 70, false);
	}
}

static void recursion(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a[3];

		enter(&a[0], FGAGG_CTX_TASK, A, 0);
		enter(&a[1], FGAGG_CTX_TASK, A, 10);
		enter(&a[2], FGAGG_CTX_TASK, A, 20);
		assert_int_equal(a[2].depth, 2);
		assert_int_not_equal(a[0].key, a[1].key);
		assert_int_not_equal(a[1].key, a[2].key);
		assert_leave(40, wall, 20, 20, false);
		assert_leave(60, wall, 50, 30, false);
		assert_leave(100, wall, 100, 50, false);
	}
}

/* The clock may wrap. */
static void clock_wraps(void **state)
{
	struct fgagg_frame a, b;

	enter(&a, FGAGG_CTX_TASK, A, -100ULL);
	enter(&b, FGAGG_CTX_TASK, B, -50ULL);
	fgagg_frame_out(&b, -10ULL);
	fgagg_frame_in(&b, 20);
	assert_leave(50, false, 70, 70, false);
	assert_leave(100, false, 170, 100, false);
}

/* a 0-100, b in it 10-90, an interrupt on b 20-50 with a callee 30-40 */
static void interrupt(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b, i, j;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&b, FGAGG_CTX_TASK, B, 10);
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 20);
		enter(&j, FGAGG_CTX_HARDIRQ, C, 30);
		assert_leave(40, wall, 10, 10, false);
		assert_leave(50, wall, 30, 20, false);
		assert_int_equal(local64_read(&b.stolen), 30);
		assert_int_equal(b.child, 0);
		assert_leave(90, wall, wall ? 80 : 50, 50, false);
		assert_leave(100, wall, wall ? 100 : 70, 20, false);
	}
}

/* Two in one frame, and between its callees. */
static void interrupts(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b, i;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&i, FGAGG_CTX_SOFTIRQ, IRQ, 10);
		assert_leave(15, wall, 5, 5, false);
		enter(&b, FGAGG_CTX_TASK, B, 20);
		assert_leave(40, wall, 20, 20, false);
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 50);
		assert_leave(57, wall, 7, 7, false);
		assert_leave(100, wall, wall ? 100 : 88, 68, false);
	}
}

/* On a task that is in no traced function there is nobody to steal from. */
static void interrupt_on_nothing(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame i;

		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 0);
		assert_null(i.below);
		assert_leave(10, wall, 10, 10, false);
		assert_null(current);
	}
}

/*
 * At its exit a hardirq runs softirqs, on which comes another hardirq:
 *
 *	task    0-------------------------------1000
 *	hardirq   100---------------------500
 *	softirq         200---------400
 *	hardirq             250-300
 */
static void softirq_in_hardirq_exit(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, h, s, h2;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&h, FGAGG_CTX_HARDIRQ, IRQ, 100);
		enter(&s, FGAGG_CTX_SOFTIRQ, B, 200);
		enter(&h2, FGAGG_CTX_HARDIRQ, IRQ, 250);
		assert_int_equal(h2.key, h.key);
		assert_int_equal(h2.depth, 0);
		assert_leave(300, wall, 50, 50, false);
		assert_leave(400, wall, wall ? 200 : 150, 150, false);
		assert_leave(500, wall, wall ? 400 : 200, 200, false);
		assert_leave(1000, wall, wall ? 1000 : 600, 600, false);
	}
}

/*
 * Interrupts while a hook runs.  What comes before the clock is read at entry
 * and after it is read at return is time of the frame below.
 */

/* a 0-100, b in it 35-50; interrupts 10-30 and, before b->start is set, 36-40. */
static void interrupt_at_entry(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b, i;
		u64 stolen;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		fgagg_frame_enter(&b, &a, root_key, B, FGAGG_CTX_TASK);
		current = &b;
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 10);
		assert_leave(30, wall, 20, 20, false);
		stolen = local64_read(&b.stolen);
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 36);
		assert_leave(40, wall, 4, 4, false);
		fgagg_frame_start(&b, 35, stolen);
		assert_leave(50, wall, wall ? 15 : 11, 11, false);
		assert_leave(100, wall, wall ? 100 : 76, 65, false);
	}
}

/* The same where there is no frame below. */
static void interrupt_at_first_entry(void **state)
{
	struct fgagg_frame a, i;

	fgagg_frame_enter(&a, NULL, root_key, A, FGAGG_CTX_TASK);
	current = &a;
	enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 10);
	assert_leave(30, false, 20, 20, false);
	fgagg_frame_start(&a, 35, 20);
	assert_leave(50, false, 15, 15, false);
}

/* a 0-100, on it b 10-50; then an NMI 55-65 before a is the current frame. */
static void interrupt_at_return(void **state)
{
	static const u8 context[] = { FGAGG_CTX_TASK, FGAGG_CTX_HARDIRQ };
	size_t c;
	int wall;

	for (wall = 0; wall < 2; wall++) {
		for (c = 0; c < ARRAY_SIZE(context); c++) {
			bool root = context[c] != FGAGG_CTX_TASK;
			struct fgagg_frame a, b, i;

			enter(&a, FGAGG_CTX_TASK, A, 0);
			enter(&b, context[c], B, 10);
			enter(&i, FGAGG_CTX_NMI, IRQ, 20);
			assert_leave(23, wall, 3, 3, false);
			enter(&i, FGAGG_CTX_NMI, IRQ, 55);
			assert_leave(65, wall, 10, 10, false);
			current = &a;
			assert_times(fgagg_frame_exit(&b, 50, 3, wall),
				     wall ? 40 : 37, 37, false);
			assert_leave(100, wall,
				     wall ? 100 : root ? 50 : 87, 50, false);
		}
	}
}

/* a 0-1000, b in it 100-900; away 200-700 and 750-760. */
static void sleep_does_not_count(void **state)
{
	struct fgagg_frame a, b;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	enter(&b, FGAGG_CTX_TASK, B, 100);
	fgagg_frame_out(&b, 200);
	assert_int_equal(b.flags, FGAGG_FRAME_OUT);
	fgagg_frame_in(&b, 700);
	assert_int_equal(b.flags, 0);
	fgagg_frame_out(&b, 750);
	fgagg_frame_in(&b, 760);
	assert_leave(900, false, 290, 290, false);
	assert_leave(1000, false, 490, 200, false);
}

/* The same, with time=wall: nobody tells the frames that the task was away. */
static void sleep_counts(void **state)
{
	struct fgagg_frame a, b;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	enter(&b, FGAGG_CTX_TASK, B, 100);
	assert_leave(900, true, 800, 800, false);
	assert_leave(1000, true, 1000, 200, false);
}

/* A root that sleeps keeps its flag. */
static void sleep_of_a_root(void **state)
{
	struct fgagg_frame a;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	fgagg_frame_out(&a, 10);
	fgagg_frame_in(&a, 90);
	assert_int_equal(a.flags, FGAGG_FRAME_ROOT);
	assert_leave(100, false, 20, 20, false);
}

/* Clamps */

static void clock_goes_backwards(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&b, FGAGG_CTX_TASK, B, 50);
		assert_leave(49, wall, 0, 0, true);
		assert_int_equal(a.child, 0);
		assert_leave(100, wall, 100, 100, false);
	}
}

static void callee_outlasts_caller(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b;

		enter(&a, FGAGG_CTX_TASK, A, 100);
		enter(&b, FGAGG_CTX_TASK, B, 110);
		assert_leave(190, wall, 80, 80, false);
		assert_leave(160, wall, 60, 0, true);
	}
}

static void interrupt_outlasts_task(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, i;

		enter(&a, FGAGG_CTX_TASK, A, 100);
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 110);
		assert_leave(190, wall, 80, 80, false);
		assert_leave(160, wall, wall ? 60 : 0, 0, true);
	}
}

static void longest_call(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a;

		enter(&a, FGAGG_CTX_TASK, A, 7);
		assert_leave(7 + FGAGG_VALUE_MAX, wall,
			     FGAGG_VALUE_MAX, FGAGG_VALUE_MAX, false);
	}
}

static void overlong_call(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&b, FGAGG_CTX_TASK, B, 7);
		assert_leave(7 + FGAGG_VALUE_MAX + 1, wall,
			     FGAGG_VALUE_MAX, FGAGG_VALUE_MAX, true);
		enter(&b, FGAGG_CTX_HARDIRQ, B, 7);
		assert_leave(7 + (1ULL << 62), wall,
			     FGAGG_VALUE_MAX, FGAGG_VALUE_MAX, true);
	}
}

/* Hours of sleep do not cost the call, or its caller, what it worked. */
static void overlong_sleep(void **state)
{
	const u64 hours = 3 * FGAGG_VALUE_MAX;
	struct fgagg_frame a, b;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	enter(&b, FGAGG_CTX_TASK, B, 10);
	fgagg_frame_out(&b, 20);
	fgagg_frame_in(&b, 20 + hours);
	assert_leave(hours + 50, false, 40, 40, false);
	assert_leave(hours + 100, false, 100, 60, false);
}

/*
 * The CPU that the task comes back on is behind the one that it left.  Time
 * without sleep is still no more than time with it, nor than the longest.
 */
static void negative_sleep(void **state)
{
	struct fgagg_frame a, b;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	enter(&b, FGAGG_CTX_TASK, B, 100);
	fgagg_frame_out(&b, 200);
	fgagg_frame_in(&b, 190);
	assert_leave(300, false, 200, 200, true);
	fgagg_frame_out(&a, 1000);
	fgagg_frame_in(&a, 990);
	assert_leave(FGAGG_VALUE_MAX, false,
		     FGAGG_VALUE_MAX, FGAGG_VALUE_MAX - 200, true);
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
		TEST(inline_is_inherited_in_context),
		TEST(nested),
		TEST(siblings),
		TEST(recursion),
		TEST(clock_wraps),
		TEST(interrupt),
		TEST(interrupts),
		TEST(interrupt_on_nothing),
		TEST(softirq_in_hardirq_exit),
		TEST(interrupt_at_entry),
		TEST(interrupt_at_first_entry),
		TEST(interrupt_at_return),
		TEST(sleep_does_not_count),
		TEST(sleep_counts),
		TEST(sleep_of_a_root),
		TEST(clock_goes_backwards),
		TEST(callee_outlasts_caller),
		TEST(interrupt_outlasts_task),
		TEST(longest_call),
		TEST(overlong_call),
		TEST(overlong_sleep),
		TEST(negative_sleep),
		TEST(insert_callers_first),
		TEST(insert_missing_callers_only),
		TEST(insert_stops_at_root),
		TEST(insert_when_full),
		TEST(insert_colliding_caller),
	};

	return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
