// SPDX-License-Identifier: GPL-2.0-only
/* What --fail-if takes, and when it holds. */
#include "test_tools_helper.h"

#include <math.h>

#include "condition.h"

static const struct {
	const char *text;
	bool path;
	enum fgagg_metric metric;
	bool less;
	bool or_equal;
	bool relative;
	double threshold;
} good[] = {
	{ "p99 > +10%", false, FGAGG_METRIC_P99, false, false, true, 0.1 },
	{ "p99>10%", false, FGAGG_METRIC_P99, false, false, true, 0.1 },
	{ "p99.9 < -2.5%", false, FGAGG_METRIC_P999, true, false, true, -0.025 },
	{ "count >= 1000", false, FGAGG_METRIC_COUNT, false, true, false, 1000 },
	{ "count <= -5%", false, FGAGG_METRIC_COUNT, true, true, true, -0.05 },
	{ " max  >  2 ms", false, FGAGG_METRIC_MAX, false, false, false, 2e6 },
	{ "total > 1.5s", false, FGAGG_METRIC_TOTAL, false, false, false, 1.5e9 },
	{ "udp_*: self > 200us", true, FGAGG_METRIC_SELF, false, false, false,
	  2e5 },
	{ "[task] a > b [m]: mean > +1%", true, FGAGG_METRIC_MEAN, false, false,
	  true, 0.01 },
};

static const char *const bad[] = {
	"", "p99", "p99 >", "p99 > ", "p98 > 10%", "p99 = 10%", "p99 > 10",
	"p99 > 10 %%", "p99 > 10m", "p99 > -2ms", "count > 2ms", "count > -3",
	"p99 > nan%", "p99 > inf%", "> 10%", "p99 > ten%", "p99 > 10% x",
	": p99 > 10%", "[idle] a: p99 > 10%", "a;;b: p99 > 10%", "udp: ",
};

static void test_good(void **state)
{
	struct fgagg_condition cond;
	struct fgagg_error err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		if (fgagg_condition_parse(&cond, good[i].text, &err))
			fail_msg("%s: %s", good[i].text, err.text);
		assert_int_equal(!!cond.path, good[i].path);
		assert_int_equal(cond.metric, good[i].metric);
		assert_int_equal(cond.less, good[i].less);
		assert_int_equal(cond.or_equal, good[i].or_equal);
		assert_int_equal(cond.relative, good[i].relative);
		assert_true(fabs(cond.threshold - good[i].threshold) < 0.000001);
		fgagg_condition_free(&cond);
	}
}

static void test_bad(void **state)
{
	struct fgagg_condition cond;
	struct fgagg_error err;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		err.text[0] = '\0';
		if (!fgagg_condition_parse(&cond, bad[i], &err))
			fail_msg("'%s' was taken", bad[i]);
		assert_true(err.text[0]);
		fgagg_condition_free(&cond);
	}
}

/* A path whose p99 was 100 us and is 120 us, in runs tested by stretches. */
struct example {
	struct fgagg_node base;
	struct fgagg_node now;
	struct fgagg_pair pair;
	struct fgagg_source runs[2];
	struct fgagg_compare cmp;
};

static void make(struct example *e)
{
	char name[] = "udp_sendmsg";
	unsigned int i;

	memset(e, 0, sizeof(*e));
	for (i = 0; i < 2; i++) {
		e->runs[i].tree = fgagg_tree_new();
		assert_non_null(e->runs[i].tree);
		fgagg_tree_totals(e->runs[i].tree)->precision = 4;
		(i ? &e->now : &e->base)->name = strdup(name);
		(i ? &e->now : &e->base)->depth = 1;
		(i ? &e->now : &e->base)->sum.count = 1000;
	}
	e->pair.base = &e->base;
	e->pair.now = &e->now;
	e->pair.was[FGAGG_METRIC_P99] = 100000;
	e->pair.is[FGAGG_METRIC_P99] = 120000;
	e->pair.p[FGAGG_METRIC_P99] = 0.001;
	e->cmp.base = &e->runs[0];
	e->cmp.now = &e->runs[1];
	e->cmp.stretches[0] = 10;
	e->cmp.alike = true;
	e->cmp.alpha = 0.01;
	e->cmp.min_change = 0.05;
}

static void drop(struct example *e)
{
	free(e->base.name);
	free(e->now.name);
	fgagg_tree_free(e->runs[0].tree);
	fgagg_tree_free(e->runs[1].tree);
}

static bool holds(const struct example *e, const char *text)
{
	struct fgagg_condition cond;
	struct fgagg_error err;
	bool held;

	assert_int_equal(fgagg_condition_parse(&cond, text, &err), 0);
	held = fgagg_condition_holds(&cond, &e->cmp, &e->pair);
	fgagg_condition_free(&cond);
	return held;
}

static void test_holds(void **state)
{
	struct example e;

	(void)state;
	make(&e);
	assert_true(holds(&e, "p99 > +10%"));
	assert_true(holds(&e, "udp_sendmsg: p99 > +10%"));
	assert_false(holds(&e, "tcp_sendmsg: p99 > +10%"));
	assert_false(holds(&e, "p99 > +20%"));
	assert_true(holds(&e, "p99 >= +20%"));
	assert_false(holds(&e, "p99 < -10%"));
	assert_true(holds(&e, "p99 > 110us"));
	assert_false(holds(&e, "p99 < 110us"));
	drop(&e);
}

static void test_noise_does_not_hold(void **state)
{
	struct example e;

	(void)state;
	make(&e);
	e.pair.p[FGAGG_METRIC_P99] = 0.02;
	assert_false(holds(&e, "p99 > +10%"));
	/* A value is what it is. */
	assert_true(holds(&e, "p99 > 110us"));
	/* One bucket further, which is 6.25 %. */
	e.pair.p[FGAGG_METRIC_P99] = 0.001;
	e.pair.is[FGAGG_METRIC_P99] = 106250;
	assert_false(holds(&e, "p99 > +1%"));
	e.pair.is[FGAGG_METRIC_P99] = 107000;
	assert_true(holds(&e, "p99 > +1%"));
	drop(&e);
}

/* The maximum is not tested if calls are, so it is taken as it is. */
static void test_untested_holds(void **state)
{
	struct example e;

	(void)state;
	make(&e);
	e.cmp.stretches[0] = 0;
	e.cmp.alike = false;
	e.pair.was[FGAGG_METRIC_MAX] = 1000;
	e.pair.is[FGAGG_METRIC_MAX] = 1010;
	e.pair.p[FGAGG_METRIC_MAX] = NAN;
	assert_true(holds(&e, "max > +0.5%"));
	e.pair.p[FGAGG_METRIC_P99] = NAN;
	assert_false(holds(&e, "p99 > +10%"));
	drop(&e);
}

static void test_path_in_one(void **state)
{
	struct example e;

	(void)state;
	make(&e);
	e.base.sum.count = 0;
	assert_false(holds(&e, "p99 > +10%"));
	assert_true(holds(&e, "p99 > 110us"));
	e.base.sum.count = 1000;
	e.now.sum.count = 0;
	assert_false(holds(&e, "p99 < 130us"));
	drop(&e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_noise_does_not_hold),
		cmocka_unit_test(test_untested_holds),
		cmocka_unit_test(test_path_in_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
