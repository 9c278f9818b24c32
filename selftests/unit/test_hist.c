// SPDX-License-Identifier: GPL-2.0-only
/* Bucket arithmetic of uapi/fgagg.h, and hist.c without its carries. */
#include "hist.h"

#include "test_hist.h"
#include "unit.h"

/* Buckets */

static void bucket_example(void **state)
{
	static const struct {
		u64 value;
		u32 index;
	} example[] = {
		{ 0, 0 }, { 1, 1 }, { 31, 31 },
		{ 32, 32 }, { 33, 32 }, { 34, 33 }, { 63, 47 },
		{ 64, 48 }, { 67, 48 }, { 68, 49 }, { 127, 63 }, { 128, 64 },
		{ FGAGG_VALUE_MAX, 655 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(example); i++)
		assert_int_equal(fgagg_bucket_index(example[i].value, 4),
				 example[i].index);
}

static void bucket_number(void **state)
{
	static const u32 number[] = { 0, 88, 172, 336, 656, 1280, 2496, 4864 };
	unsigned int k;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++)
		assert_int_equal(fgagg_bucket_count(k), number[k]);
}

static void bucket_bounds_round_trip(void **state)
{
	unsigned int k;
	u32 i, nr;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		nr = fgagg_bucket_count(k);
		assert_int_equal(fgagg_bucket_low(0, k), 0);
		assert_int_equal(fgagg_bucket_low(nr, k), FGAGG_VALUE_MAX + 1);
		for (i = 0; i < nr; i++) {
			u64 low = fgagg_bucket_low(i, k);
			u64 high = fgagg_bucket_low(i + 1, k) - 1;

			assert_true(low <= high);
			assert_int_equal(fgagg_bucket_index(low, k), i);
			assert_int_equal(fgagg_bucket_index(high, k), i);
		}
	}
}

static void bucket_width(void **state)
{
	unsigned int k;
	u32 i;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		for (i = 0; i < fgagg_bucket_count(k); i++) {
			u64 low = fgagg_bucket_low(i, k);
			u64 width = fgagg_bucket_low(i + 1, k) - low;

			if (low < 2U << k)
				assert_int_equal(width, 1);
			else
				assert_true(width << k <= low);
		}
	}
}

/* Every power of two with its neighbours, which is where a shift goes wrong. */
static void bucket_holds_value(void **state)
{
	unsigned int k, bit;
	s64 off;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		for (bit = 2; bit < FGAGG_VALUE_BITS; bit++) {
			for (off = -3; off <= 3; off++) {
				u64 value = (1ULL << bit) + off;
				u32 i = fgagg_bucket_index(value, k);

				assert_true(fgagg_bucket_low(i, k) <= value);
				assert_true(value < fgagg_bucket_low(i + 1, k));
				assert_true(fgagg_bucket_index(value + 1, k) >= i);
			}
		}
	}
}

/* Histograms */

/* One value of each octave. */
static u64 octave_value(u32 octave, unsigned int k)
{
	return 1ULL << (octave + k);
}

static void hist_empty(void **state)
{
	struct fixture f;

	fixture_init(&f, 4, 4);
	see_all(&f);
	assert_int_equal(f.seen.visits, 0);
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 0);
}

/* All buckets of every precision, each a different number of times. */
static void hist_counts(void **state)
{
	unsigned int k;
	u32 bucket, round;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		u32 nr = fgagg_bucket_count(k);
		u64 total = 0;
		struct fixture f;

		/* Chunk 0, and another one for octave 0. */
		fixture_init(&f, 2 + FGAGG_VALUE_BITS - k, k);
		for (round = 0; round < 5; round++) {
			for (bucket = round; bucket < nr; bucket += round + 1) {
				u64 low = fgagg_bucket_low(bucket, k);
				u64 high = fgagg_bucket_low(bucket + 1, k) - 1;

				assert_true(record(&f, round & 1 ? low : high));
				total++;
			}
		}
		assert_int_equal(f.pool.used, f.pool.size);

		see_all(&f);
		for (bucket = 0; bucket < nr; bucket++) {
			u64 expected = 0;

			for (round = 0; round < 5; round++)
				expected += bucket >= round &&
					    (bucket - round) % (round + 1) == 0;
			assert_int_equal(f.seen.count[bucket], expected);
		}
		assert_int_equal(f.seen.visits, nr);
		assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), total);
		free_all(NULL);
	}
}

/* A full round of ways between them, so that all are in one ring. */
static void hist_shared_way(void **state)
{
	struct fixture f;
	u32 i, round;

	fixture_init(&f, 6, 4);
	for (round = 0; round < 100; round++)
		for (i = 0; i < 5; i++)
			assert_true(record(&f, octave_value(8 * i + 3, 4) + i));
	assert_int_equal(f.pool.used, 6);
	for (i = 0; i < FGAGG_HIST_WAYS; i++)
		assert_int_equal(f.hist.way[i] != 0, i == 3);

	see_all(&f);
	assert_int_equal(f.seen.visits, 5);
	for (i = 0; i < 5; i++)
		assert_int_equal(f.seen.count[fgagg_bucket_index(octave_value(8 * i + 3, 4), 4)],
				 100);
}

static void hist_neighbours_have_ways_of_their_own(void **state)
{
	struct fixture f;
	u32 i;

	fixture_init(&f, 1 + FGAGG_HIST_WAYS, 4);
	for (i = 0; i < FGAGG_HIST_WAYS; i++)
		assert_true(record(&f, octave_value(10 + i, 4)));
	for (i = 0; i < FGAGG_HIST_WAYS; i++)
		assert_int_equal(f.hist.octave[(10 + i) % FGAGG_HIST_WAYS], 10 + i);
}

/* A way that the first call has taken is given to the many that come later. */
static void hist_way_goes_to_the_many(void **state)
{
	struct fixture f;
	u32 i;

	fixture_init(&f, 3, 4);
	assert_true(record(&f, octave_value(20, 4)));
	assert_int_equal(f.hist.octave[4], 20);
	for (i = 0; i < 15; i++) {
		assert_true(record(&f, octave_value(12, 4)));
		assert_int_equal(f.hist.octave[4], 20);
	}
	assert_true(record(&f, octave_value(12, 4)));
	assert_int_equal(f.hist.octave[4], 12);
	for (i = 0; i < 15; i++) {
		assert_true(record(&f, octave_value(20, 4)));
		assert_int_equal(f.hist.octave[4], i < 14 ? 12 : 20);
	}
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 32);
	assert_int_equal(f.pool.used, 3);
}

static void hist_pool_is_shared(void **state)
{
	struct fgagg_hist other = { };
	struct fixture f;
	u32 i;

	fixture_init(&f, 3, 4);
	fgagg_hist_init(&other);
	for (i = 0; i < 7; i++)
		assert_true(record(&f, 50));
	for (i = 0; i < 4; i++)
		assert_true(fgagg_hist_record(&other, &f.pool, 50));
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 7);
	assert_int_equal(fgagg_hist_total(&other, &f.pool), 4);
}

/* Octave 0 takes two chunks that are neighbours, or none. */
static void hist_octave_0(void **state)
{
	unsigned int k;
	u64 value;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		struct fixture f;

		fixture_init(&f, 4, k);
		assert_true(record(&f, octave_value(1, k)));
		for (value = 0; value < 2U << k; value++)
			assert_true(record(&f, value));
		assert_int_equal(f.pool.used, 4);
		see_all(&f);
		for (value = 0; value <= 2U << k; value++)
			assert_int_equal(f.seen.count[value], 1);

		fixture_init(&f, 2, k);
		assert_false(record(&f, 0));
		assert_false(record(&f, (2U << k) - 1));
		assert_int_equal(f.pool.used, 1);
		assert_true(record(&f, 2U << k));
		assert_int_equal(f.pool.used, 2);
	}
}

static void hist_value_max(void **state)
{
	unsigned int k;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		struct fixture f;

		fixture_init(&f, 2, k);
		assert_true(record(&f, FGAGG_VALUE_MAX));
		see_all(&f);
		assert_int_equal(f.seen.visits, 1);
		assert_int_equal(f.seen.count[fgagg_bucket_count(k) - 1], 1);
	}
}

/* Pools */

static void pool_exhausted(void **state)
{
	u32 size, i;

	for (size = 1; size < 40; size++) {
		struct fgagg_hist before;
		struct fixture f;

		fixture_init(&f, size, 4);
		for (i = 1; i < size; i++)
			assert_true(record(&f, octave_value(i, 4)));
		before = f.hist;
		for (i = size; i < 40; i++)
			assert_false(record(&f, octave_value(i, 4)));
		assert_false(record(&f, 0));
		assert_int_equal(f.pool.used, size);
		assert_memory_equal(&f.hist, &before, sizeof(before));

		/* What has a chunk goes on counting. */
		for (i = 1; i < size; i++)
			assert_true(record(&f, 2 * octave_value(i, 4) - 1));
		assert_int_equal(fgagg_hist_total(&f.hist, &f.pool),
				 2 * (size - 1));
	}
}

/* Every number of a chunk fits into its link, and of a counter into 32 bits. */
static void pool_largest(void **state)
{
	unsigned int k;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		u64 max = fgagg_pool_chunks_max(k);
		u64 counters = fgagg_pool_chunk_bytes(k) / sizeof(u16);

		assert_true(max < 1U << 27);
		assert_true(max * counters <= 0xffffffff);
		assert_true(max + 1 == 1U << 27 ||
			    (max + 1) * counters > 0xffffffff);
	}
	assert_int_equal(fgagg_pool_chunk_bytes(4), 36);
}

/* An interrupt takes a chunk while a chunk is being taken. */

static struct fixture *interrupted;
static struct fgagg_hist interrupt_hist;

static void interrupt_takes_chunk(void)
{
	shim_interrupt = NULL;
	assert_true(fgagg_hist_record(&interrupt_hist, &interrupted->pool, 99));
}

static void interrupt_begin(struct fixture *f)
{
	memset(&interrupt_hist, 0, sizeof(interrupt_hist));
	fgagg_hist_init(&interrupt_hist);
	interrupted = f;
	shim_interrupt = interrupt_takes_chunk;
}

static void pool_interrupted(void **state)
{
	struct fixture f;

	fixture_init(&f, 3, 4);
	interrupt_begin(&f);
	assert_true(record(&f, 99));
	assert_null(shim_interrupt);
	assert_int_equal(f.pool.used, 3);
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 1);
	assert_int_equal(fgagg_hist_total(&interrupt_hist, &f.pool), 1);
}

static void pool_interrupt_takes_last(void **state)
{
	struct fixture f;

	fixture_init(&f, 2, 4);
	interrupt_begin(&f);
	assert_false(record(&f, 99));
	assert_int_equal(f.pool.used, 2);
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 0);
	assert_int_equal(fgagg_hist_total(&interrupt_hist, &f.pool), 1);
}

#define TEST(name)	cmocka_unit_test_teardown(name, free_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(bucket_example),
		TEST(bucket_number),
		TEST(bucket_bounds_round_trip),
		TEST(bucket_width),
		TEST(bucket_holds_value),
		TEST(hist_empty),
		TEST(hist_counts),
		TEST(hist_shared_way),
		TEST(hist_neighbours_have_ways_of_their_own),
		TEST(hist_way_goes_to_the_many),
		TEST(hist_pool_is_shared),
		TEST(hist_octave_0),
		TEST(hist_value_max),
		TEST(pool_exhausted),
		TEST(pool_largest),
		TEST(pool_interrupted),
		TEST(pool_interrupt_takes_last),
	};

	return cmocka_run_group_tests_name("hist", tests, NULL, NULL);
}
