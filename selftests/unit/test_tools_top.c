// SPDX-License-Identifier: GPL-2.0-only
/* What top shows after which keys, without a screen. */
#include "test_tools_large.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "top_column.h"
#include "top_keys.h"
#include "top_model.h"
#include "top_text.h"

static struct fgagg_error err;

/* The example, and top with a snapshot of it. */
struct fixture {
	struct build b;
	struct fgagg_top_model *model;
};

static void sample(struct fixture *f)
{
	struct fgagg_snap *snap = build_snapshot(&f->b);

	if (fgagg_top_model_update(f->model, snap, &err))
		fail_msg("%s", err.text);
}

static void go_on(struct fixture *f)
{
	build_call(&f->b, 0, FGAGG_CTX_TASK, "tcp_sendmsg", 40000, 9000, 80);
	build_call(&f->b, 1, FGAGG_CTX_TASK, "udp_sendmsg", 9000, 9000, 40);
	f->b.head.boottime_ns += 2000000000;
	sample(f);
}

static int setup(void **state)
{
	static const struct fgagg_select sel = { .sort = "total" };
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	build_init(&f->b);
	build_example(&f->b);
	f->model = fgagg_top_model_new(&sel);
	assert_non_null(f->model);
	sample(f);
	fgagg_top_model_resize(f->model, 20);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	fgagg_top_model_free(f->model);
	build_free(&f->b);
	free(f);
	return 0;
}

static int press(struct fixture *f, const char *keys)
{
	int ret = 0;

	for (; *keys; keys++)
		ret = fgagg_top_keys_press(f->model, *keys, &err);
	return ret;
}

/* The rows as "function,function,..." with "*" before the one selected. */
static const char *rows(const struct fixture *f)
{
	static char text[1024];
	const struct fgagg_top_model *m = f->model;
	const struct fgagg_node *node;
	size_t i, at = 0;

	*text = '\0';
	for (i = 0; i < m->rows.nr; i++) {
		node = m->rows.row[i].node;
		at += snprintf(text + at, sizeof(text) - at, "%s%s%s",
			       i ? "," : "", i == m->cursor ? "*" : "",
			       node->name ? node->name :
			       fgagg_tree_context(node->context));
	}
	return text;
}

#define LIST_BY_TOTAL \
	"udp_sendmsg,virtnet_poll [virtio_net],udp_send_skb.isra.0,ip_make_skb,nf_hook_slow,nf_hook_slow"

static void test_first_screen(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(rows(f), "*" LIST_BY_TOTAL);
	assert_int_equal(fgagg_top_model_range(f->model), FGAGG_TOP_RESET);
	assert_int_equal(fgagg_top_text_per(f->model), 0);
}

static void test_ranges(void **state)
{
	struct fixture *f = *state;

	go_on(f);
	assert_string_equal(rows(f), "*tcp_sendmsg,udp_sendmsg");
	assert_int_equal(f->model->rows.row[1].node->sum.count, 40);
	assert_int_equal(fgagg_top_text_per(f->model), 2000000000);
	go_on(f);
	press(f, "i");
	assert_int_equal(f->model->range, FGAGG_TOP_START);
	assert_int_equal(f->model->rows.row[1].node->sum.count, 80);
	assert_int_equal(fgagg_top_data_ns(&f->model->data, FGAGG_TOP_START),
			 4000000000);
	press(f, "i");
	assert_int_equal(f->model->range, FGAGG_TOP_RESET);
	assert_int_equal(f->model->rows.row[1].node->sum.count, 181);
	press(f, "i");
	assert_int_equal(f->model->rows.row[1].node->sum.count, 40);
}

/* After a reset everything that is counted is of the interval. */
static void test_reset(void **state)
{
	struct fixture *f = *state;

	go_on(f);
	f->b.head.epoch++;
	go_on(f);
	assert_int_equal(f->model->rows.nr, 7);
	assert_true(fgagg_top_data_since_reset(&f->model->data,
					       FGAGG_TOP_INTERVAL));
	go_on(f);
	assert_string_equal(rows(f), "*tcp_sendmsg,udp_sendmsg");
	assert_false(fgagg_top_data_since_reset(&f->model->data,
						FGAGG_TOP_INTERVAL));
	press(f, "i");
	assert_true(fgagg_top_data_since_reset(&f->model->data,
					       FGAGG_TOP_START));
	assert_int_equal(f->model->rows.nr, 7);
}

static void test_sort(void **state)
{
	struct fixture *f = *state;

	press(f, "s3");
	assert_string_equal(f->model->sel.sort, "count");
	assert_string_equal(rows(f),
			    "*nf_hook_slow,udp_sendmsg,ip_make_skb,udp_send_skb.isra.0,nf_hook_slow,virtnet_poll [virtio_net]");
	press(f, "s9");
	assert_string_equal(f->model->sel.sort, "count");
	press(f, "s\033");
	assert_int_equal(f->model->prompt, FGAGG_TOP_NO_PROMPT);
	assert_string_equal(f->model->sel.sort, "count");
}

/* The cursor stays with a path, wherever that goes. */
static void test_cursor(void **state)
{
	struct fixture *f = *state;

	press(f, "jjj");
	assert_int_equal(f->model->cursor, 3);
	press(f, "s3");
	assert_int_equal(f->model->cursor, 2);
	assert_string_equal(fgagg_top_model_node(f->model)->name,
			    "ip_make_skb");
	press(f, "Gjj");
	assert_int_equal(f->model->cursor, 5);
	press(f, "gk");
	assert_int_equal(f->model->cursor, 0);
	/* At the top it stays there. */
	press(f, "s1");
	assert_int_equal(f->model->cursor, 0);
	press(f, "G");
	go_on(f);
	assert_string_equal(rows(f), "tcp_sendmsg,*udp_sendmsg");
}

static void test_page(void **state)
{
	struct fixture *f = *state;

	fgagg_top_model_resize(f->model, 2);
	fgagg_top_keys_press(f->model, FGAGG_TOP_KEY_PAGE_DOWN, &err);
	assert_int_equal(f->model->cursor, 2);
	assert_int_equal(f->model->first, 1);
	press(f, "G");
	assert_int_equal(f->model->first, 4);
	fgagg_top_keys_press(f->model, FGAGG_TOP_KEY_PAGE_UP, &err);
	assert_int_equal(f->model->cursor, 3);
	assert_int_equal(f->model->first, 3);
	/* More room than rows leaves no empty lines above. */
	fgagg_top_model_resize(f->model, 50);
	assert_int_equal(f->model->first, 0);
	fgagg_top_model_resize(f->model, 0);
	assert_int_equal(f->model->height, 1);
	assert_int_equal(f->model->first, 3);
}

static void test_tree(void **state)
{
	struct fixture *f = *state;

	press(f, "v");
	assert_string_equal(rows(f),
			    "*task,udp_sendmsg,udp_send_skb.isra.0,nf_hook_slow,ip_make_skb,softirq,net_rx_action,virtnet_poll [virtio_net],nf_hook_slow");
	assert_null(fgagg_top_model_node(f->model));
	press(f, "jj-");
	assert_string_equal(rows(f),
			    "task,udp_sendmsg,*udp_send_skb.isra.0,ip_make_skb,softirq,net_rx_action,virtnet_poll [virtio_net],nf_hook_slow");
	/* Folded already: to the caller, which folds next. */
	press(f, "--");
	assert_string_equal(rows(f),
			    "task,*udp_sendmsg,softirq,net_rx_action,virtnet_poll [virtio_net],nf_hook_slow");
	press(f, "+");
	assert_string_equal(rows(f),
			    "task,*udp_sendmsg,udp_send_skb.isra.0,ip_make_skb,softirq,net_rx_action,virtnet_poll [virtio_net],nf_hook_slow");
	press(f, "+");
	assert_int_equal(f->model->cursor, 2);
	press(f, "}");
	assert_int_equal(f->model->rows.nr, 9);
	press(f, "{");
	assert_string_equal(rows(f), "task,*udp_sendmsg,softirq,net_rx_action");
	/* What is folded stays so in the next interval. */
	go_on(f);
	press(f, "ii");
	assert_string_equal(rows(f),
			    "task,*udp_sendmsg,tcp_sendmsg,softirq,net_rx_action");
}

static void test_search(void **state)
{
	struct fixture *f = *state;

	press(f, "/HOOK\n");
	assert_int_equal(f->model->cursor, 4);
	press(f, "n");
	assert_int_equal(f->model->cursor, 5);
	press(f, "n");
	assert_int_equal(f->model->cursor, 4);
	press(f, "NN");
	assert_int_equal(f->model->cursor, 4);
	press(f, "/frob\n");
	assert_int_equal(f->model->cursor, 4);
	assert_string_equal(f->model->message,
			    "no function has 'frob' in its name");
	press(f, "j");
	assert_string_equal(f->model->message, "");
	/* What is folded is found, and unfolded. */
	press(f, "gv{/poll\n");
	assert_string_equal(rows(f),
			    "task,udp_sendmsg,softirq,net_rx_action,*virtnet_poll [virtio_net]");
}

static void test_filter(void **state)
{
	struct fixture *f = *state;

	press(f, "fnf_hook*\n");
	assert_string_equal(rows(f), "*nf_hook_slow,nf_hook_slow");
	press(f, "c");
	assert_string_equal(rows(f), "*nf_hook_slow");
	press(f, "ccc");
	assert_string_equal(rows(f), "");
	assert_null(fgagg_top_model_node(f->model));
	/* Nothing to select, to fold, to search. */
	press(f, "jkGg+-/x\nn");
	press(f, "c");
	assert_string_equal(rows(f), "*nf_hook_slow,nf_hook_slow");
	/* The text is there to be edited. */
	press(f, "f\b\b\033");
	assert_string_equal(f->model->func, "nf_hook*");
	press(f, "f\x15zzz\x15\n");
	assert_null(f->model->sel.filter.func);
	assert_string_equal(rows(f), "*" LIST_BY_TOTAL);
}

/* A line that is too long is cut, control characters are left out. */
static void test_prompt(void **state)
{
	struct fixture *f = *state;
	int i;

	press(f, "f\001\t");
	for (i = 0; i < 2 * FGAGG_TOP_TEXT; i++)
		press(f, "x");
	assert_int_equal(strlen(f->model->text), FGAGG_TOP_TEXT - 1);
	fgagg_top_keys_press(f->model, FGAGG_TOP_KEY_UP, &err);
	assert_int_equal(f->model->text[FGAGG_TOP_TEXT - 2], 'x');
	press(f, "\n");
	assert_string_equal(rows(f), "");
}

static void test_modes(void **state)
{
	struct fixture *f = *state;

	press(f, " ");
	assert_true(f->model->paused);
	press(f, " \t");
	assert_false(f->model->paused);
	assert_true(f->model->pane);
	press(f, "\r?");
	assert_false(f->model->pane);
	/* The terminal has another size now. */
	fgagg_top_keys_press(f->model, -EINTR, &err);
	assert_true(f->model->help);
	press(f, "v");
	assert_false(f->model->help);
	assert_false(f->model->tree);
	assert_int_equal(press(f, "r"), FGAGG_TOP_SAMPLE);
	assert_int_equal(press(f, "hq"), FGAGG_TOP_QUIT);
	assert_int_equal(fgagg_top_keys_press(f->model, -EINTR, &err),
			 FGAGG_TOP_NOTHING);
}

/* The help fits columns of 40. */
static void test_help(void **state)
{
	const char *keys, *what;
	size_t i;

	(void)state;
	for (i = 0; fgagg_top_keys_help(i, &keys, &what); i++) {
		assert_in_range(strlen(keys), 1, 11);
		assert_in_range(strlen(what), 4, 27);
	}
	assert_in_range(i, 20, 40);
}

static const char *trend(const struct fixture *f, size_t row, size_t width,
			 bool utf8)
{
	static char text[256];
	FILE *out = fmemopen(text, sizeof(text), "w");

	assert_non_null(out);
	fgagg_top_text_trend(out, f->model, &f->model->rows.row[row], width,
			     utf8);
	fclose(out);
	return text;
}

static void test_trend(void **state)
{
	struct fixture *f = *state;
	int i;

	assert_string_equal(trend(f, 0, 8, false), "        ");
	go_on(f);
	assert_string_equal(trend(f, 0, 8, false), "       9");
	assert_string_equal(trend(f, 0, 8, true), "       █");
	f->b.head.boottime_ns += 2000000000;
	sample(f);
	build_call(&f->b, 0, FGAGG_CTX_TASK, "tcp_sendmsg", 40000, 9000, 80);
	go_on(f);
	assert_string_equal(trend(f, 0, 8, false), "     5 9");
	assert_string_equal(trend(f, 0, 2, false), " 9");
	assert_string_equal(trend(f, 0, 8, true), "     ▅ █");
	/* By p99 both were alike. */
	press(f, "s5");
	assert_string_equal(trend(f, 0, 8, false), "     9 9");
	/* A long silence leaves nothing of what was before. */
	for (i = 0; i < FGAGG_TOP_TREND_LEN + 5; i++)
		sample(f);
	press(f, "i");
	assert_string_equal(trend(f, 0, 8, false), "        ");
	press(f, "ii");
	go_on(f);
	assert_string_equal(trend(f, 0, 40, false),
			    "                                       9");
}

/* At any width the column that rows are sorted by is there. */
static void test_columns(void **state)
{
	static const char * const sorts[] = {
		"total", "self", "count", "max", "p99"
	};
	enum fgagg_top_column columns[FGAGG_TOP_COLUMNS];
	size_t width, i, j, nr, last;
	bool found;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sorts); i++) {
		for (width = 0, last = 1; width < 120; width++) {
			nr = fgagg_top_column_choose(columns, sorts[i], width);
			assert_in_range(nr, last, FGAGG_TOP_COLUMNS);
			last = nr;
			if (width >= FGAGG_TOP_COLUMN_WIDTH + 1)
				assert_true(nr * (FGAGG_TOP_COLUMN_WIDTH + 1) <=
					    width);
			for (found = false, j = 0; j < nr; j++)
				found |= !strcmp(sorts[i],
					fgagg_top_column_title(columns[j], 0));
			assert_true(found);
		}
		assert_int_equal(last, FGAGG_TOP_COLUMNS);
	}
}

/* Rates are rounded: 4 calls in 5 seconds are one a second rather than none. */
static void test_rate(void **state)
{
	struct fgagg_node node = { .depth = 1, .sum.count = 4 };
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	fgagg_top_column_print(out, FGAGG_TOP_COUNT, &node, 5000000000, false);
	fclose(out);
	assert_string_equal(text, "          1");
	free(text);
}

/* However few lines there are, the pane does not take more. */
static void test_pane(void **state)
{
	struct fixture *f = *state;
	size_t height, size, lines, i;
	char *text;
	FILE *out;

	for (height = 6; height < 60; height++) {
		out = open_memstream(&text, &size);
		assert_non_null(out);
		fgagg_top_text_pane(out, f->model, 10, height);
		fclose(out);
		for (lines = 0, i = 0; i < size; i++)
			lines += text[i] == '\n';
		assert_in_range(lines, 5, height);
		free(text);
	}
}

static double seconds(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/*
 * What the first screen takes is shown, not judged: that depends on what else
 * runs.  "make bench" shows it without sanitizers.
 */
static void test_large(void **state)
{
	static const struct {
		unsigned int paths;
		unsigned int cpus;
	} sizes[] = { { 12500, 8 }, { 100000, 1 } };
	static const struct fgagg_select sel = { .sort = "total" };
	struct fgagg_top_model *model;
	struct fgagg_snap *snap;
	double start, cpu;
	void *bytes;
	size_t size, i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		bytes = large_bytes(sizes[i].paths, sizes[i].cpus, &size);
		start = seconds(CLOCK_MONOTONIC);
		cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
		model = fgagg_top_model_new(&sel);
		assert_non_null(model);
		if (fgagg_snapshot_parse(bytes, size, &snap, &err) ||
		    fgagg_top_model_update(model, snap, &err))
			fail_msg("%s", err.text);
		print_message("# first screen of %u paths on %u CPUs: %.0f ms, %.0f ms of CPU time\n",
			      sizes[i].paths, sizes[i].cpus,
			      1000 * (seconds(CLOCK_MONOTONIC) - start),
			      1000 * (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu));
		assert_int_equal(model->rows.nr, sizes[i].paths);
		assert_int_equal(model->rows.row[0].node->depth, 1);
		fgagg_top_model_free(model);
	}
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_screen),
		TEST(test_ranges),
		TEST(test_reset),
		TEST(test_sort),
		TEST(test_cursor),
		TEST(test_page),
		TEST(test_tree),
		TEST(test_search),
		TEST(test_filter),
		TEST(test_prompt),
		TEST(test_modes),
		TEST(test_help),
		TEST(test_trend),
		TEST(test_columns),
		TEST(test_rate),
		TEST(test_pane),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
