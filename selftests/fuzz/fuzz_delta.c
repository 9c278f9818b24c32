// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a delta to a snapshot.  If they are one, what comes out can be
 * taken apart, and there are deltas from it and to it that say the same.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "delta.h"
#include "snapwriter.h"

/* The snapshot that deltas are to: records of two CPUs. */
static struct fgagg_snap *base;
static struct fgagg_raw base_raw;

static void check(int is_right)
{
	if (!is_right)
		abort();
}

static void make_base(void)
{
	static const char * const names[] = { "a", "b", "c [m]" };
	struct fgagg_bucket buckets[] = { { 3, 0, 1 }, { 9, 0, 1 << 20 } };
	struct fgagg_snapwriter *writer = fgagg_snapwriter_new();
	struct fgagg_snapshot head = { .epoch = 1, .clock_khz = 1, .precision = 4 };
	struct fgagg_record rec = { 0 };
	struct fgagg_error err;
	const void *bytes;
	size_t size;
	__u32 i;

	for (i = 0; i < 6; i++) {
		rec.cpu = i / 3;
		rec.key = 10 + i % 3;
		rec.parent = i % 3 ? 10 : 0;
		rec.name = i < 3 ? fgagg_snapwriter_name(writer, names[i]) : 1;
		rec.total = 1000 * i;
		fgagg_snapwriter_record(writer, &rec, buckets, i % 3);
	}
	check(!fgagg_snapwriter_finish(writer, &head, "state: on\n", &base,
				       &err));
	fgagg_snapwriter_free(writer);
	bytes = fgagg_snapshot_bytes(base, &size);
	check(!fgagg_raw_split(&base_raw, bytes, size));
}

static void check_delta(const struct fgagg_raw *from, const struct fgagg_raw *to,
			const void *want, size_t want_size)
{
	size_t size, got_size;
	void *delta;
	char *got;

	check(!fgagg_delta_make(from, to, &delta, &size));
	check(!fgagg_delta_apply(from, delta, size, &got, &got_size));
	check(got_size == want_size && !memcmp(got, want, got_size));
	free(delta);
	free(got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t base_size, now_size;
	const void *base_bytes;
	struct fgagg_raw raw;
	void *copy;
	char *now;

	if (!base)
		make_base();
	copy = malloc(size + 1);
	memcpy(copy, data, size);
	if (!fgagg_delta_apply(&base_raw, copy, size, &now, &now_size)) {
		if (!fgagg_raw_split(&raw, now, now_size)) {
			base_bytes = fgagg_snapshot_bytes(base, &base_size);
			check_delta(&base_raw, &raw, now, now_size);
			check_delta(&raw, &base_raw, base_bytes, base_size);
		}
		fgagg_raw_free(&raw);
		free(now);
	}
	free(copy);
	return 0;
}
