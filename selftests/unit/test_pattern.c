// SPDX-License-Identifier: GPL-2.0-only
/* Patterns: what is taken, how it is shown, and what it matches. */
#include "unit.h"

#include <stdarg.h>
#include <stdio.h>

#include <linux/err.h>
#include <linux/kernel.h>

#include "error.h"
#include "pattern.h"

static char last_error[FGAGG_ERROR_LEN];

/* What kmod/error.c does, without its lock. */
int fgagg_error(int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(last_error, sizeof(last_error), fmt, args);
	va_end(args);
	return err;
}

static const struct {
	const char *text;
	const char *shown;
} good[] = {
	{ "udp_sendmsg", "udp_sendmsg" },
	{ " \n,ip_*,\tip_?x ", "ip_* ip_?x" },
	{ "!ip_rcv", "!ip_rcv" },
	{ "a.isra.0 b-c", "a.isra.0 b-c" },
	{ "*:mod:vxlan", "*:mod:vxlan" },
	{ "ip_fr? [nf_*] x", "ip_fr?:mod:nf_* x" },
	{ "!*[nf]", NULL },
	{ "@nic !@stack", "@nic !@stack" },
	{ "", "" },
	{ "@nobody", NULL },
	{ "@nic [m]", NULL },
	{ "a:mod:", NULL },
	{ "a:mod:b [c]", NULL },
	{ "a [b", NULL },
	{ "!", NULL },
	{ "@", NULL },
	{ "a;b", NULL },
	{ "[m]", NULL },
};

static void show(const struct list_head *list, char *to, size_t size)
{
	const struct fgagg_pattern *p;
	size_t len = 0;

	to[0] = '\0';
	list_for_each_entry(p, list, node)
		len += snprintf(to + len, size - len, "%s%s", len ? " " : "",
				p->text);
}

static void test_parse(void **state)
{
	char shown[1024];
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		LIST_HEAD(list);

		last_error[0] = '\0';
		err = fgagg_pattern_parse(good[i].text, &list);
		show(&list, shown, sizeof(shown));
		fgagg_pattern_free(&list);
		if (!good[i].shown) {
			assert_int_equal(err, -EINVAL);
			assert_true(last_error[0]);
			continue;
		}
		if (err)
			fail_msg("'%s': %s", good[i].text, last_error);
		assert_string_equal(shown, good[i].shown);
	}
}

static void test_too_long(void **state)
{
	char text[FGAGG_NAME_LEN + 1];
	LIST_HEAD(list);

	memset(text, 'a', sizeof(text));
	text[FGAGG_NAME_LEN] = '\0';
	assert_int_equal(fgagg_pattern_parse(text, &list), -ENAMETOOLONG);
	text[FGAGG_NAME_LEN - 1] = '\0';
	assert_int_equal(fgagg_pattern_parse(text, &list), 0);
	fgagg_pattern_free(&list);
}

/* What is read from a file of the module can be written to it. */
static void test_shown_is_taken(void **state)
{
	char text[FGAGG_NAME_LEN + 8];
	struct fgagg_pattern *p;
	LIST_HEAD(again);
	LIST_HEAD(list);

	memset(text, 'a', FGAGG_NAME_LEN - 1);
	memcpy(text + FGAGG_NAME_LEN - 1, " [m]", sizeof(" [m]"));
	assert_int_equal(fgagg_pattern_parse(text, &list), 0);
	p = list_entry(list.next, struct fgagg_pattern, node);
	assert_int_equal(fgagg_pattern_parse(p->text, &again), 0);
	fgagg_pattern_free(&again);
	fgagg_pattern_free(&list);
}

static bool matches(const char *patterns, const char *symbol,
		    const char *module)
{
	struct fgagg_matcher *matcher;
	LIST_HEAD(list);
	bool match;

	assert_int_equal(fgagg_pattern_parse(patterns, &list), 0);
	matcher = fgagg_matcher_new(&list);
	assert_false(IS_ERR(matcher));
	match = fgagg_matcher_match(matcher, symbol, module, NULL);
	fgagg_matcher_free(matcher);
	fgagg_pattern_free(&list);
	return match;
}

static void test_match(void **state)
{
	assert_true(matches("ip_rcv", "ip_rcv", NULL));
	assert_true(matches("ip_rcv", "ip_rcv.isra.0", NULL));
	assert_true(matches("ip_rcv.isra.0", "ip_rcv.isra.0", NULL));
	assert_false(matches("ip_rcv.isra.0", "ip_rcv", NULL));
	assert_false(matches("ip_rcv", "ip_rcv_core", NULL));
	assert_true(matches("ip_*", "ip_rcv_core", NULL));
	assert_false(matches("ip_* !ip_rcv*", "ip_rcv_core", NULL));
	assert_true(matches("*:mod:nf_*", "nat_in", "nf_nat"));
	assert_false(matches("*:mod:nf_*", "nat_in", NULL));
	assert_false(matches("", "ip_rcv", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_shown_is_taken),
		cmocka_unit_test(test_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
