// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs that three kernels have printed, see funcgraph/capture, and what a user
 * makes of them with "fgagg import".
 */
#include "test_tools_command.h"
#include "test_tools_log.h"

#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <pty.h>
#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "file.h"
#include "progress.h"

#define NR_CUTS		60

/* What is cut is a log still. */
#define MIN_CUT		600

static const struct {
	const char *name;
	const char *args;
} cases[] = {
	{ "import-6.1", "import -o $DIR/i $DIR/logs/6.1/*.txt" },
	{ "import-6.12", "import -o $DIR/i $DIR/logs/6.12/*.txt" },
	{ "import-7.2", "import -o $DIR/i $DIR/logs/7.2/*.txt" },
	{ "import-report", "import -o $DIR/i $DIR/interrupt && $FGAGG report $DIR/i" },
	{ "import-tree", "import -o $DIR/i $DIR/logs/6.12/irq-latency.txt && "
			 "$FGAGG tree $DIR/i" },
	{ "import-hist", "import -o $DIR/i $DIR/logs/6.12/tail.txt && "
			 "$FGAGG hist tracee_busy $DIR/i" },
	{ "import-json", "import -o $DIR/i $DIR/interrupt && $FGAGG report --json $DIR/i" },
	{ "import-two", "import $DIR/interrupt $DIR/interrupt -o $DIR/i && "
			"$FGAGG report $DIR/i" },
	{ "import-diff", "import -o $DIR/i $DIR/interrupt && "
			 "$FGAGG import -o $DIR/j $DIR/interrupt && "
			 "$FGAGG diff --fail-if 'total > +1%' $DIR/i $DIR/j" },
	{ "import-top", "import -o $DIR/i $DIR/interrupt $DIR/interrupt && "
			"$FGAGG top -b $DIR/i" },
	{ "import-stat", "import -o $DIR/i $DIR/interrupt $DIR/interrupt && "
			 "$FGAGG stat $DIR/i" },
	{ "import-heatmap", "import -o $DIR/i $DIR/interrupt $DIR/interrupt && "
			    "$FGAGG heatmap udp_sendmsg $DIR/i" },
	{ "import-stdin", "import -o $DIR/i - <$DIR/interrupt" },
	{ "import-zstd", "import -o $DIR/i $DIR/interrupt.zst && $FGAGG report $DIR/i" },
	{ "import-zstd-cut", "import -o $DIR/i $DIR/cut.zst" },
	{ "import-zstd-bad", "import -o $DIR/i $DIR/bad.zst" },
	{ "import-gzip", "import -o $DIR/i $DIR/interrupt.gz && $FGAGG report $DIR/i" },
	{ "import-gzip-cut", "import -o $DIR/i $DIR/cut.gz" },
	{ "import-gzip-bad", "import -o $DIR/i $DIR/bad.gz" },
	{ "import-prose", "import -o $DIR/i $DIR/prose" },
	{ "import-empty", "import -o $DIR/i /dev/null" },
	{ "import-no-log", "import -o $DIR/i" },
	{ "import-no-file", "import -o $DIR/i $DIR/interrupt /nonexistent" },
	{ "import-no-output", "import -o /nonexistent/i $DIR/interrupt" },
	{ "import-over-log", "import $DIR/interrupt -o $DIR//interrupt" },
	{ "import-directory", "import -o $DIR/i $DIR" },
	{ "import-cut-run", "import -o $DIR/i $DIR/interrupt && "
			    "head -c -1 $DIR/i >$DIR/cut && $FGAGG report $DIR/cut" },
	{ "import-json-full", "import -o $DIR/i $DIR/logs/6.12/perf.txt && "
			      "$FGAGG report --json $DIR/i >/dev/full" },
	{ "import-not", "report $DIR/interrupt" },
	{ "import-option", "import --frobnicate log" },
};

static const char interrupt[] =
	"$ cat trace\n"
	"# tracer: function_graph\n"
	"#\n"
	"# CPU  TASK/PID         DURATION                  FUNCTION CALLS\n"
	"# |     |    |           |   |                     |   |   |   |\n"
	" 3)   sender-77    |   0.100 us    |  }\n"
	" 3)   sender-77    |               |  udp_sendmsg() {\n"
	" 3)   sender-77    |   0.100 us    |    ip_make_skb();\n"
	" 3)   sender-77    |   ==========> |\n"
	" 3)   sender-77    |               |    sysvec_apic_timer_interrupt() {\n"
	" 3)   sender-77    | + 12.000 us   |      hrtimer_interrupt();\n"
	" 3)   sender-77    | + 13.000 us   |    }\n"
	" 3)   sender-77    |   <========== |\n"
	" 3)   sender-77    | ! 113.500 us  |  }\n"
	" 3)   sender-77    |               |  udp_sendmsg() {\n";

static const char prose[] = "It calls foo(), which takes 3.2 us (1) or 2) more).\n";

/* The logs of all kernels. */
static glob_t logs;

static char *read_log(const char *path, size_t *size)
{
	char *text;

	assert_int_equal(fgagg_file_read(path, &text, size), 0);
	return text;
}

static bool same(const struct fgagg_funcgraph_counts *a,
		 const struct fgagg_funcgraph_counts *b)
{
	return a->calls == b->calls && a->cut_off == b->cut_off &&
	       a->unmatched == b->unmatched && a->untimed == b->untimed;
}

/* A log so often that it is more than what is looked at before it is taken. */
static char *read_long_log(const char *path, size_t *size, size_t *copies)
{
	char *text, *more;
	size_t i;

	text = read_log(path, size);
	*copies = 1 + 2 * 65536 / *size;
	more = malloc(*copies * *size + 1);
	assert_non_null(more);
	for (i = 0; i < *copies; i++)
		memcpy(more + i * *size, text, *size);
	*size *= *copies;
	more[*size] = '\0';
	free(text);
	return more;
}

/* As one piece, byte by byte, and on one line: the very same snapshot. */
static void test_same(void **state)
{
	struct fgagg_funcgraph_counts want, counts;
	struct fgagg_counter *counter[3];
	size_t size, copies, sizes[3], i;
	char *text, *snap[3];

	text = read_long_log(*state, &size, &copies);
	for (i = 0; i < 3; i++) {
		counter[i] = fgagg_counter_new();
		log_feed(counter[i], text, size, i == 1, &counts);
		snap[i] = log_snapshot(counter[i], &sizes[i]);
		if (!i)
			want = counts;
		assert_true(same(&want, &counts));
		assert_int_equal(sizes[i], sizes[0]);
		assert_memory_equal(snap[i], snap[0], sizes[0]);
		if (i == 1)
			for (char *at = text; *at; at++)
				*at = *at == '\n' ? ' ' : *at;
	}
	assert_in_range(want.calls / copies, 10, 200);
	for (i = 0; i < 3; i++) {
		free(snap[i]);
		fgagg_counter_free(counter[i]);
	}
	free(text);
}

/* How many ends of calls a line has: two if it is one of a leaf. */
static unsigned int ends_of(char *line)
{
	static regex_t entry, leaf, exit;
	static bool compiled;
	char *comment = strstr(line, "/*");
	size_t len;

	if (!compiled) {
		assert_int_equal(regcomp(&entry, "\\) \\{$", REG_EXTENDED), 0);
		assert_int_equal(regcomp(&leaf, "\\);$", REG_EXTENDED), 0);
		assert_int_equal(regcomp(&exit, "(^|[|)]) *\\}$", REG_EXTENDED), 0);
		compiled = true;
	}
	if (comment)
		*comment = '\0';
	for (len = strlen(line); len && line[len - 1] == ' '; len--)
		line[len - 1] = '\0';
	if (!regexec(&leaf, line, 0, NULL, 0))
		return 2;
	return !regexec(&entry, line, 0, NULL, 0) ||
	       !regexec(&exit, line, 0, NULL, 0);
}

static unsigned int count_ends(const char *text, size_t size)
{
	char *copy = strndup(text, size), *rest = copy, *line;
	unsigned int ends = 0;

	while ((line = strsep(&rest, "\n")))
		ends += ends_of(line);
	free(copy);
	return ends;
}

/* Of each end that the log has, something becomes. */
static unsigned int account(const char *text, size_t size)
{
	struct fgagg_counter *counter = fgagg_counter_new();
	const struct fgagg_counter_totals *totals;
	struct fgagg_funcgraph_counts counts;
	__u64 lost = 0;
	size_t i;

	log_feed(counter, text, size, 0, &counts);
	totals = fgagg_counter_totals(counter);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		lost += totals->lost[i];
	assert_int_equal(totals->entered, counts.calls + lost);
	assert_true(lost <= counts.cut_off);
	free(log_paths(counter));
	fgagg_counter_free(counter);
	return 2 * counts.calls + counts.cut_off + counts.unmatched;
}

static void test_account(void **state)
{
	size_t size, i, from, to, line;
	unsigned int got, want;
	char *text;

	text = read_log(*state, &size);
	assert_int_equal(account(text, size), count_ends(text, size));
	srand(1);
	for (i = 0; i < NR_CUTS; i++) {
		from = rand() % (size - MIN_CUT);
		to = from + MIN_CUT + rand() % (size - from - MIN_CUT + 1);
		line = strcspn(text + from, "\n");
		want = count_ends(text + from + line, to - from - line);
		got = account(text + from, to - from);
		/* What is left of the first line may do. */
		if (got < want || got > want + 2)
			fail_msg("%zu to %zu: %u ends, not %u", from, to, got,
				 want);
	}
	free(text);
}

/* The same word for another CPU, another task. */
static bool put_copy(FILE *out, const char *word, int len, bool columns)
{
	int at, end[3] = { 0 };
	unsigned int number;

	if (!len)
		return false;
	if (sscanf(word, "%u)%n", &number, &end[0]) == 1 && end[0] == len) {
		fprintf(out, "%u)", number + 100);
		return true;
	}
	if (len == 5 && sscanf(word, "[%u]%n", &number, &end[1]) == 1 &&
	    end[1] == len) {
		fprintf(out, "[%03u]", number + 100);
		return true;
	}
	if (sscanf(word, "CPU:%u%n", &number, &end[2]) == 1 && end[2] == len) {
		fprintf(out, "CPU:%u", number + 100);
		return true;
	}
	/* "0d.h1.": a CPU and flags. */
	if (sscanf(word, "%u%n", &number, &end[0]) == 1 && len > end[0] + 1 &&
	    strchr(".dDbBX", word[end[0]]) && strchr(".nNpP", word[end[0] + 1])) {
		fprintf(out, "%u%.*s", number + 100, len - end[0], word + end[0]);
		return true;
	}
	for (at = len; at && word[at - 1] >= '0' && word[at - 1] <= '9'; at--)
		;
	number = strtoul(word + at, NULL, 10);
	if (columns && at > 1 && at < len && word[at - 1] == '-' && number)
		fprintf(out, "%.*s%u", at, word, number + 1000000);
	else
		fprintf(out, "%.*s", len, word);
	return false;
}

static bool put_line_copy(FILE *out, const char *line, size_t size)
{
	const char *end = line + size, *last = memrchr(line, '|', size);
	bool moved = false;
	size_t len;

	if (*line == '#')
		return false;
	while (line < end) {
		len = strcspn(line, " \n");
		moved |= put_copy(out, line, len, !last || line < last);
		line += len;
		len = strspn(line, " \n");
		fwrite(line, 1, len < (size_t)(end - line) ? len :
						(size_t)(end - line), out);
		line += len;
	}
	return moved;
}

/* A line; what is printed of a switch of tasks is one. */
static size_t line_of(const char *text)
{
	size_t len = strcspn(text, "\n") + 1;

	if (!strncmp(text, " ----", 5)) {
		len += strcspn(text + len, "\n") + 1;
		len += strcspn(text + len, "\n") + 1;
	}
	return len;
}

/* Another machine's CPUs in between: everything twice, and nothing else. */
static void test_interleaved(void **state)
{
	struct fgagg_counter *want = fgagg_counter_new();
	struct fgagg_counter *got = fgagg_counter_new();
	struct fgagg_funcgraph_counts once, twice;
	char *text, *at, *mixed = NULL, *paths[2];
	bool moved = false;
	size_t size, len;
	FILE *out;

	text = read_log(*state, &size);
	out = open_memstream(&mixed, &size);
	for (at = text; *at; at += len) {
		len = line_of(at);
		if (len > strlen(at))
			len = strlen(at);
		fwrite(at, 1, len, out);
		moved |= put_line_copy(out, at, len);
	}
	fclose(out);
	assert_true(moved);
	log_feed(want, text, strlen(text), 0, &once);
	log_feed(want, text, strlen(text), 0, &once);
	log_feed(got, mixed, size, 0, &twice);
	paths[0] = log_paths(want);
	paths[1] = log_paths(got);
	assert_string_equal(paths[0], paths[1]);
	assert_int_equal(2 * once.calls, twice.calls);
	assert_int_equal(2 * once.cut_off, twice.cut_off);
	assert_int_equal(2 * once.unmatched, twice.unmatched);
	free(paths[0]);
	free(paths[1]);
	free(text);
	free(mixed);
	fgagg_counter_free(want);
	fgagg_counter_free(got);
}

/* What is in it, is not what it was: sound all the same. */
static void test_damaged(void **state)
{
	static const char bytes[] = "(){}[]|;/*=><-#\n 0 1)";
	size_t size, i, j;
	char *text;

	text = read_log(*state, &size);
	srand(2);
	for (i = 0; i < NR_CUTS; i++) {
		for (j = 0; j < 20; j++)
			text[rand() % size] = bytes[rand() % sizeof(bytes)];
		account(text, size);
	}
	free(text);
}

/* However trace-cmd is asked to print the same trace. */
static void compare_trace_cmd(const char *kernel)
{
	static const char * const others[] = { "latency", "diff", "tail" };
	struct fgagg_funcgraph_counts counts;
	struct fgagg_counter *counter;
	char path[PATH_MAX], *text, *want, *got;
	size_t i, size;

	for (i = 0; i <= ARRAY_SIZE(others); i++) {
		snprintf(path, sizeof(path), "%s/%s/trace-cmd%s%s.txt",
			 getenv("LOGS"), kernel, i ? "-" : "",
			 i ? others[i - 1] : "");
		text = read_log(path, &size);
		counter = fgagg_counter_new();
		log_feed(counter, text, size, 0, &counts);
		got = log_paths(counter);
		if (!i)
			want = got;
		assert_string_equal(got, want);
		if (i)
			free(got);
		fgagg_counter_free(counter);
		free(text);
	}
	free(want);
}

static void test_trace_cmd(void **state)
{
	(void)state;
	compare_trace_cmd("6.1");
	compare_trace_cmd("6.12");
	compare_trace_cmd("7.2");
}

/*
 * Every CPU that a log can name, and each again and again: who looks for one
 * among all others needs more time than there is.
 */
static void test_many_cpus(void **state)
{
	struct fgagg_counter *counter = fgagg_counter_new();
	struct fgagg_counter_call call = { .total = 1 };
	struct fgagg_counter_node *node;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	static __u64 calls[65536];
	size_t i;

	(void)state;
	node = fgagg_counter_child(counter,
				   fgagg_counter_root(counter, FGAGG_CTX_TASK),
				   "a", 1);
	for (i = 0; i < 20 * ARRAY_SIZE(calls); i++) {
		call.cpu = i * 40503;
		assert_int_equal(fgagg_counter_add(node, &call), 0);
	}
	assert_int_equal(fgagg_counter_snapshot(counter, "", &snap, &err), 0);
	assert_int_equal(fgagg_snapshot_count(snap), ARRAY_SIZE(calls));
	for (i = 0; i < ARRAY_SIZE(calls); i++) {
		const struct fgagg_record *rec = fgagg_snapshot_record(snap, i);

		calls[rec->cpu] += fgagg_snapshot_buckets(rec)->count;
	}
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		assert_int_equal(calls[i], 20);
	fgagg_snapshot_free(snap);
	fgagg_counter_free(counter);
}

static void test_case(void **state)
{
	size_t i = (size_t)*state;
	char *got = command_run(cases[i].args);

	command_compare(cases[i].name, got);
	free(got);
}

/*
 * What does not fit any buffer at once, but fills the last to its end, and shrinks to
 * next to nothing.
 */
static void test_compressed(void **state)
{
	size_t len = sizeof(interrupt) - 1, size = 1 << 22, room, i;
	char *text = malloc(size), *data, path[PATH_MAX], *got;
	gzFile gz;

	(void)state;
	memset(text, '\n', size);
	for (i = 0; i < 2000; i++)
		memcpy(text + i * len, interrupt, len);
	room = ZSTD_compressBound(size);
	data = malloc(room);
	command_write("big", text, size);
	command_write("big.zst", data, ZSTD_compress(data, room, text, size, 3));
	snprintf(path, sizeof(path), "%s/big.gz", command_dir());
	gz = gzopen(path, "w");
	assert_int_equal(gzwrite(gz, text, size), size);
	assert_int_equal(gzclose(gz), Z_OK);
	got = command_run("import -o $DIR/i $DIR/big $DIR/big.zst $DIR/big.gz");
	assert_string_equal(got,
			    "DIR/big: 9999 calls, 2 cut off, 0 unmatched\n"
			    "DIR/big.zst: 9999 calls, 2 cut off, 0 unmatched\n"
			    "DIR/big.gz: 9999 calls, 2 cut off, 0 unmatched\n"
			    "exit 0\n");
	free(got);
	free(data);
	free(text);
}

/* On a terminal there is a bar while it takes long, and nothing after. */
static void test_progress(void **state)
{
	struct fgagg_progress progress;
	int master, slave, saved;
	char text[256] = "";
	size_t len = 0;
	ssize_t n;

	(void)state;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	saved = dup(STDERR_FILENO);
	dup2(slave, STDERR_FILENO);
	fgagg_progress_start(&progress);
	fgagg_progress_show(&progress, "early", 1, 2);
	progress.next = 0;
	fgagg_progress_show(&progress, "trace.txt", 1 << 20, 1 << 22);
	progress.next = 0;
	fgagg_progress_show(&progress, "-", 1 << 20, 0);
	fgagg_progress_end(&progress);
	fflush(stderr);
	dup2(saved, STDERR_FILENO);
	close(slave);
	while ((n = read(master, text + len, sizeof(text) - 1 - len)) > 0)
		len += n;
	assert_string_equal(text,
			    "\rtrace.txt:  25% |#######                       | 1.00 MiB\033[K"
			    "\r-: 1.00 MiB\033[K\r\033[K");
	close(saved);
	close(master);
}

static void write_zstd(void)
{
	char data[sizeof(interrupt) + 128];
	size_t size;

	size = ZSTD_compress(data, sizeof(data), interrupt,
			     sizeof(interrupt) - 1, 3);
	assert_false(ZSTD_isError(size));
	command_write("interrupt.zst", data, size);
	command_write("cut.zst", data, size - 5);
	memset(data + 8, 0xff, size - 8);
	command_write("bad.zst", data, size);
}

/* Two files of gzip in one, as cat makes it. */
static void write_gzip(void)
{
	char path[PATH_MAX], *data;
	size_t size, half = sizeof(interrupt) / 2;
	gzFile gz;

	snprintf(path, sizeof(path), "%s/interrupt.gz", command_dir());
	gz = gzopen(path, "w");
	assert_int_equal(gzwrite(gz, interrupt, half), half);
	assert_int_equal(gzclose(gz), Z_OK);
	gz = gzopen(path, "a");
	assert_true(gzputs(gz, interrupt + half) > 0);
	assert_int_equal(gzclose(gz), Z_OK);
	assert_int_equal(fgagg_file_read(path, &data, &size), 0);
	command_write("cut.gz", data, size - 5);
	memset(data + 10, 0xff, size - 10);
	command_write("bad.gz", data, size);
	free(data);
}

static int setup(void **state)
{
	char link[PATH_MAX];

	(void)state;
	command_setup();
	snprintf(link, sizeof(link), "%s/logs", command_dir());
	assert_int_equal(symlink(getenv("LOGS"), link), 0);
	command_write("interrupt", interrupt, sizeof(interrupt) - 1);
	command_write("prose", prose, sizeof(prose) - 1);
	write_zstd();
	write_gzip();
	return 0;
}

static void find_logs(void)
{
	char self[PATH_MAX / 2] = "", path[PATH_MAX], pattern[PATH_MAX + 16];

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		exit(1);
	snprintf(path, sizeof(path), "%s/../funcgraph", dirname(self));
	setenv("LOGS", path, 1);
	snprintf(pattern, sizeof(pattern), "%s/*/*.txt", path);
	if (glob(pattern, 0, NULL, &logs))
		exit(1);
}

int main(void)
{
	static const struct {
		const char *name;
		CMUnitTestFunction fn;
	} each[] = {
		{ "the same", test_same },
		{ "accounted for", test_account },
		{ "interleaved", test_interleaved },
		{ "damaged", test_damaged },
	};
	struct CMUnitTest *tests;
	size_t i, j, n = 0;
	const char *path;
	char *name;
	int failed;

	find_logs();
	tests = calloc(ARRAY_SIZE(cases) + 4 + logs.gl_pathc * ARRAY_SIZE(each),
		       sizeof(*tests));
	for (i = 0; i < ARRAY_SIZE(cases); i++, n++) {
		tests[n].name = cases[i].name;
		tests[n].test_func = test_case;
		tests[n].initial_state = (void *)i;
	}
	for (i = 0; i < logs.gl_pathc; i++) {
		for (j = 0; j < ARRAY_SIZE(each); j++) {
			/* Without the column all CPUs are one. */
			if (each[j].fn == test_interleaved &&
			    (strstr(logs.gl_pathv[i], "/none") ||
			     strstr(logs.gl_pathv[i], "/no-cpu")))
				continue;
			path = strstr(logs.gl_pathv[i], "funcgraph/");
			if (asprintf(&name, "%s: %s", path, each[j].name) < 0)
				return 1;
			tests[n].name = name;
			tests[n].test_func = each[j].fn;
			tests[n++].initial_state = logs.gl_pathv[i];
		}
	}
	tests[n].name = "progress";
	tests[n++].test_func = test_progress;
	tests[n].name = "compressed";
	tests[n++].test_func = test_compressed;
	tests[n].name = "trace-cmd";
	tests[n++].test_func = test_trace_cmd;
	tests[n].name = "many CPUs";
	tests[n++].test_func = test_many_cpus;
	failed = _cmocka_run_group_tests("import", tests, n, setup,
					 command_teardown);
	for (i = ARRAY_SIZE(cases); i + 4 < n; i++)
		free((void *)tests[i].name);
	free(tests);
	globfree(&logs);
	return failed;
}
