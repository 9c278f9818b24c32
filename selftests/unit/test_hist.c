// SPDX-License-Identifier: GPL-2.0-only
/* Bucket arithmetic of uapi/fgagg.h, and hist.c. */
#include "hist.h"

#include <linux/atomic.h>

#include "unit.h"

#define NR_BUCKETS_MAX	8192

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

struct fixture {
	struct fgagg_pool pool;
	struct fgagg_hist hist;
};

static void fixture_init(struct fixture *f, u32 size)
{
	memset(f, 0, sizeof(*f));
	fgagg_pool_init(&f->pool, zalloc(size, sizeof(struct fgagg_chunk)), size);
}

/* Counts by bucket, as fgagg_hist_for_each() reports them. */
struct seen {
	u64 count[NR_BUCKETS_MAX];
	u32 visits;
};

static void see(u32 bucket, u64 count, void *data)
{
	struct seen *seen = data;

	assert_in_range(bucket, 0, NR_BUCKETS_MAX - 1);
	assert_int_not_equal(count, 0);
	assert_int_equal(seen->count[bucket], 0);
	seen->count[bucket] = count;
	seen->visits++;
}

static void hist_empty(void **state)
{
	struct seen seen = { };
	struct fixture f;

	fixture_init(&f, 4);
	fgagg_hist_for_each(&f.hist, &f.pool, see, &seen);
	assert_int_equal(seen.visits, 0);
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 0);
}

/* All buckets of the highest precision, each a different number of times. */
static void hist_counts(void **state)
{
	u32 nr = fgagg_bucket_count(FGAGG_PRECISION_MAX);
	u64 total = 0;
	struct seen seen = { };
	struct fixture f;
	u32 bucket, round;

	fixture_init(&f, 1 + nr / FGAGG_CHUNK_BUCKETS);
	for (round = 0; round < 5; round++) {
		for (bucket = round; bucket < nr; bucket += round + 1) {
			assert_true(fgagg_hist_record(&f.hist, &f.pool, bucket));
			total++;
		}
	}
	assert_int_equal(f.pool.used, f.pool.size);

	fgagg_hist_for_each(&f.hist, &f.pool, see, &seen);
	for (bucket = 0; bucket < nr; bucket++) {
		u64 expected = 0;

		for (round = 0; round < 5; round++)
			expected += bucket >= round &&
				    (bucket - round) % (round + 1) == 0;
		assert_int_equal(seen.count[bucket], expected);
	}
	assert_int_equal(seen.visits, nr);
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), total);
}

/* A full round of ways between them, so all these chunks hang in one chain. */
static void hist_shared_way(void **state)
{
	const u32 stride = FGAGG_HIST_WAYS * FGAGG_CHUNK_BUCKETS;
	struct seen seen = { };
	struct fixture f;
	u32 i, round;

	fixture_init(&f, 11);
	for (round = 0; round < 3; round++)
		for (i = 0; i < 10; i++)
			assert_true(fgagg_hist_record(&f.hist, &f.pool,
						      i * stride + 24 + i % 8));
	assert_int_equal(f.pool.used, 11);
	for (i = 0; i < FGAGG_HIST_WAYS; i++)
		assert_int_equal(f.hist.way[i] != 0, i == 3);

	fgagg_hist_for_each(&f.hist, &f.pool, see, &seen);
	assert_int_equal(seen.visits, 10);
	for (i = 0; i < 10; i++)
		assert_int_equal(seen.count[i * stride + 24 + i % 8], 3);
}

static void hist_neighbours_have_ways_of_their_own(void **state)
{
	struct fixture f;
	u32 i;

	fixture_init(&f, 1 + FGAGG_HIST_WAYS);
	for (i = 0; i < FGAGG_HIST_WAYS; i++)
		assert_true(fgagg_hist_record(&f.hist, &f.pool,
					      100 + i * FGAGG_CHUNK_BUCKETS));
	for (i = 0; i < FGAGG_HIST_WAYS; i++)
		assert_int_equal(f.pool.chunk[f.hist.way[i]].next, 0);
}

static void hist_pool_is_shared(void **state)
{
	struct fgagg_hist other = { };
	struct fixture f;
	u32 i;

	fixture_init(&f, 3);
	for (i = 0; i < 7; i++)
		assert_true(fgagg_hist_record(&f.hist, &f.pool, 5));
	for (i = 0; i < 4; i++)
		assert_true(fgagg_hist_record(&other, &f.pool, 5));
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 7);
	assert_int_equal(fgagg_hist_total(&other, &f.pool), 4);
}

/* Chunk 0 has the number of no bucket: the first buckets do not land in it. */
static void hist_chunk_0_stays_empty(void **state)
{
	struct fgagg_hist other = { };
	struct fixture f;
	u32 i;

	fixture_init(&f, 2);
	assert_true(fgagg_hist_record(&f.hist, &f.pool, 0));
	assert_int_equal(f.pool.used, 2);
	assert_false(fgagg_hist_record(&other, &f.pool, 0));
	for (i = 0; i < FGAGG_CHUNK_BUCKETS; i++)
		assert_int_equal(f.pool.chunk[0].count[i], 0);
}

static void hist_value_max(void **state)
{
	unsigned int k;

	for (k = FGAGG_PRECISION_MIN; k <= FGAGG_PRECISION_MAX; k++) {
		u32 bucket = fgagg_bucket_index(FGAGG_VALUE_MAX, k);
		struct seen seen = { };
		struct fixture f;

		fixture_init(&f, 2);
		assert_true(fgagg_hist_record(&f.hist, &f.pool, bucket));
		fgagg_hist_for_each(&f.hist, &f.pool, see, &seen);
		assert_int_equal(seen.visits, 1);
		assert_int_equal(seen.count[fgagg_bucket_count(k) - 1], 1);
	}
}

static void pool_exhausted(void **state)
{
	u32 size, i;

	for (size = 1; size < 40; size++) {
		struct fgagg_hist before;
		struct fixture f;

		fixture_init(&f, size);
		for (i = 0; i < size - 1; i++)
			assert_true(fgagg_hist_record(&f.hist, &f.pool,
						      i * FGAGG_CHUNK_BUCKETS));
		before = f.hist;
		for (i = size - 1; i < 1000; i++)
			assert_false(fgagg_hist_record(&f.hist, &f.pool,
						       i * FGAGG_CHUNK_BUCKETS));
		assert_int_equal(f.pool.used, size);
		assert_memory_equal(&f.hist, &before, sizeof(before));

		/* What has a chunk goes on counting. */
		for (i = 0; i < size - 1; i++)
			assert_true(fgagg_hist_record(&f.hist, &f.pool,
						      i * FGAGG_CHUNK_BUCKETS + 7));
		assert_int_equal(fgagg_hist_total(&f.hist, &f.pool),
				 2 * (size - 1));
	}
}

/* An interrupt takes a chunk while a chunk is being taken. */

static struct fixture *interrupted;
static struct fgagg_hist interrupt_hist;

static void interrupt_takes_chunk(void)
{
	shim_interrupt = NULL;
	assert_true(fgagg_hist_record(&interrupt_hist, &interrupted->pool, 9));
}

static void interrupt_begin(struct fixture *f)
{
	memset(&interrupt_hist, 0, sizeof(interrupt_hist));
	interrupted = f;
	shim_interrupt = interrupt_takes_chunk;
}

static void pool_interrupted(void **state)
{
	struct fixture f;

	fixture_init(&f, 3);
	interrupt_begin(&f);
	assert_true(fgagg_hist_record(&f.hist, &f.pool, 9));
	assert_null(shim_interrupt);
	assert_int_equal(f.pool.used, 3);
	assert_int_equal(fgagg_hist_total(&f.hist, &f.pool), 1);
	assert_int_equal(fgagg_hist_total(&interrupt_hist, &f.pool), 1);
}

static void pool_interrupt_takes_last(void **state)
{
	struct fixture f;

	fixture_init(&f, 2);
	interrupt_begin(&f);
	assert_false(fgagg_hist_record(&f.hist, &f.pool, 9));
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
		TEST(hist_pool_is_shared),
		TEST(hist_chunk_0_stays_empty),
		TEST(hist_value_max),
		TEST(pool_exhausted),
		TEST(pool_interrupted),
		TEST(pool_interrupt_takes_last),
	};

	return cmocka_run_group_tests_name("hist", tests, NULL, NULL);
}
