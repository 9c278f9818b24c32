// SPDX-License-Identifier: GPL-2.0-only
/* The parser of snapshots, on sound ones and on every kind of unsound one. */
#include "test_tools_helper.h"

#include <byteswap.h>
#include <errno.h>

/* Parses a copy, and says what it was told if that is not expected. */
static int parse(const void *bytes, size_t size, struct fgagg_error *err)
{
	struct fgagg_snap *snap = NULL;
	void *copy = malloc(size ? size : 1);
	int ret;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	err->text[0] = '\0';
	ret = fgagg_snapshot_parse(copy, size, &snap, err);
	assert_int_equal(!ret, !err->text[0]);
	fgagg_snapshot_free(ret ? NULL : snap);
	return ret;
}

static void expect_refused(const void *bytes, size_t size, const char *why)
{
	struct fgagg_error err;

	assert_int_not_equal(parse(bytes, size, &err), 0);
	if (!strstr(err.text, why))
		fail_msg("said '%s', not '%s'", err.text, why);
}

static char *small(size_t *size)
{
	struct build b;
	char *bytes;

	build_init(&b);
	b.stats = "hook: graph\n";
	build_call(&b, 3, FGAGG_CTX_TASK, "a;b [m]", 100, 90, 7);
	bytes = build_bytes(&b, size);
	build_free(&b);
	return bytes;
}

/* Where the n-th record of a small snapshot starts. */
static struct fgagg_record *record(char *bytes, size_t n)
{
	size_t at = sizeof(struct fgagg_snapshot);
	struct fgagg_section *sec = (void *)(bytes + at);
	char *rec;

	while (sec->type != FGAGG_SECTION_RECORDS) {
		at += sizeof(*sec) + ((sec->size + 7) & ~7ULL);
		sec = (void *)(bytes + at);
	}
	rec = (char *)(sec + 1);
	while (n--)
		rec += ((struct fgagg_record *)rec)->size;
	return (void *)rec;
}

static void test_sound(void **state)
{
	const struct fgagg_record *rec;
	struct fgagg_snap *snap;
	struct build b;

	(void)state;
	build_init(&b);
	b.stats = "hook: graph\n";
	build_call(&b, 3, FGAGG_CTX_SOFTIRQ, "a;b [m]", 100, 90, 7);
	snap = build_snapshot(&b);
	assert_int_equal(fgagg_snapshot_head(snap)->clock_khz, 1000000);
	assert_string_equal(fgagg_snapshot_stats(snap), "hook: graph\n");
	assert_int_equal(fgagg_snapshot_count(snap), 2);
	rec = fgagg_snapshot_record(snap, 0);
	assert_string_equal(fgagg_snapshot_name(snap, rec), "a");
	assert_int_equal(rec->nr_buckets, 0);
	rec = fgagg_snapshot_record(snap, 1);
	assert_string_equal(fgagg_snapshot_name(snap, rec), "b [m]");
	assert_int_equal(rec->cpu, 3);
	assert_int_equal(rec->nr_buckets, 1);
	assert_int_equal(fgagg_snapshot_buckets(rec)->count, 7);
	assert_int_equal(fgagg_snapshot_buckets(rec)->index,
			 fgagg_bucket_index(100, 4));
	fgagg_snapshot_free(snap);
	build_free(&b);
}

static void test_empty(void **state)
{
	struct fgagg_snap *snap;
	struct build b;

	(void)state;
	build_init(&b);
	snap = build_snapshot(&b);
	assert_int_equal(fgagg_snapshot_count(snap), 0);
	assert_string_equal(fgagg_snapshot_stats(snap), "");
	fgagg_snapshot_free(snap);
	build_free(&b);
}

static void test_every_truncation(void **state)
{
	struct fgagg_error err;
	size_t size, len;
	char *bytes = small(&size);

	(void)state;
	for (len = 0; len < size; len++)
		assert_int_not_equal(parse(bytes, len, &err), 0);
	assert_int_equal(parse(bytes, size, &err), 0);
	free(bytes);
}

/* As above, but the header agrees with the length. */
static void test_every_truncation_with_size(void **state)
{
	struct fgagg_error err;
	size_t size, len;
	char *bytes = small(&size);

	(void)state;
	for (len = sizeof(struct fgagg_snapshot); len < size; len++) {
		((struct fgagg_snapshot *)bytes)->size = len;
		assert_int_not_equal(parse(bytes, len, &err), 0);
	}
	free(bytes);
}

/* No byte, whatever it is set to, may lead the parser astray. */
static void test_every_byte(void **state)
{
	static const unsigned char values[] = { 0, 1, 7, 0x7f, 0x80, 0xff };
	struct fgagg_error err;
	size_t size, i, j;
	char *bytes = small(&size), was;

	(void)state;
	for (i = 0; i < size; i++) {
		was = bytes[i];
		for (j = 0; j < ARRAY_SIZE(values); j++) {
			bytes[i] = values[j];
			parse(bytes, size, &err);
		}
		bytes[i] = was;
	}
	free(bytes);
}

static void test_other_byte_order(void **state)
{
	size_t size;
	char *bytes = small(&size);
	struct fgagg_snapshot *head = (void *)bytes;

	(void)state;
	head->magic = bswap_64(head->magic);
	head->version = bswap_32(head->version);
	expect_refused(bytes, size, "other byte order");
	free(bytes);
}

static void test_wrong_version(void **state)
{
	struct fgagg_error err;
	size_t size;
	char *bytes = small(&size);

	(void)state;
	((struct fgagg_snapshot *)bytes)->version = 7;
	assert_int_equal(parse(bytes, size, &err), -EPROTO);
	assert_non_null(strstr(err.text, "version 7"));
	assert_non_null(strstr(err.text, "version 1"));
	/* A future one may be shorter than this one. */
	assert_int_equal(parse(bytes, 16, &err), -EPROTO);
	free(bytes);
}

static void test_not_a_snapshot(void **state)
{
	(void)state;
	expect_refused("root:x:0:0:root:/root:/bin/bash\n", 32, "neither a run file nor a snapshot");
	expect_refused("", 0, "only 0 bytes");
}

/* A newer writer: a longer header, longer records, an unknown section. */
static void test_newer_writer(void **state)
{
	struct fgagg_snapshot head;
	struct fgagg_section sec = { .type = 99, .size = 5 };
	struct fgagg_error err;
	size_t size, more;
	char *bytes = small(&size), *longer;

	(void)state;
	more = 16 + sizeof(sec) + 8;
	longer = calloc(1, size + more);
	assert_non_null(longer);
	memcpy(&head, bytes, sizeof(head));
	head.header_size += 16;
	head.size += more;
	memcpy(longer, &head, sizeof(head));
	memcpy(longer + sizeof(head) + 16, &sec, sizeof(sec));
	memcpy(longer + sizeof(head) + more, bytes + sizeof(head),
	       size - sizeof(head));
	assert_int_equal(parse(longer, size + more, &err), 0);
	free(longer);
	free(bytes);
}

/* A module that knew of no cost. */
static void test_older_writer(void **state)
{
	struct fgagg_snap *snap;
	struct build b;

	(void)state;
	build_init(&b);
	b.record_size = offsetof(struct fgagg_record, cost);
	build_call(&b, 3, FGAGG_CTX_TASK, "a;b [m]", 100, 90, 7);
	snap = build_snapshot(&b);
	assert_int_equal(fgagg_snapshot_count(snap), 2);
	assert_int_equal(fgagg_snapshot_record(snap, 1)->total, 700);
	assert_int_equal(fgagg_snapshot_cost(fgagg_snapshot_record(snap, 1)), 0);
	fgagg_snapshot_free(snap);
	build_free(&b);
}

static void test_hostile_head(void **state)
{
	size_t size;
	char *bytes = small(&size);
	struct fgagg_snapshot *head = (void *)bytes, was = *head;

	(void)state;
	head->size = ~0ULL;
	expect_refused(bytes, size, "header says");
	*head = was;
	head->header_size = ~0U;
	expect_refused(bytes, size, "header of");
	head->header_size = sizeof(*head) - 8;
	expect_refused(bytes, size, "header of");
	head->header_size = sizeof(*head) + 4;
	expect_refused(bytes, size, "header of");
	*head = was;
	head->clock_khz = 0;
	expect_refused(bytes, size, "0 kHz");
	*head = was;
	head->precision = FGAGG_PRECISION_MAX + 1;
	expect_refused(bytes, size, "precision 8");
	head->precision = 0;
	expect_refused(bytes, size, "precision 0");
	*head = was;
	head->nr_records = ~0U;
	expect_refused(bytes, size, "4294967295 records");
	head->nr_records = 1;
	expect_refused(bytes, size, "more than the 1 records");
	head->nr_records = 3;
	expect_refused(bytes, size, "2 records");
	free(bytes);
}

static void test_hostile_sections(void **state)
{
	static const __u64 sizes[] = {
		~0ULL, ~0ULL - 7, ~0ULL - 15, 1ULL << 63, 1ULL << 32, 1 << 20,
	};
	size_t size, i;
	char *bytes = small(&size);
	struct fgagg_section *sec =
		(void *)(bytes + sizeof(struct fgagg_snapshot));

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		sec->size = sizes[i];
		expect_refused(bytes, size, "section of");
	}
	free(bytes);
}

/* The last section lacks the zero bytes that pad it. */
static void test_no_padding(void **state)
{
	struct fgagg_section sec = { .type = 99, .size = 5 };
	size_t size, more = sizeof(sec) + sec.size;
	char *bytes = small(&size), *longer;

	(void)state;
	longer = calloc(1, size + more);
	assert_non_null(longer);
	memcpy(longer, bytes, size);
	memcpy(longer + size, &sec, sizeof(sec));
	((struct fgagg_snapshot *)longer)->size += more;
	expect_refused(longer, size + more, "section of");
	free(longer);
	free(bytes);
}

static void expect_bad_record(size_t n, size_t offset, const void *value,
			      size_t len, const char *why)
{
	size_t size;
	char *bytes = small(&size);

	memcpy((char *)record(bytes, n) + offset, value, len);
	expect_refused(bytes, size, why);
	free(bytes);
}

#define EXPECT_BAD_RECORD(n, type, field, to, why)			\
do {									\
	type to_ = (to);						\
									\
	expect_bad_record(n, offsetof(struct fgagg_record, field), &to_,	\
			  sizeof(to_), why);				\
} while (0)

static void test_hostile_records(void **state)
{
	(void)state;
	EXPECT_BAD_RECORD(0, __u32, size, 0, "wrong size");
	EXPECT_BAD_RECORD(0, __u32, size, 8, "wrong size");
	EXPECT_BAD_RECORD(0, __u32, size, ~0U, "wrong size");
	EXPECT_BAD_RECORD(0, __u32, size, ~7U, "wrong size");
	EXPECT_BAD_RECORD(1, __u32, header_size, 0, "do not add up");
	EXPECT_BAD_RECORD(1, __u32, header_size, ~7U, "do not add up");
	EXPECT_BAD_RECORD(1, __u32, header_size, 88, "do not add up");
	EXPECT_BAD_RECORD(1, __u32, header_size, 112, "do not add up");
	EXPECT_BAD_RECORD(1, __u32, nr_buckets, 2, "do not add up");
	EXPECT_BAD_RECORD(1, __u32, nr_buckets, ~0U, "do not add up");
	EXPECT_BAD_RECORD(1, __u32, nr_buckets, 1U << 28, "do not add up");
	EXPECT_BAD_RECORD(1, __u16, context, FGAGG_CTX_NR, "unknown context");
	EXPECT_BAD_RECORD(1, __u32, name, ~0U, "no proper name");
	EXPECT_BAD_RECORD(1, __u32, name, 9, "no proper name");
}

static void test_hostile_buckets(void **state)
{
	struct fgagg_bucket *b;
	struct fgagg_record *rec;
	struct build build;
	size_t size;
	char *bytes;

	(void)state;
	build_init(&build);
	build_call(&build, 0, FGAGG_CTX_TASK, "a", 1, 1, 1);
	build_call(&build, 0, FGAGG_CTX_TASK, "a", 2, 2, 1);
	bytes = build_bytes(&build, &size);
	build_free(&build);
	rec = record(bytes, 0);
	b = (struct fgagg_bucket *)(rec + 1);
	b[1].index = 1;
	expect_refused(bytes, size, "impossible histogram");
	b[1].index = fgagg_bucket_count(4);
	expect_refused(bytes, size, "impossible histogram");
	b[1].index = ~0U;
	expect_refused(bytes, size, "impossible histogram");
	b[1].index = 2;
	b[0].count = ~0ULL;
	expect_refused(bytes, size, "impossible histogram");
	b[0].count = 1ULL << 62;
	b[1].count = 1ULL << 62;
	expect_refused(bytes, size, "impossible histogram");
	free(bytes);
}

static void test_hostile_names(void **state)
{
	static const char *const names[] = {
		"\033[2J", "a\nb", "a;b", "\x80", "\x7f",
	};
	struct build b;
	size_t size, i;
	char *bytes, *at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		build_init(&b);
		build_call(&b, 0, FGAGG_CTX_TASK, "abcdefgh", 1, 1, 1);
		bytes = build_bytes(&b, &size);
		build_free(&b);
		at = memmem(bytes, size, "abcdefgh", 8);
		assert_non_null(at);
		memcpy(at, names[i], strlen(names[i]));
		expect_refused(bytes, size, "no proper name");
		free(bytes);
	}
}

static void test_strings_without_end(void **state)
{
	size_t size;
	char *bytes = small(&size), *at;

	(void)state;
	at = memmem(bytes, size, "b [m]", 6);
	assert_non_null(at);
	at[5] = 'x';
	expect_refused(bytes, size, "zero bytes");
	free(bytes);
}

/* A module that is gone has left no name. */
static void test_unknown_name(void **state)
{
	struct fgagg_snap *snap;
	struct fgagg_error err;
	size_t size;
	char *bytes = small(&size);

	(void)state;
	record(bytes, 1)->name = 0;
	assert_int_equal(fgagg_snapshot_parse(bytes, size, &snap, &err), 0);
	assert_string_equal(fgagg_snapshot_name(snap,
						fgagg_snapshot_record(snap, 1)),
			    "(unknown)");
	fgagg_snapshot_free(snap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_every_truncation_with_size),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_other_byte_order),
		cmocka_unit_test(test_wrong_version),
		cmocka_unit_test(test_not_a_snapshot),
		cmocka_unit_test(test_newer_writer),
		cmocka_unit_test(test_older_writer),
		cmocka_unit_test(test_hostile_head),
		cmocka_unit_test(test_hostile_sections),
		cmocka_unit_test(test_no_padding),
		cmocka_unit_test(test_hostile_records),
		cmocka_unit_test(test_hostile_buckets),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_strings_without_end),
		cmocka_unit_test(test_unknown_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
