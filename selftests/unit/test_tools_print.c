// SPDX-License-Identifier: GPL-2.0-only
/* Numbers as people read and write them, and look-up in stats. */
#include "test_tools_helper.h"

#include <errno.h>

#include "print.h"
#include "stats.h"

static void test_time(void **state)
{
	static const struct {
		__u64 ns;
		const char *text;
	} cases[] = {
		{ 0, "0 ns" },
		{ 999, "999 ns" },
		{ 1000, "1.00 us" },
		{ 1004, "1.00 us" },
		{ 1005, "1.01 us" },
		{ 9994, "9.99 us" },
		{ 9995, "10.0 us" },
		{ 99949, "99.9 us" },
		{ 99950, "100 us" },
		{ 999499, "999 us" },
		{ 999500, "1.00 ms" },
		{ 123456789, "123 ms" },
		{ 999500000, "1.00 s" },
		{ 86400000000000, "86400 s" },
		{ INT64_MAX, "9223372037 s" },
		{ UINT64_MAX, "18446744074 s" },
	};
	char buf[FGAGG_PRINT_LEN];
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(fgagg_print_time(buf, cases[i].ns),
				    cases[i].text);
}

static void test_bytes(void **state)
{
	char buf[FGAGG_PRINT_LEN];

	(void)state;
	assert_string_equal(fgagg_print_bytes(buf, 0), "0 B");
	assert_string_equal(fgagg_print_bytes(buf, 96), "96 B");
	assert_string_equal(fgagg_print_bytes(buf, 1000), "0.98 KiB");
	assert_string_equal(fgagg_print_bytes(buf, 1024), "1.00 KiB");
	assert_string_equal(fgagg_print_bytes(buf, 1023 * 1024), "1.00 MiB");
	assert_string_equal(fgagg_print_bytes(buf, 6 << 20), "6.00 MiB");
	assert_string_equal(fgagg_print_bytes(buf, 1ULL << 40), "1024 GiB");
}

static void test_mark(void **state)
{
	(void)state;
	assert_int_equal(fgagg_print_mark(0), ' ');
	assert_int_equal(fgagg_print_mark(10000), ' ');
	assert_int_equal(fgagg_print_mark(10001), '+');
	assert_int_equal(fgagg_print_mark(100001), '!');
	assert_int_equal(fgagg_print_mark(1000001), '#');
	assert_int_equal(fgagg_print_mark(10000001), '*');
	assert_int_equal(fgagg_print_mark(100000001), '@');
	assert_int_equal(fgagg_print_mark(1000000000), '@');
	assert_int_equal(fgagg_print_mark(1000000001), '$');
	assert_int_equal(fgagg_print_mark(UINT64_MAX), '$');
}

static void test_parse_time(void **state)
{
	static const char *const bad[] = {
		"", "x", "-1", "1 h", "10 us!", "nan", "inf", "1e300", " 1",
	};
	__u64 ns;
	size_t i;

	(void)state;
	assert_int_equal(fgagg_print_parse_time("1", &ns), 0);
	assert_int_equal(ns, 1000000000);
	assert_int_equal(fgagg_print_parse_time("0.5", &ns), 0);
	assert_int_equal(ns, 500000000);
	assert_int_equal(fgagg_print_parse_time("10us", &ns), 0);
	assert_int_equal(ns, 10000);
	assert_int_equal(fgagg_print_parse_time("200 ms", &ns), 0);
	assert_int_equal(ns, 200000000);
	assert_int_equal(fgagg_print_parse_time("1.001us", &ns), 0);
	assert_int_equal(ns, 1001);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		if (fgagg_print_parse_time(bad[i], &ns) != -EINVAL)
			fail_msg("'%s' was taken", bad[i]);
}

static void test_color(void **state)
{
	FILE *null = fopen("/dev/null", "w");

	(void)state;
	assert_non_null(null);
	assert_true(fgagg_print_in_color(FGAGG_COLOR_ALWAYS, null));
	assert_false(fgagg_print_in_color(FGAGG_COLOR_AUTO, null));
	assert_false(fgagg_print_in_color(FGAGG_COLOR_NEVER, null));
	fclose(null);
}

static void test_stats(void **state)
{
	static const char stats[] =
		"state: on\nentered: 12\nopen_more: 5\nlast_error: a\tb: c\n"
		"empty:\nnegative: -1\nhuge: 99999999999999999999\nmixed: 5x";
	char value[16], tiny[3];
	__u64 n;

	(void)state;
	assert_true(fgagg_stats_text(stats, "state", value, sizeof(value)));
	assert_string_equal(value, "on");
	assert_true(fgagg_stats_text(stats, "last_error", value,
				     sizeof(value)));
	assert_string_equal(value, "a?b: c");
	assert_true(fgagg_stats_text(stats, "entered", tiny, sizeof(tiny)));
	assert_string_equal(tiny, "12");
	assert_true(fgagg_stats_text(stats, "last_error", tiny, sizeof(tiny)));
	assert_string_equal(tiny, "a?");
	assert_false(fgagg_stats_text(stats, "open", value, sizeof(value)));
	assert_string_equal(value, "-");
	assert_true(fgagg_stats_text(stats, "empty", value, sizeof(value)));
	assert_string_equal(value, "");
	assert_true(fgagg_stats_number(stats, "entered", &n));
	assert_int_equal(n, 12);
	assert_false(fgagg_stats_number(stats, "empty", &n));
	assert_false(fgagg_stats_number(stats, "negative", &n));
	assert_false(fgagg_stats_number(stats, "huge", &n));
	assert_false(fgagg_stats_number(stats, "mixed", &n));
	assert_false(fgagg_stats_number(stats, "nothing", &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_mark),
		cmocka_unit_test(test_parse_time),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_stats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
