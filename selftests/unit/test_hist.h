/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of hist.c share. */
#ifndef FGAGG_TEST_HIST_H
#define FGAGG_TEST_HIST_H

#include "hist.h"

#include "unit.h"

#define NR_BUCKETS_MAX	8192

/* Counts by bucket, as fgagg_hist_for_each() reports them. */
struct seen {
	u64 count[NR_BUCKETS_MAX];
	u32 visits;
};

struct fixture {
	struct fgagg_pool pool;
	struct fgagg_hist hist;
	struct seen seen;
};

static inline void fixture_init(struct fixture *f, u32 size, unsigned int k)
{
	memset(f, 0, sizeof(*f));
	fgagg_pool_init(&f->pool, zalloc(size, fgagg_pool_chunk_bytes(k)), size,
			k);
	fgagg_hist_init(&f->hist);
}

static inline bool record(struct fixture *f, u64 value)
{
	return fgagg_hist_record(&f->hist, &f->pool, value);
}

static inline void see(u32 bucket, u64 count, void *data)
{
	struct seen *seen = data;

	assert_in_range(bucket, 0, NR_BUCKETS_MAX - 1);
	assert_int_not_equal(count, 0);
	assert_int_equal(seen->count[bucket], 0);
	seen->count[bucket] = count;
	seen->visits++;
}

static inline void see_all(struct fixture *f)
{
	memset(&f->seen, 0, sizeof(f->seen));
	fgagg_hist_for_each(&f->hist, &f->pool, see, &f->seen);
}

#endif /* FGAGG_TEST_HIST_H */
