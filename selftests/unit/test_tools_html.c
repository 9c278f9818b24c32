// SPDX-License-Identifier: GPL-2.0-only
/*
 * What export --format html puts into a page.  How the page looks and what it does
 * is tested in ../html, in a browser.
 */
#include "test_tools_command.h"

#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <zlib.h>

#include "file.h"
#include "packed.h"
#include "runfile.h"

#define CONTEXTS	4

static int digit_of(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *found = strchr(digits, c);

	return c && found ? found - digits : -1;
}

/* Inflates base64; what follows it is not looked at. */
static char *unpack(const char *text, size_t *size)
{
	size_t room = 1 << 24, n = 0;
	unsigned char *bytes = malloc(strlen(text) + 1);
	char *plain = malloc(room);
	unsigned long len = room - 1;
	unsigned int bits = 0;
	int have = 0;

	assert_non_null(bytes);
	assert_non_null(plain);
	for (; digit_of(*text) >= 0; text++) {
		bits = bits << 6 | digit_of(*text);
		have += 6;
		if (have >= 8) {
			have -= 8;
			bytes[n++] = bits >> have;
		}
	}
	assert_int_equal(uncompress((unsigned char *)plain, &len, bytes, n), Z_OK);
	plain[len] = '\0';
	*size = len;
	free(bytes);
	return plain;
}

/* Any length comes back: groups of three end anywhere in a write. */
static void test_packed(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 100, 65536, 1000003 };
	size_t i, j, size, got_size;
	char *text, *want, *got;
	FILE *out, *packed;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		out = open_memstream(&text, &size);
		packed = fgagg_packed_open(out);
		assert_non_null(packed);
		want = malloc(sizes[i] + 1);
		for (j = 0; j < sizes[i]; j++) {
			want[j] = (j * j >> 3) ^ j;
			fputc(want[j], packed);
		}
		assert_int_equal(fclose(packed), 0);
		assert_int_equal(fclose(out), 0);
		assert_int_equal(strlen(text) % 4, 0);
		got = unpack(text, &got_size);
		assert_int_equal(got_size, sizes[i]);
		assert_memory_equal(got, want, sizes[i]);
		free(got);
		free(want);
		free(text);
	}
}

/* A disk that is full is not taken for one that is not. */
static void test_packed_full(void **state)
{
	FILE *out = fopen("/dev/full", "w"), *packed;
	size_t i;

	(void)state;
	assert_non_null(out);
	setbuf(out, NULL);
	packed = fgagg_packed_open(out);
	for (i = 0; i < 100000; i++)
		fputc(i * i >> 5, packed);
	assert_int_equal(fclose(packed), EOF);
	fclose(out);
}

/* The data of the page that fgagg writes with some arguments. */
static json_t *export(const char *args)
{
	static const char before[] = "<script type=\"text/plain\" id=\"data\">";
	char path[PATH_MAX], *got, *page, *at, *data;
	json_error_t error;
	json_t *json;
	size_t size;

	snprintf(path, sizeof(path), "export -o $DIR/x.html %s", args);
	got = command_run(path);
	assert_string_equal(got, "exit 0\n");
	free(got);
	snprintf(path, sizeof(path), "%s/x.html", command_dir());
	assert_int_equal(fgagg_file_read(path, &page, NULL), 0);
	at = strstr(page, before);
	assert_non_null(at);
	assert_non_null(strstr(at, "</html>"));
	data = unpack(at + strlen(before), &size);
	json = json_loadb(data, size, 0, &error);
	if (!json)
		fail_msg("%s in %s", error.text, data);
	free(data);
	free(page);
	return json;
}

static json_t *member(json_t *json, const char *name)
{
	json = json_object_get(json, name);
	if (!json)
		fail_msg("no member %s", name);
	return json;
}

static json_int_t at(json_t *array, size_t i)
{
	assert_true(json_is_integer(json_array_get(array, i)));
	return json_integer_value(json_array_get(array, i));
}

static const char *string_at(json_t *array, size_t i)
{
	assert_true(json_is_string(json_array_get(array, i)));
	return json_string_value(json_array_get(array, i));
}

/* Whether a text ends in a word, whose length is taken off. */
static bool ends_in(const char *text, size_t *len, const char *word)
{
	size_t n = strlen(word);

	if (n > *len || memcmp(text + *len - n, word, n))
		return false;
	*len -= n;
	return true;
}

static bool is_path(json_t *page, size_t i, const char *path)
{
	json_t *names = member(page, "name"), *parents = member(page, "parent");
	size_t len = strlen(path), parent;

	while (ends_in(path, &len, string_at(names, i)) &&
	       ends_in(path, &len, ";")) {
		parent = at(parents, i);
		if (parent < CONTEXTS)
			return ends_in(path, &len,
				       string_at(member(page, "context"), parent)) &&
			       !len;
		/* Callers come first, or the page would not see the tree. */
		assert_true(parent - CONTEXTS < i);
		i = parent - CONTEXTS;
	}
	return false;
}

/* The number of a path, "task;a;b", among those of a page; -1 for none. */
static int find(json_t *page, const char *path)
{
	size_t i;

	for (i = 0; i < json_array_size(member(page, "name")); i++)
		if (is_path(page, i, path))
			return i;
	return -1;
}

static json_int_t number(json_t *page, size_t run, const char *key,
			 const char *path)
{
	int i = find(page, path);

	if (i < 0)
		fail_msg("no path %s", path);
	return at(member(json_array_get(member(page, "runs"), run), key), i);
}

static void test_snapshot(void **state)
{
	json_t *page = export("$DIR/old"), *run, *hist, *slowest;
	int i = find(page, "task;udp_sendmsg;ip_make_skb");

	(void)state;
	run = json_array_get(member(page, "runs"), 0);
	assert_int_equal(json_array_size(member(page, "runs")), 1);
	assert_int_equal(number(page, 0, "count", "task;udp_sendmsg"), 101);
	assert_int_equal(number(page, 0, "self", "task;udp_sendmsg"), 2300000);
	assert_int_equal(number(page, 0, "max", "task;udp_sendmsg"), 2500000);
	assert_int_equal(find(page, "hardirq;vring_interrupt [virtio_ring]"), -1);
	assert_null(json_object_get(run, "heat"));
	assert_true(json_is_null(member(run, "identity")));
	hist = member(run, "hist");
	assert_int_equal(json_array_size(member(hist, "nr")),
			 json_array_size(member(page, "name")));
	assert_true(i >= 0 && at(member(hist, "nr"), i) > 0);
	slowest = json_array_get(member(run, "slowest"), 0);
	assert_string_equal(json_string_value(json_array_get(slowest, 3)),
			    "sender");
	json_decref(page);
}

/* All calls of an array that belongs to a path. */
static json_int_t sum_of_hist(json_t *run, size_t path)
{
	json_t *nr = member(member(run, "hist"), "nr");
	json_t *count = member(member(run, "hist"), "count");
	json_int_t sum = 0;
	size_t i, from = 0;

	for (i = 0; i < path; i++)
		from += at(nr, i);
	for (i = 0; i < (size_t)at(nr, path); i++)
		sum += at(count, from + i);
	return sum;
}

/* The cells' members are differences to the cell before. */
static void accumulate(json_t *heat)
{
	static const char *const keys[] = { "path", "column", "row" };
	json_int_t sum;
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(keys); k++) {
		json_t *array = member(heat, keys[k]);

		for (i = 0, sum = 0; i < json_array_size(array); i++) {
			sum += at(array, i);
			json_array_set_new(array, i, json_integer(sum));
		}
	}
}

static json_int_t sum_of_heat(json_t *run, size_t path)
{
	json_t *heat = member(run, "heat");
	json_int_t sum = 0;
	size_t i, nr = json_array_size(member(heat, "path"));

	for (i = 0; i < nr; i++)
		if (at(member(heat, "path"), i) == (json_int_t)path)
			sum += at(member(heat, "count"), i);
	return sum;
}

/* The page looks a path's cells up as one stretch, columns and rows rising. */
static void check_order(json_t *heat)
{
	static const char *const keys[] = { "path", "column", "row" };
	size_t i, k, nr = json_array_size(member(heat, "path"));

	assert_true(nr > 1);
	for (i = 1; i < nr; i++) {
		for (k = 0; k < 2; k++)
			if (at(member(heat, keys[k]), i - 1) !=
			    at(member(heat, keys[k]), i))
				break;
		assert_true(at(member(heat, keys[k]), i - 1) <
			    at(member(heat, keys[k]), i));
	}
}

/* Every call of the run is once in the histogram and once in the heatmap. */
static void test_run(void **state)
{
	json_t *page = export("$DIR/run.fgagg");
	json_t *run = json_array_get(member(page, "runs"), 0);
	json_t *edges = member(member(run, "heat"), "edges");
	size_t i, nr = json_array_size(member(page, "name"));

	(void)state;
	assert_int_equal(json_array_size(edges), 4);
	accumulate(member(run, "heat"));
	check_order(member(run, "heat"));
	assert_int_equal(at(edges, 0), 0);
	assert_int_equal(at(edges, 3), 3000000000);
	assert_int_equal(number(page, 0, "count", "task;tcp_sendmsg"), 60);
	for (i = 0; i < nr; i++) {
		json_int_t count = at(member(run, "count"), i);

		assert_int_equal(sum_of_hist(run, i), count);
		assert_int_equal(sum_of_heat(run, i), count);
	}
	assert_string_equal(json_string_value(member(member(run, "identity"),
						     "machine")),
			    "</script><b>");
	json_decref(page);
}

/* Of a file with two runs: what is shown says whose it is. */
static void test_merged(void **state)
{
	char *got = command_run("merge $DIR/run.fgagg -o $DIR/a --label '</script><b>=a' && "
				"$FGAGG merge $DIR/run.fgagg $DIR/a -o $DIR/two");
	json_t *page, *identity;

	(void)state;
	assert_string_equal(got, "exit 0\n");
	free(got);
	page = export("--host a $DIR/two");
	identity = member(json_array_get(member(page, "runs"), 0), "identity");
	assert_string_equal(json_string_value(member(identity, "label")), "a");
	json_decref(page);
	page = export("$DIR/two");
	identity = member(json_array_get(member(page, "runs"), 0), "identity");
	assert_true(json_is_null(identity));
	json_decref(page);
}

static void test_two_runs(void **state)
{
	json_t *page = export("$DIR/old $DIR/run.fgagg");

	(void)state;
	assert_int_equal(json_array_size(member(page, "runs")), 2);
	assert_int_equal(number(page, 0, "count", "task;udp_sendmsg"), 101);
	assert_int_equal(number(page, 1, "count", "task;udp_sendmsg"), 30);
	assert_int_equal(number(page, 0, "count", "task;tcp_sendmsg"), 0);
	assert_int_equal(number(page, 1, "count", "task;tcp_sendmsg"), 60);
	json_decref(page);
}

/* Paths that are selected come with their callers, and without the rest. */
static void test_selection(void **state)
{
	json_t *page = export("--func nf_hook_slow --context task $DIR/old");

	(void)state;
	assert_int_equal(json_array_size(member(page, "name")), 3);
	assert_int_equal(number(page, 0, "count",
				"task;udp_sendmsg;udp_send_skb.isra.0;nf_hook_slow"),
			 200);
	assert_int_equal(find(page, "task;udp_sendmsg;ip_make_skb"), -1);
	json_decref(page);
	page = export("--func nothing $DIR/old");
	assert_int_equal(json_array_size(member(page, "name")), 0);
	json_decref(page);
}

static void test_three_runs(void **state)
{
	char *got = command_run("export --format html $DIR/old $DIR/old $DIR/old");

	(void)state;
	command_compare("export-html-three", got);
	free(got);
}

/* A name that would end an element, and three intervals. */
static void write_run(struct build *b)
{
	static const char identity[] =
		"{\"machine\":\"</script><b>\",\"command\":[\"\\u001b\"]}";
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	char path[PATH_MAX];
	int i;

	snprintf(path, sizeof(path), "%s/run.fgagg", command_dir());
	assert_int_equal(fgagg_runfile_create(path, identity, &writer, &err),
			 0);
	for (i = 0; i < 4; i++) {
		snap = build_snapshot(b);
		assert_int_equal(fgagg_runfile_append(writer, snap, &err), 0);
		fgagg_snapshot_free(snap);
		build_call(b, 0, FGAGG_CTX_TASK, "tcp_sendmsg", 40000 + 9999 * i,
			   9000, 20);
		build_call(b, 1, FGAGG_CTX_TASK, "udp_sendmsg", 9000, 9000, 10);
		build_wait(b, 1000000000);
	}
	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

static int setup(void **state)
{
	struct build b;
	size_t size;
	char *bytes;

	(void)state;
	command_setup();
	build_init(&b);
	build_example(&b);
	bytes = build_bytes(&b, &size);
	command_write("old", bytes, size);
	free(bytes);
	write_run(&b);
	build_free(&b);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_packed_full),
		cmocka_unit_test(test_snapshot),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_merged),
		cmocka_unit_test(test_two_runs),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_three_runs),
	};

	return cmocka_run_group_tests(tests, setup, command_teardown);
}
