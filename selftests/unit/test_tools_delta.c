// SPDX-License-Identifier: GPL-2.0-only
/* Deltas of snapshots: what comes out is what went in, and nothing else does. */
#include "test_tools_helper.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>

#include "columns.h"
#include "delta.h"
#include "runfile.h"

/* A snapshot in parts, with its bytes. */
struct parts {
	void *bytes;
	size_t size;
	struct fgagg_raw raw;
};

static void take(struct parts *parts, struct build *b)
{
	parts->bytes = build_bytes(b, &parts->size);
	assert_int_equal(fgagg_raw_split(&parts->raw, parts->bytes,
					 parts->size), 0);
}

static void drop(struct parts *parts)
{
	fgagg_raw_free(&parts->raw);
	free(parts->bytes);
}

/* Returns bytes of the delta that are not the rest of the snapshot. */
static size_t check_delta(const struct parts *base, const struct parts *now)
{
	size_t size, got_size;
	void *delta;
	char *got;

	assert_int_equal(fgagg_delta_make(&base->raw, &now->raw, &delta, &size),
			 0);
	assert_int_equal(fgagg_delta_apply(&base->raw, delta, size, &got,
					   &got_size), 0);
	assert_int_equal(got_size, now->size);
	assert_memory_equal(got, now->bytes, now->size);
	free(got);
	free(delta);
	return size - now->raw.rest_size -
	       FGAGG_COLUMNS_NR * sizeof(__u64);
}

/* There and back: what is new on the way there is gone on the way back. */
static size_t check_both(struct build *base, struct build *now)
{
	struct parts parts[2];
	size_t size;

	take(&parts[0], base);
	take(&parts[1], now);
	size = check_delta(&parts[0], &parts[1]);
	check_delta(&parts[1], &parts[0]);
	drop(&parts[0]);
	drop(&parts[1]);
	return size;
}

static void begin(struct build *b)
{
	char name[32];
	unsigned int i;

	build_init(b);
	b->stats = "state: on\n";
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "a;f%u", i / 2);
		build_call(b, i % 2, FGAGG_CTX_TASK, name, 1000 * i + 1, 7, i);
	}
}

static void test_same(void **state)
{
	struct build b;

	(void)state;
	begin(&b);
	/* The number of records, as a run. */
	assert_in_range(check_both(&b, &b), 1, 2);
	build_free(&b);
}

static void test_empty(void **state)
{
	struct build none, some;

	(void)state;
	build_init(&none);
	begin(&some);
	check_both(&none, &none);
	check_both(&none, &some);
	build_free(&none);
	build_free(&some);
}

static void test_more_calls(void **state)
{
	struct build base, now;
	size_t size;

	(void)state;
	begin(&base);
	begin(&now);
	/* In a bucket that has calls, in a new one, the slowest, the fastest. */
	build_call(&now, 0, FGAGG_CTX_TASK, "a;f3", 6001, 7, 1);
	build_call(&now, 1, FGAGG_CTX_TASK, "a;f3", 7100, 7, 2);
	build_call(&now, 0, FGAGG_CTX_TASK, "a;f9", 1 << 20, 1 << 19, 1);
	build_call(&now, 0, FGAGG_CTX_TASK, "a;f12", 1, 0, 1ULL << 40);
	now.stats = "state: on, and so on\n";
	now.head.ticks += 1000000;
	size = check_both(&base, &now);
	/* Four records, of which one has a task's name. */
	assert_in_range(size, 40, 120);
	build_free(&base);
	build_free(&now);
}

static void test_new_paths(void **state)
{
	struct build base, now;

	(void)state;
	begin(&base);
	begin(&now);
	build_call(&now, 0, FGAGG_CTX_SOFTIRQ, "b;c", 100, 100, 3);
	build_call(&now, 2, FGAGG_CTX_TASK, "a;f3", 100, 100, 3);
	build_path(&now, 3, FGAGG_CTX_TASK, "a;f4");
	check_both(&base, &now);
	build_free(&base);
	build_free(&now);
}

/* What no module does: it costs, and is right all the same. */
static void test_odd_changes(void **state)
{
	struct build base, now;
	struct fgagg_record *rec;

	(void)state;
	begin(&base);
	begin(&now);
	rec = build_path(&now, 0, FGAGG_CTX_TASK, "a;f5");
	rec->total -= 100;
	rec->cost += 77;
	rec->self = UINT64_MAX;
	rec->min = UINT64_MAX;
	rec = build_path(&now, 1, FGAGG_CTX_TASK, "a;f5");
	rec->max = 0;
	rec->max_ticks = UINT64_MAX;
	rec->max_pid = UINT32_MAX;
	memset(rec->max_comm, 0xff, sizeof(rec->max_comm));
	rec = build_path(&now, 1, FGAGG_CTX_TASK, "a;f6");
	rec->parent++;
	rec = build_path(&now, 1, FGAGG_CTX_TASK, "a;f7");
	rec->key++;
	check_both(&base, &now);
	build_free(&base);
	build_free(&now);
}

/* More than one section of records, and sections that nobody knows. */
static void test_sections(void **state)
{
	struct fgagg_snapshot head;
	struct parts base, now;
	struct build b;
	size_t extra;
	char *at;

	(void)state;
	begin(&b);
	take(&base, &b);
	now.bytes = calloc(1, 2 * base.size);
	assert_non_null(now.bytes);
	memcpy(now.bytes, base.bytes, base.size);
	/* All but the head comes twice, and then three bytes and their pad. */
	extra = base.size - sizeof(head);
	at = (char *)now.bytes + base.size;
	memcpy(at, (char *)base.bytes + sizeof(head), extra);
	memcpy(&head, now.bytes, sizeof(head));
	head.size += extra;
	memcpy(now.bytes, &head, sizeof(head));
	now.size = head.size;
	assert_int_equal(fgagg_raw_split(&now.raw, now.bytes, now.size), 0);
	assert_int_equal(now.raw.nr, 2 * base.raw.nr);
	check_delta(&base, &now);
	check_delta(&now, &base);
	drop(&base);
	drop(&now);
	build_free(&b);
}

/* What there is more than one way to write is not taken apart. */
static void test_not_plain(void **state)
{
	struct fgagg_bucket *bucket;
	struct fgagg_record *rec;
	struct fgagg_raw raw;
	struct parts parts;
	struct build b;
	size_t i;

	(void)state;
	begin(&b);
	take(&parts, &b);
	for (i = 0; !parts.raw.records[i]->nr_buckets; i++)
		;
	rec = (struct fgagg_record *)parts.raw.records[i];
	bucket = (struct fgagg_bucket *)(rec + 1);
	bucket->count = 0;
	assert_int_equal(fgagg_raw_split(&raw, parts.bytes, parts.size),
			 -EINVAL);
	fgagg_raw_free(&raw);
	bucket->count = 1;
	bucket->reserved = 1;
	assert_int_equal(fgagg_raw_split(&raw, parts.bytes, parts.size),
			 -EINVAL);
	fgagg_raw_free(&raw);
	bucket->reserved = 0;
	rec->header_size += 8;
	assert_int_equal(fgagg_raw_split(&raw, parts.bytes, parts.size),
			 -EINVAL);
	fgagg_raw_free(&raw);
	rec->header_size -= 8;
	for (i = 0; i < parts.size; i++) {
		assert_int_equal(fgagg_raw_split(&raw, parts.bytes, i),
				 -EINVAL);
		fgagg_raw_free(&raw);
	}
	drop(&parts);
	build_free(&b);
}

/* Any byte of it is another, or the last ones are missing. */
static void test_hostile_delta(void **state)
{
	struct parts parts[2];
	struct build base, now;
	size_t size, got_size, i, refused = 0;
	unsigned char *delta;
	char *got;

	(void)state;
	begin(&base);
	begin(&now);
	build_call(&now, 0, FGAGG_CTX_TASK, "a;f3", 6001, 7, 1);
	build_call(&now, 1, FGAGG_CTX_SOFTIRQ, "b", 6001, 7, 1);
	take(&parts[0], &base);
	take(&parts[1], &now);
	assert_int_equal(fgagg_delta_make(&parts[0].raw, &parts[1].raw,
					  (void **)&delta, &size), 0);
	for (i = 0; i < 3 * size; i++) {
		unsigned char flip = 1 + i * 97 % 255;

		delta[i % size] ^= flip;
		if (fgagg_delta_apply(&parts[0].raw, delta, size, &got,
				      &got_size))
			refused++;
		else
			free(got);
		delta[i % size] ^= flip;
	}
	/* Those that change what is in a record are deltas, too. */
	assert_in_range(refused, size / 4, 3 * size);
	for (i = 0; i < size; i++)
		assert_int_equal(fgagg_delta_apply(&parts[0].raw, delta, i,
						   &got, &got_size), -EBADMSG);
	free(delta);
	drop(&parts[0]);
	drop(&parts[1]);
	build_free(&base);
	build_free(&now);
}

/*
 * A base as a delta could have made it of another one: a record again and again.
 * That all of them are as they were takes a few bytes to say.
 */
static void test_too_large(void **state)
{
	enum { NR = 1024, SIZE = FGAGG_RUNFILE_PLAIN_MAX / NR };
	struct fgagg_section sec = { .type = FGAGG_SECTION_RECORDS };
	struct fgagg_snapshot head = { .magic = FGAGG_SNAPSHOT_MAGIC };
	const struct fgagg_record *records[NR];
	struct fgagg_raw base = { .records = records, .nr = NR };
	struct fgagg_columns columns = { 0 };
	struct fgagg_record *rec;
	size_t size, i;
	void *delta;
	char *now;

	(void)state;
	rec = calloc(1, SIZE);
	assert_non_null(rec);
	rec->size = SIZE;
	for (i = 0; i < NR; i++)
		records[i] = rec;
	sec.size = (__u64)NR * SIZE;
	head.size = sizeof(head) + sizeof(sec) + sec.size;
	base.size = head.size;
	fgagg_columns_put(&columns, FGAGG_DELTA_RUN, NR);
	fgagg_columns_put_bytes(&columns, FGAGG_DELTA_REST, &head,
				sizeof(head));
	fgagg_columns_put_bytes(&columns, FGAGG_DELTA_REST, &sec, sizeof(sec));
	assert_int_equal(fgagg_columns_join(&columns, &delta, &size), 0);
	fgagg_columns_free(&columns);
	assert_int_equal(fgagg_delta_apply(&base, delta, size, &now, &i),
			 -EBADMSG);
	free(delta);
	free(rec);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_more_calls),
		cmocka_unit_test(test_new_paths),
		cmocka_unit_test(test_odd_changes),
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_not_plain),
		cmocka_unit_test(test_hostile_delta),
		cmocka_unit_test(test_too_large),
	};

	return cmocka_run_group_tests_name("delta", tests, NULL, NULL);
}
