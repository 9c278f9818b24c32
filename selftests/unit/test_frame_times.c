// SPDX-License-Identifier: GPL-2.0-only
/* The times of frames, by examples that were computed by hand. */
#include "frame.h"

#include "test_frame.h"
#include "unit.h"

#define assert_times(times, total_, self_, clamp_)			\
do {									\
	struct fgagg_times t_ = times;					\
									\
	assert_int_equal(t_.total, total_);				\
	assert_int_equal(t_.self, self_);				\
	assert_int_equal(t_.clamp, clamp_);				\
} while (0)

#define assert_leave(now, wall, total, self, clamped)			\
	assert_times(leave(now, wall), total, self,			\
		     (clamped) ? FGAGG_CLAMP_TIME : FGAGG_CLAMP_NONE)

/* Calls and interrupts */

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
		assert_int_equal(fgagg_frame_depth(&a[2]), 2);
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
		assert_int_equal(fgagg_frame_depth(&h2), 0);
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
		fgagg_frame_enter(&b, &a, root_key, B, FGAGG_CTX_TASK, ROOM);
		current = &b;
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 10);
		assert_leave(30, wall, 20, 20, false);
		stolen = local64_read(&b.stolen);
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 36);
		assert_leave(40, wall, 4, 4, false);
		fgagg_frame_start_late(&b, (struct fgagg_mark){ 35, stolen, 0 });
		assert_leave(50, wall, wall ? 15 : 11, 11, false);
		assert_leave(100, wall, wall ? 100 : 76, 65, false);
	}
}

/* The same where there is no frame below. */
static void interrupt_at_first_entry(void **state)
{
	struct fgagg_frame a, i;

	fgagg_frame_enter(&a, NULL, root_key, A, FGAGG_CTX_TASK, ROOM);
	current = &a;
	enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 10);
	assert_leave(30, false, 20, 20, false);
	fgagg_frame_start_late(&a, (struct fgagg_mark){ 35, 20, 0 });
	assert_leave(50, false, 15, 15, false);
}

/*
 * a 0-100, b in it 35-50; before b starts the task is preempted, and the scheduler
 * calls c 10-30.
 */
static void preempted_at_entry(void **state)
{
	int wall;

	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b, c;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		fgagg_frame_enter(&b, &a, root_key, B, FGAGG_CTX_TASK, ROOM);
		current = &b;
		enter(&c, FGAGG_CTX_TASK, C, 10);
		assert_leave(30, wall, 20, 20, false);
		fgagg_frame_start_late(&b, (struct fgagg_mark){ .now = 35 });
		assert_leave(50, wall, 35, 15, false);
		assert_leave(100, wall, 100, 65, false);
	}
}

/* The same of a softirq, which gives all of its time to what it interrupts. */
static void preempted_at_first_entry(void **state)
{
	struct fgagg_frame a, b, c;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	fgagg_frame_enter(&b, &a, root_key, B, FGAGG_CTX_SOFTIRQ, ROOM);
	current = &b;
	enter(&c, FGAGG_CTX_SOFTIRQ, C, 10);
	assert_leave(30, false, 20, 20, false);
	fgagg_frame_start_late(&b, (struct fgagg_mark){ .now = 35 });
	assert_leave(50, false, 35, 15, false);
	assert_leave(100, false, 65, 65, false);
}

/* a 0-100, on it b 10-50; then an NMI 55-65 before a is the current frame. */
static void interrupt_at_return(void **state)
{
	static const u8 context[] = { FGAGG_CTX_TASK, FGAGG_CTX_HARDIRQ };
	size_t c;
	int wall;

	for (wall = 0; wall < 2; wall++) {
		for (c = 0; c < ARRAY_SIZE(context); c++) {
			const struct fgagg_mark m = { 50, 3, 0 };
			bool root = context[c] != FGAGG_CTX_TASK;
			struct fgagg_frame a, b, i;

			enter(&a, FGAGG_CTX_TASK, A, 0);
			enter(&b, context[c], B, 10);
			enter(&i, FGAGG_CTX_NMI, IRQ, 20);
			assert_leave(23, wall, 3, 3, false);
			enter(&i, FGAGG_CTX_NMI, IRQ, 55);
			assert_leave(65, wall, 10, 10, false);
			current = &a;
			assert_times(leave_at(&b, m, wall),
				     wall ? 40 : 37, 37, FGAGG_CLAMP_NONE);
			assert_leave(100, wall,
				     wall ? 100 : root ? 50 : 87, 50, false);
		}
	}
}

#define TAG	0x1234

/* a 0-1000, b in it 100-900; away 200-700 and 750-760. */
static void sleep_does_not_count(void **state)
{
	struct fgagg_frame a, b;

	enter(&a, FGAGG_CTX_TASK, A, 0);
	enter(&b, FGAGG_CTX_TASK, B, 100);
	b.tag = TAG;
	fgagg_frame_out(&b, 200);
	assert_int_equal(b.tag, FGAGG_TAG_OUT | TAG);
	fgagg_frame_in(&b, 700);
	assert_int_equal(b.tag, TAG);
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

static struct fgagg_frame *away;
static unsigned int steps;

static void interrupt_at_step(void)
{
	if (steps--)
		return;
	shim_step_hook = NULL;
	fgagg_frame_in(away, 700);
}

/* An interrupt with a hooked function comes while the task finds that it is back. */
static void back_is_counted_once(void **state)
{
	struct fgagg_frame a;
	unsigned int at = 0;
	bool came;

	away = &a;
	do {
		enter(&a, FGAGG_CTX_TASK, A, 0);
		fgagg_frame_out(&a, 200);
		steps = at++;
		shim_step_hook = interrupt_at_step;
		fgagg_frame_in(&a, 700);
		came = !shim_step_hook;
		shim_step_hook = NULL;
		assert_int_equal(local64_read(&a.stolen), 500);
		assert_leave(1000, false, 500, 500, false);
	} while (came);
	assert_true(at > 1);
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

/* The cost of tracing: 3 inside, 7 outside */

/* a 0-200, b in it 20-90, c in that 40-60, d in a 110-130 */
static void cost_is_taken_off(void **state)
{
	int wall;

	cost = (struct fgagg_cost){ 3, 7 };
	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b, c;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&b, FGAGG_CTX_TASK, B, 20);
		enter(&c, FGAGG_CTX_TASK, C, 40);
		assert_leave(60, wall, 17, 17, false);
		assert_leave(90, wall, 57, 40, false);
		enter(&b, FGAGG_CTX_TASK, D, 110);
		assert_leave(130, wall, 17, 17, false);
		assert_leave(200, wall, 167, 93, false);
	}
}

/*
 * a, b in it, and a call of the scheduler before b starts: without tracing 150, 15 of
 * b itself, and 20.
 */
static void cost_of_a_preemption(void **state)
{
	struct fgagg_frame a, b, c;
	int wall;

	cost = (struct fgagg_cost){ 3, 7 };
	for (wall = 0; wall < 2; wall++) {
		enter(&a, FGAGG_CTX_TASK, A, 0);
		fgagg_frame_enter(&b, &a, root_key, B, FGAGG_CTX_TASK, ROOM);
		current = &b;
		enter(&c, FGAGG_CTX_TASK, C, 10);
		assert_leave(33, wall, 20, 20, false);
		fgagg_frame_start_late(&b, (struct fgagg_mark){ 45, 0, 10 });
		assert_leave(63, wall, 35, 15, false);
		assert_leave(173, wall, 150, 115, false);
	}
}

/* a 0-100, an interrupt on it 20-50 */
static void cost_of_an_interrupt(void **state)
{
	int wall;

	cost = (struct fgagg_cost){ 3, 7 };
	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, i;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&i, FGAGG_CTX_HARDIRQ, IRQ, 20);
		assert_leave(50, wall, 27, 27, false);
		assert_leave(100, wall, wall ? 87 : 60, 60, false);
	}
}

/*
 * What is taken off is no more than there is; but what a call costs varies, and the
 * caller has less of it for every call that has more.
 */
static void less_than_cost(void **state)
{
	int wall;

	cost = (struct fgagg_cost){ 30, 7 };
	for (wall = 0; wall < 2; wall++) {
		struct fgagg_frame a, b;
		struct fgagg_times t;

		enter(&a, FGAGG_CTX_TASK, A, 0);
		enter(&b, FGAGG_CTX_TASK, B, 20);
		t = leave(30, wall);
		assert_times(t, 0, 0, FGAGG_CLAMP_COST);
		assert_int_equal(t.cost, 10);
		assert_leave(200, wall, 133, 153, false);
	}
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		TEST(preempted_at_entry),
		TEST(preempted_at_first_entry),
		TEST(interrupt_at_return),
		TEST(sleep_does_not_count),
		TEST(sleep_counts),
		TEST(sleep_of_a_root),
		TEST(back_is_counted_once),
		TEST(clock_goes_backwards),
		TEST(callee_outlasts_caller),
		TEST(interrupt_outlasts_task),
		TEST(longest_call),
		TEST(overlong_call),
		TEST(overlong_sleep),
		TEST(negative_sleep),
		TEST(cost_is_taken_off),
		TEST(cost_of_a_preemption),
		TEST(cost_of_an_interrupt),
		TEST(less_than_cost),
	};

	return cmocka_run_group_tests_name("times", tests, NULL, NULL);
}
