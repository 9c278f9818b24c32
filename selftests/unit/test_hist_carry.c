// SPDX-License-Identifier: GPL-2.0-only
/* hist.c: counters that are full, interrupts at any step, and readers. */
#include "hist.h"

#include <pthread.h>
#include <stdio.h>

#include "test_hist.h"
#include "unit.h"

#define FULL	FGAGG_COUNTER_FULL
#define VALUE	600

/* A counter of VALUE's bucket, for tests that have no time to count. */
static u16 *counter(struct fixture *f, u32 level)
{
	u32 octave = fgagg_hist_octave(&f->pool, VALUE);

	return fgagg_hist_counter(&f->hist, &f->pool, octave, VALUE >> octave,
				  level);
}

static u64 total(struct fixture *f)
{
	return fgagg_hist_total(&f->hist, &f->pool);
}

/* Carries */

static void every_call_counts(void **state)
{
	struct fixture f;
	u32 i;

	fixture_init(&f, 10, 4);
	for (i = 1; i <= 5 * FULL + 3; i++) {
		assert_true(record(&f, VALUE));
		if (i % FULL < 3)
			assert_int_equal(total(&f), i);
	}
	assert_int_equal(f.pool.used, 3);
	assert_int_equal(*counter(&f, 0), 3);
	assert_int_equal(*counter(&f, 1), 5);
	assert_null(counter(&f, 2));
	see_all(&f);
	assert_int_equal(f.seen.visits, 1);
	assert_int_equal(f.seen.count[fgagg_bucket_index(VALUE, 4)], 5 * FULL + 3);
}

/* Every bucket of every octave, of the first and of the others. */
static void every_bucket_is_carried(void **state)
{
	unsigned int k;
	u32 bucket;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		u32 nr = fgagg_bucket_count(k), pass;
		struct fixture f;

		fixture_init(&f, 3 * (FGAGG_VALUE_BITS + 1), k);
		for (pass = 0; pass < 2; pass++) {
			for (bucket = 0; bucket < nr; bucket++) {
				u64 low = fgagg_bucket_low(bucket, k);
				u32 octave = fgagg_hist_octave(&f.pool, low);

				assert_true(record(&f, low));
				*fgagg_hist_counter(&f.hist, &f.pool, octave,
						    low >> octave, 0) = FULL - 1;
				assert_true(record(&f, low));
			}
		}
		see_all(&f);
		assert_int_equal(f.seen.visits, nr);
		for (bucket = 0; bucket < nr; bucket++)
			assert_int_equal(f.seen.count[bucket], 2 * FULL);
		free_all(NULL);
	}
}

/* A month of 10 million calls in a second, all in one bucket. */
static void a_month(void **state)
{
	const u64 month = 31 * 24 * 3600 * 10000000ULL;
	struct fixture f;
	u32 i;

	fixture_init(&f, 10, 4);
	assert_true(record(&f, VALUE));
	*counter(&f, 0) = FULL - 1;
	assert_true(record(&f, VALUE));
	*counter(&f, 0) = FULL - 1;
	*counter(&f, 1) = FULL - 1;
	assert_true(record(&f, VALUE));
	assert_int_equal(total(&f), (u64)FULL * FULL);

	*counter(&f, 0) = (month - 5) % FULL;
	*counter(&f, 1) = (month - 5) / FULL % FULL;
	*counter(&f, 2) = (month - 5) / FULL / FULL;
	assert_int_equal(total(&f), month - 5);
	for (i = 0; i < 100000; i++)
		assert_true(record(&f, VALUE));
	assert_int_equal(total(&f), month - 5 + 100000);
}

/* With no chunk to carry to, a counter stays where it is, and the rest is lost. */
static void no_chunk_to_carry_to(void **state)
{
	u32 level, i;

	for (level = 0; level < FGAGG_HIST_LEVELS - 1; level++) {
		u64 room = (1ULL << (level + 1) * FGAGG_COUNTER_BITS) - 1;
		struct fixture f;

		fixture_init(&f, 2 + level, 4);
		assert_true(record(&f, VALUE));
		for (i = 0; i < level; i++) {
			*counter(&f, i) = FULL - 1;
			assert_true(record(&f, VALUE));
		}
		for (i = 0; i <= level; i++)
			*counter(&f, i) = FULL - 1;
		assert_int_equal(total(&f), room);
		for (i = 0; i < 1000; i++)
			assert_false(record(&f, VALUE));
		assert_int_equal(total(&f), room);
		/* Its neighbour goes on. */
		assert_true(record(&f, VALUE + 50));
		assert_int_equal(total(&f), room + 1);
	}
}

/* Interrupts at every step that record what is being recorded */

static struct {
	struct fixture		*f;
	unsigned int		step;
	unsigned int		at;
	unsigned int		depth;
	u64			value;
	u64			recorded[2];
	u64			lost;
} irq;

static void count_record(u64 value, u64 *recorded)
{
	if (record(irq.f, value))
		++*recorded;
	else
		irq.lost++;
}

/* Another one comes on top of it at the same step of its own. */
static void interrupt_at_step(void)
{
	unsigned int step;

	if (irq.step++ != irq.at || irq.depth == 3)
		return;
	step = irq.step;
	irq.step = 0;
	irq.depth++;
	count_record(irq.value, &irq.recorded[1]);
	irq.depth--;
	irq.step = step;
}

/* Returns whether the call had so many steps that one was interrupted. */
static bool record_interrupted(struct fixture *f, unsigned int at, u64 value)
{
	memset(&irq, 0, sizeof(irq));
	irq.f = f;
	irq.at = at;
	irq.value = value;
	shim_step_hook = interrupt_at_step;
	count_record(VALUE, &irq.recorded[0]);
	shim_step_hook = NULL;
	return irq.step > at;
}

/* VALUE, its neighbour in the octave, and another octave of the same way. */
static const u64 interrupting[] = { VALUE, VALUE + 50, VALUE << 8 };

/*
 * Just before a counter of this level is carried, and the other octave of the way
 * is given the way.
 */
static void nearly_full(struct fixture *f, u32 size, u32 level)
{
	u32 i, j;

	fixture_init(f, size, 4);
	for (i = 0; i < level; i++) {
		assert_true(record(f, VALUE));
		for (j = 0; j <= i; j++)
			if (counter(f, j))
				*counter(f, j) = FULL - 1;
	}
	for (i = 0; i < 15; i++)
		record(f, VALUE << 8);
}

/* Just before VALUE's octave is given the way that another one has. */
static void nearly_patient(struct fixture *f, u32 size)
{
	u32 i;

	fixture_init(f, size, 4);
	record(f, VALUE << 8);
	for (i = 0; i < 15; i++)
		record(f, VALUE);
}

static void check_interrupted(struct fixture *f, const struct seen *before,
			      u64 value)
{
	u32 bucket = fgagg_bucket_index(VALUE, 4), i;

	see_all(f);
	for (i = 0; i < NR_BUCKETS_MAX; i++) {
		u64 more = i == bucket ? irq.recorded[0] : 0;

		if (i == fgagg_bucket_index(value, 4))
			more += irq.recorded[1];
		assert_int_equal(f->seen.count[i], before->count[i] + more);
	}
	assert_int_equal(local64_read(&f->pool.carry_begin),
			 local64_read(&f->pool.carry_end));
}

static void interrupt_at_any_step(void **state)
{
	static struct fixture f;
	static struct seen before;
	u32 level, size, at;
	bool again;
	size_t v;

	for (level = 0; level <= FGAGG_HIST_LEVELS + 1; level++) {
		for (size = 1 + level; size < 14; size++) {
			for (v = 0; v < ARRAY_SIZE(interrupting); v++) {
				again = true;
				for (at = 0; again; at++) {
					if (level > FGAGG_HIST_LEVELS)
						nearly_patient(&f, size);
					else
						nearly_full(&f, size, level);
					see_all(&f);
					before = f.seen;
					again = record_interrupted(&f, at,
								   interrupting[v]);
					check_interrupted(&f, &before,
							  interrupting[v]);
					assert_true(size < 13 || !irq.lost);
					free_all(NULL);
				}
				assert_in_range(at, 3, 1000);
			}
		}
	}
}

/* Readers */

/* Between any two steps of a call a reader sees it, or not; never less or more. */
static struct {
	struct fixture		*f;
	u64			before;
	u64			last;
	u64			reads;
	u64			waits;
} look;

static void look_at_step(void)
{
	u64 now;

	/* A reader would wait for the end of the carry. */
	if (look.f->pool.carry_begin.a != look.f->pool.carry_end.a) {
		look.waits++;
		return;
	}
	shim_step_hook = NULL;
	now = total(look.f);
	assert_in_range(now, look.last, look.before + 1);
	look.last = now;
	look.reads++;
	shim_step_hook = look_at_step;
}

static void reader_at_any_step(void **state)
{
	u32 level, size;

	for (level = 0; level <= FGAGG_HIST_LEVELS; level++) {
		for (size = 1 + level; size < 8; size++) {
			struct fixture f;
			bool recorded;

			nearly_full(&f, size, level);
			memset(&look, 0, sizeof(look));
			look.f = &f;
			look.before = total(&f);
			look.last = look.before;
			shim_step_hook = look_at_step;
			recorded = record(&f, VALUE);
			shim_step_hook = NULL;
			assert_int_equal(total(&f), look.before + recorded);
			assert_int_not_equal(look.reads, 0);
			assert_int_equal(look.waits != 0, level && recorded);
			free_all(NULL);
		}
	}
}

/* A writer on another CPU, with a carry each few calls. */
static struct fixture shared;
static u64 started, finished;

static void *writer(void *unused)
{
	u64 value[] = { VALUE, VALUE + 50, VALUE << 8, 3 };
	u64 i;

	for (i = 0; i < 3000000; i++) {
		__atomic_store_n(&started, i + 1, __ATOMIC_SEQ_CST);
		assert_true(record(&shared, value[i % 4]));
		__atomic_store_n(&finished, i + 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

static void reader_beside_writer(void **state)
{
	u64 least, most, now, last = 0, reads = 0;
	pthread_t thread;

	fixture_init(&shared, 20, 4);
	assert_int_equal(pthread_create(&thread, NULL, writer, NULL), 0);
	do {
		least = __atomic_load_n(&finished, __ATOMIC_SEQ_CST);
		now = total(&shared);
		most = __atomic_load_n(&started, __ATOMIC_SEQ_CST);
		assert_in_range(now, least, most);
		assert_in_range(now, last, most);
		last = now;
		reads++;
	} while (least < 3000000);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_in_range(local64_read(&shared.pool.carry_end), 3000000 / FULL - 4,
			3000000 / FULL);
	print_message("# %llu reads\n", reads);
}

static int stop_hook(void **state)
{
	shim_step_hook = NULL;
	return free_all(state);
}

#define TEST(name)	cmocka_unit_test_teardown(name, stop_hook)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_call_counts),
		TEST(every_bucket_is_carried),
		TEST(a_month),
		TEST(no_chunk_to_carry_to),
		TEST(interrupt_at_any_step),
		TEST(reader_at_any_step),
		TEST(reader_beside_writer),
	};

	return cmocka_run_group_tests_name("carries", tests, NULL, NULL);
}
