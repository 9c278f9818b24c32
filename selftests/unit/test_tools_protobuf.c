// SPDX-License-Identifier: GPL-2.0-only
/* Messages, compared with the examples of the format's own description. */
#include "test_tools_helper.h"

#include <errno.h>

#include "protobuf.h"

static void assert_bytes(struct fgagg_protobuf *msg, const char *want,
			 size_t size)
{
	assert_int_equal(fgagg_protobuf_error(msg), 0);
	assert_int_equal(msg->size, size);
	assert_memory_equal(msg->data, want, size);
	fgagg_protobuf_free(msg);
	assert_null(msg->data);
}

static void test_number(void **state)
{
	struct fgagg_protobuf msg = { 0 };

	(void)state;
	fgagg_protobuf_number(&msg, 1, 150);
	assert_bytes(&msg, "\x08\x96\x01", 3);
	fgagg_protobuf_number(&msg, 1, 0);
	assert_bytes(&msg, "\x08\x00", 2);
	fgagg_protobuf_number(&msg, 16, 127);
	assert_bytes(&msg, "\x80\x01\x7f", 3);
	fgagg_protobuf_number(&msg, 1, UINT64_MAX);
	assert_bytes(&msg, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
}

static void test_string(void **state)
{
	struct fgagg_protobuf msg = { 0 };

	(void)state;
	fgagg_protobuf_string(&msg, 2, "testing");
	assert_bytes(&msg, "\x12\x07testing", 9);
	fgagg_protobuf_string(&msg, 2, "");
	assert_bytes(&msg, "\x12\x00", 2);
}

static void test_message(void **state)
{
	struct fgagg_protobuf msg = { 0 }, inner = { 0 };

	(void)state;
	fgagg_protobuf_number(&inner, 1, 150);
	fgagg_protobuf_message(&msg, 3, &inner);
	assert_int_equal(inner.size, 0);
	assert_bytes(&msg, "\x1a\x03\x08\x96\x01", 5);
	fgagg_protobuf_put(&inner, 3);
	fgagg_protobuf_put(&inner, 270);
	fgagg_protobuf_put(&inner, 86942);
	fgagg_protobuf_message(&msg, 6, &inner);
	assert_bytes(&msg, "\x32\x06\x03\x8e\x02\x9e\xa7\x05", 8);
	fgagg_protobuf_message(&msg, 6, &inner);
	assert_bytes(&msg, "\x32\x00", 2);
	fgagg_protobuf_free(&inner);
}

/* What does not fit the first memory, byte by byte and at once. */
static void test_growth(void **state)
{
	struct fgagg_protobuf msg = { 0 }, inner = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < 1000; i++)
		fgagg_protobuf_put(&inner, i % 128);
	fgagg_protobuf_message(&msg, 1, &inner);
	assert_int_equal(msg.size, 1003);
	assert_memory_equal(msg.data, "\x0a\xe8\x07\x00\x01\x02", 6);
	for (i = 0; i < 1000; i++)
		assert_int_equal(msg.data[3 + i], i % 128);
	fgagg_protobuf_free(&inner);
	fgagg_protobuf_free(&msg);
}

/* A message that lacks something is never taken for a whole one. */
static void test_failure(void **state)
{
	struct fgagg_protobuf msg = { 0 }, inner = { .failed = true };

	(void)state;
	fgagg_protobuf_message(&msg, 1, &inner);
	assert_int_equal(fgagg_protobuf_error(&msg), -ENOMEM);
	fgagg_protobuf_free(&inner);
	fgagg_protobuf_free(&msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_string),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
