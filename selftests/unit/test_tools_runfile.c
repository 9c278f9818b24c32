// SPDX-License-Identifier: GPL-2.0-only
/* Run files: written, read while they are written, cut and damaged. */
#include "test_tools_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "block.h"
#include "file.h"
#include "runfile.h"
#include "source.h"

/* In the head of a block. */
#define CRC_AT		16
#define VERSION_AT	20
#define STORED_AT	24

static const struct fgagg_cpulist all_cpus;
static const struct fgagg_range whole;
static const char identity[] = "{\"machine\":\"m\"}";
static char path[64];

static int setup(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof(path), P_tmpdir "/fgagg-runfile-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(path);
	return 0;
}

static struct fgagg_writer *create(void)
{
	struct fgagg_writer *writer = NULL;
	struct fgagg_error err = { "" };

	if (fgagg_runfile_create(path, identity, &writer, &err))
		fail_msg("%s", err.text);
	return writer;
}

static void append(struct fgagg_writer *writer, struct build *b)
{
	struct fgagg_snap *snap = build_snapshot(b);
	struct fgagg_error err = { "" };

	if (fgagg_runfile_append(writer, snap, &err))
		fail_msg("%s", err.text);
	fgagg_snapshot_free(snap);
}

static void close_writer(struct fgagg_writer *writer)
{
	struct fgagg_error err;

	assert_int_equal(fgagg_runfile_close(writer, &err), 0);
}

static int open_run(struct fgagg_run **run, struct fgagg_error *err)
{
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	return fgagg_runfile_open(fd, run, err);
}

static struct fgagg_run *must_open(void)
{
	struct fgagg_run *run = NULL;
	struct fgagg_error err = { "" };

	if (open_run(&run, &err))
		fail_msg("%s", err.text);
	return run;
}

/* A run of @n intervals with a call in each but the first. */
static void write_run(size_t n)
{
	struct fgagg_writer *writer = create();
	struct build b;
	size_t i;

	build_init(&b);
	build_path(&b, 0, FGAGG_CTX_TASK, "a");
	for (i = 0; i < n; i++) {
		append(writer, &b);
		build_call(&b, 0, FGAGG_CTX_TASK, "a", 10 + i, 10 + i, 1);
		build_wait(&b, 1000000000);
	}
	close_writer(writer);
	build_free(&b);
}

static void test_write_and_read(void **state)
{
	struct fgagg_snap *snap;
	struct fgagg_error err;
	struct fgagg_run *run;
	size_t i, first, nr;

	(void)state;
	write_run(3);
	run = must_open();
	assert_string_equal(fgagg_runfile_part(run, 0, &first, &nr), identity);
	assert_int_equal(fgagg_runfile_count(run), 3);
	assert_int_equal(fgagg_runfile_damaged(run), 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(fgagg_runfile_epoch(run, i), 1);
		assert_int_equal(fgagg_runfile_time(run, i), i * 1000000000);
		assert_int_equal(fgagg_runfile_snapshot(run, i, &snap, &err),
				 0);
		assert_int_equal(fgagg_snapshot_head(snap)->entered, i);
		fgagg_snapshot_free(snap);
	}
	fgagg_runfile_free(run);
}

/* What a fuzzer starts from is of no use to it once the reader refuses it. */
static void test_corpus(void **state)
{
	struct fgagg_snap *snap;
	struct fgagg_error err;
	struct fgagg_run *run;
	int fd = open(CORPUS "/runfile/some", O_RDONLY);
	size_t i;

	(void)state;
	assert_true(fd >= 0);
	if (fgagg_runfile_open(fd, &run, &err))
		fail_msg("%s", err.text);
	assert_int_equal(fgagg_runfile_count(run), 4);
	assert_int_equal(fgagg_runfile_damaged(run), 0);
	for (i = 0; i < 4; i++) {
		if (fgagg_runfile_snapshot(run, i, &snap, &err))
			fail_msg("%s", err.text);
		fgagg_snapshot_free(snap);
	}
	fgagg_runfile_free(run);
}

static void test_read_while_written(void **state)
{
	struct fgagg_writer *writer = create();
	struct fgagg_run *run;
	struct build b;
	size_t i;

	(void)state;
	build_init(&b);
	for (i = 0; i < 5; i++) {
		run = must_open();
		assert_int_equal(fgagg_runfile_count(run), i);
		assert_int_equal(fgagg_runfile_damaged(run), 0);
		/* What comes after it was opened is not there for it. */
		append(writer, &b);
		assert_int_equal(fgagg_runfile_count(run), i);
		fgagg_runfile_free(run);
	}
	close_writer(writer);
	build_free(&b);
}

/* How many intervals a reader finds; -1 if it finds nothing at all. */
static int intervals_found(void)
{
	struct fgagg_run *run = NULL;
	struct fgagg_error err = { "" };
	struct fgagg_snap *snap;
	size_t i, n;

	if (open_run(&run, &err)) {
		assert_int_not_equal(err.text[0], 0);
		return -1;
	}
	n = fgagg_runfile_count(run);
	for (i = 0; i < n; i++) {
		if (fgagg_runfile_snapshot(run, i, &snap, &err))
			fail_msg("%s", err.text);
		fgagg_snapshot_free(snap);
	}
	fgagg_runfile_free(run);
	return n;
}

static void test_truncate_at_every_byte(void **state)
{
	int found, last = 3;
	char *data;
	size_t size;
	off_t len;

	(void)state;
	write_run(3);
	assert_int_equal(fgagg_file_read(path, &data, &size), 0);
	free(data);
	for (len = size; len >= 0; len--) {
		assert_int_equal(truncate(path, len), 0);
		found = intervals_found();
		if (found != last && found != last - 1)
			fail_msg("%d intervals in %ld bytes, after %d", found,
				 (long)len, last);
		if ((size_t)len == size)
			assert_int_equal(found, 3);
		if ((size_t)len == size - 1)
			assert_int_equal(found, 2);
		last = found;
	}
	assert_int_equal(last, -1);
}

/* A flipped bit ends the file before its block, and never shows up in data. */
static void test_every_bit_flipped(void **state)
{
	char *data, flipped;
	size_t size, i;
	int bit, fd;

	(void)state;
	write_run(2);
	assert_int_equal(fgagg_file_read(path, &data, &size), 0);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	for (i = 0; i < size; i++) {
		for (bit = 0; bit < 8; bit++) {
			flipped = data[i] ^ 1 << bit;
			assert_int_equal(pwrite(fd, &flipped, 1, i), 1);
			assert_true(intervals_found() < 2);
		}
		assert_int_equal(pwrite(fd, data + i, 1, i), 1);
	}
	assert_int_equal(intervals_found(), 2);
	close(fd);
	free(data);
}

/* Traffic on many paths, of which few see calls in an interval. */
static void change(struct build *b, unsigned int i)
{
	char name[32];

	snprintf(name, sizeof(name), "a;f%u", i * 7 % 100);
	build_call(b, 0, FGAGG_CTX_TASK, name, 1000 + 13 * i, 100, 1 + i % 3);
	build_wait(b, 1000000000);
}

static void begin_changes(struct build *b)
{
	char name[32];
	unsigned int i;

	build_init(b);
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "a;f%u", i);
		build_call(b, i % 4, FGAGG_CTX_TASK, name, 100 * i, 100, i);
	}
}

static void check_bytes(struct fgagg_run *run, size_t i,
			const struct fgagg_snap *want)
{
	const void *bytes, *want_bytes;
	size_t size, want_size;
	struct fgagg_error err = { "" };
	struct fgagg_snap *snap;

	if (fgagg_runfile_snapshot(run, i, &snap, &err))
		fail_msg("%s", err.text);
	bytes = fgagg_snapshot_bytes(snap, &size);
	want_bytes = fgagg_snapshot_bytes(want, &want_size);
	assert_int_equal(size, want_size);
	assert_memory_equal(bytes, want_bytes, size);
	fgagg_snapshot_free(snap);
}

/* Every snapshot comes back as it was, in whatever order they are read. */
static void test_deltas(void **state)
{
	struct fgagg_snap *snaps[200];
	struct fgagg_writer *writer = create();
	struct fgagg_error err;
	struct fgagg_run *run;
	struct stat st;
	struct build b;
	size_t i, size, whole = 0;

	(void)state;
	begin_changes(&b);
	for (i = 0; i < ARRAY_SIZE(snaps); i++) {
		change(&b, i);
		b.head.epoch = 1 + i / 150;
		snaps[i] = build_snapshot(&b);
		fgagg_snapshot_bytes(snaps[i], &size);
		whole += size;
		assert_int_equal(fgagg_runfile_append(writer, snaps[i], &err),
				 0);
	}
	close_writer(writer);
	build_free(&b);
	run = must_open();
	for (i = 0; i < ARRAY_SIZE(snaps); i++)
		check_bytes(run, i, snaps[i]);
	for (i = 0; i < 200; i++)
		check_bytes(run, i * 37 % ARRAY_SIZE(snaps),
			    snaps[i * 37 % ARRAY_SIZE(snaps)]);
	fgagg_runfile_free(run);
	for (i = 0; i < ARRAY_SIZE(snaps); i++)
		fgagg_snapshot_free(snaps[i]);
	/* Whole ones take a third of their size, two paths far less. */
	assert_int_equal(stat(path, &st), 0);
	if (st.st_size > (off_t)whole / 50)
		fail_msg("%ld bytes for %zu", (long)st.st_size, whole);
}

/* The file is made of zstd frames, in which deltas are hidden. */
static void test_zstd_tools(void **state)
{
	char command[128];

	(void)state;
	write_run(5);
	snprintf(command, sizeof(command), "zstd -qt <%s", path);
	assert_int_equal(system(command), 0);
}

static void write_until_killed(void)
{
	struct fgagg_writer *writer = create();
	struct build b;
	size_t i;

	begin_changes(&b);
	for (i = 0; ; i++) {
		change(&b, i);
		append(writer, &b);
	}
}

/* Whenever the recorder is killed, all that it has recorded is there. */
static void test_killed(void **state)
{
	struct fgagg_run *run;
	struct stat st = { 0 };
	off_t enough;
	int i, status;
	pid_t child;
	size_t n;

	(void)state;
	for (i = 0; i < 20; i++) {
		assert_int_equal(truncate(path, 0), 0);
		enough = 4000 + 997 * i;
		child = fork();
		assert_true(child >= 0);
		if (!child)
			write_until_killed();
		do
			assert_int_equal(stat(path, &st), 0);
		while (st.st_size < enough);
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		run = must_open();
		n = fgagg_runfile_count(run);
		assert_true(n > 1);
		assert_int_equal(fgagg_runfile_time(run, n - 1),
				 n * 1000000000);
		fgagg_runfile_free(run);
		assert_int_equal(intervals_found(), n);
	}
}

/* Writes a head's checksum anew, as somebody does who means harm. */
static void fix_crc(unsigned char *block, size_t size)
{
	__u32 crc = crc32_z(0, block + CRC_AT + sizeof(crc),
			    size - CRC_AT - sizeof(crc));

	memcpy(block + CRC_AT, &crc, sizeof(crc));
}

/* What a reader makes of it is not checked, only that it lives. */
static void read_all(void)
{
	struct fgagg_source src;
	struct fgagg_error err;
	struct fgagg_snap *snap;
	struct fgagg_run *run;
	size_t i;

	if (!fgagg_source_load_range(&src, NULL, path, &all_cpus, &whole, &err))
		assert_non_null(src.tree);
	fgagg_source_free(&src);
	if (open_run(&run, &err))
		return;
	for (i = 0; i < fgagg_runfile_count(run); i++)
		if (!fgagg_runfile_snapshot(run, i, &snap, &err))
			fgagg_snapshot_free(snap);
	fgagg_runfile_free(run);
}

/* Any byte of any block, with a checksum that is right. */
static void test_hostile_bytes(void **state)
{
	unsigned char *data, *copy;
	size_t size, at, len, i;
	int fd;

	(void)state;
	write_run(4);
	assert_int_equal(fgagg_file_read(path, (char **)&data, &size), 0);
	copy = malloc(size);
	assert_non_null(copy);
	fd = open(path, O_WRONLY);
	assert_true(fd >= 0);
	for (at = 0; at < size; at += len) {
		__u64 stored;

		memcpy(&stored, data + at + STORED_AT, sizeof(stored));
		len = FGAGG_BLOCK_HEAD + stored;
		assert_true(len <= size - at);
		for (i = VERSION_AT; i < 3 * len; i++) {
			memcpy(copy, data, size);
			copy[at + i % len] ^= 1 + i * 97 % 255;
			fix_crc(copy + at, len);
			assert_int_equal(pwrite(fd, copy, size, 0), size);
			read_all();
		}
	}
	close(fd);
	free(copy);
	free(data);
}

static int load(struct fgagg_source *src, struct fgagg_error *err)
{
	return fgagg_source_load_range(src, NULL, path, &all_cpus, &whole, err);
}

static void test_difference(void **state)
{
	struct fgagg_error err = { "" };
	struct fgagg_source src;

	(void)state;
	write_run(4);
	if (load(&src, &err))
		fail_msg("%s", err.text);
	assert_int_equal(fgagg_tree_node(src.tree, 0)->sum.count, 3);
	assert_int_equal(fgagg_tree_node(src.tree, 0)->sum.total, 33);
	assert_int_equal(src.intervals, 3);
	assert_int_equal(src.duration, 3000000000);
	assert_int_equal(src.resets, 0);
	assert_int_equal(src.unread, 0);
	fgagg_source_free(&src);
}

/* Before the run, before the reset, and after it. */
static void test_reset_during_run(void **state)
{
	struct fgagg_writer *writer = create();
	struct fgagg_error err = { "" };
	struct fgagg_source src;
	struct build b;

	(void)state;
	build_init(&b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 100, 100, 50);
	append(writer, &b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 100, 100, 7);
	append(writer, &b);
	build_free(&b);
	build_init(&b);
	b.head.epoch = 2;
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 100, 100, 2);
	append(writer, &b);
	build_call(&b, 0, FGAGG_CTX_TASK, "a", 100, 100, 2);
	append(writer, &b);
	build_free(&b);
	close_writer(writer);
	if (load(&src, &err))
		fail_msg("%s", err.text);
	assert_int_equal(fgagg_tree_node(src.tree, 0)->sum.count, 11);
	assert_int_equal(fgagg_tree_totals(src.tree)->entered, 11);
	assert_int_equal(src.resets, 1);
	fgagg_source_free(&src);
}

static void test_no_difference(void **state)
{
	struct fgagg_error err;
	struct fgagg_source src;

	(void)state;
	write_run(1);
	assert_int_equal(load(&src, &err), -ENODATA);
	fgagg_source_free(&src);
}

static void test_wrong_version(void **state)
{
	struct fgagg_error err;
	struct fgagg_run *run;

	int fd = open(path, O_WRONLY);

	(void)state;
	write_run(1);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "\x09", 1, VERSION_AT), 1);
	close(fd);
	assert_int_equal(open_run(&run, &err), -EPROTO);
	assert_non_null(strstr(err.text, "version 9"));
}

static void test_not_a_run(void **state)
{
	int fd = open("/proc/self/maps", O_RDONLY);

	(void)state;
	assert_true(fd >= 0);
	assert_false(fgagg_runfile_is(fd));
	close(fd);
	fd = open("/dev/null", O_RDONLY);
	assert_true(fd >= 0);
	assert_false(fgagg_runfile_is(fd));
	close(fd);
}

static void test_cannot_write(void **state)
{
	struct fgagg_writer *writer;
	struct fgagg_error err;

	(void)state;
	assert_int_equal(fgagg_runfile_create("/nonexistent/x", identity,
					      &writer, &err), -ENOENT);
	assert_int_equal(fgagg_runfile_create("/dev/full", identity, &writer,
					      &err), -ENOSPC);
}

/* JSON may begin with blanks. */
static char *long_identity(size_t size)
{
	char *text = malloc(size + 1);

	assert_non_null(text);
	memset(text, ' ', size);
	memcpy(text + size - 2, "{}", 3);
	return text;
}

/* As no writer of ours does it. */
static void write_identities(size_t size, size_t nr)
{
	static const struct fgagg_base none;
	struct fgagg_block block = {
		.type = FGAGG_BLOCK_IDENTITY, .plain = size,
	};
	char *text = long_identity(size);
	int fd = open(path, O_WRONLY | O_TRUNC);
	size_t stored;
	void *data;

	assert_true(fd >= 0);
	assert_int_equal(fgagg_block_pack(&block, &none, text, &data, &stored),
			 0);
	while (nr--)
		assert_int_equal(fgagg_file_write(fd, data, stored), 0);
	close(fd);
	free(data);
	free(text);
}

/* A few bytes may unpack to much, of which a reader keeps all. */
static void test_long_identity(void **state)
{
	char *text = long_identity(FGAGG_RUNFILE_IDENTITY_MAX + 1);
	struct fgagg_writer *writer;
	struct fgagg_error err;
	struct fgagg_run *run;
	size_t first, nr;

	(void)state;
	assert_int_equal(fgagg_runfile_create(path, text + 1, &writer, &err),
			 0);
	close_writer(writer);
	assert_int_equal(fgagg_runfile_create(path, text, &writer, &err),
			 -EFBIG);
	run = must_open();
	assert_string_equal(fgagg_runfile_part(run, 0, &first, &nr), text + 1);
	fgagg_runfile_free(run);
	free(text);
	write_identities(FGAGG_RUNFILE_IDENTITY_MAX + 1, 1);
	assert_int_equal(open_run(&run, &err), -EINVAL);
}

static void test_many_identities(void **state)
{
	const size_t most = FGAGG_RUNFILE_IDENTITIES_MAX /
			    FGAGG_RUNFILE_IDENTITY_MAX;
	char *text = long_identity(FGAGG_RUNFILE_IDENTITY_MAX);
	struct fgagg_writer *writer = NULL;
	struct fgagg_error err;
	struct fgagg_run *run;
	size_t i;

	(void)state;
	assert_int_equal(fgagg_runfile_create(path, text, &writer, &err), 0);
	for (i = 1; i < most; i++)
		assert_int_equal(fgagg_runfile_begin(writer, text, &err), 0);
	assert_int_equal(fgagg_runfile_begin(writer, text, &err), -EFBIG);
	close_writer(writer);
	free(text);
	for (i = 0; i < 2; i++) {
		run = must_open();
		assert_int_equal(fgagg_runfile_parts(run), most);
		assert_int_equal(!fgagg_runfile_damaged(run), !i);
		fgagg_runfile_free(run);
		write_identities(FGAGG_RUNFILE_IDENTITY_MAX, most + 1);
	}
}

/* Two that write one file would count everything twice. */
static void test_two_writers(void **state)
{
	struct fgagg_writer *writer = create(), *other;
	struct fgagg_error err = { "" };
	struct build b;

	(void)state;
	build_init(&b);
	append(writer, &b);
	assert_int_equal(fgagg_runfile_create(path, identity, &other, &err),
			 -EWOULDBLOCK);
	assert_non_null(strstr(err.text, "is being written by another fgagg"));
	append(writer, &b);
	assert_int_equal(intervals_found(), 2);
	close_writer(writer);
	build_free(&b);
	/* Now that it is whole, it may be written anew. */
	close_writer(create());
	assert_int_equal(intervals_found(), 0);
}

/* What goes nowhere, or to whoever reads it, may come from many. */
static void test_two_writers_of_device(void **state)
{
	struct fgagg_writer *writer[2];
	struct fgagg_error err = { "" };
	int i;

	(void)state;
	for (i = 0; i < 2; i++)
		if (fgagg_runfile_create("/dev/null", identity, &writer[i],
					 &err))
			fail_msg("%s", err.text);
	for (i = 0; i < 2; i++)
		close_writer(writer[i]);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_write_and_read),
		TEST(test_corpus),
		TEST(test_read_while_written),
		TEST(test_truncate_at_every_byte),
		TEST(test_every_bit_flipped),
		TEST(test_deltas),
		TEST(test_zstd_tools),
		TEST(test_killed),
		TEST(test_hostile_bytes),
		TEST(test_difference),
		TEST(test_reset_during_run),
		TEST(test_no_difference),
		TEST(test_wrong_version),
		TEST(test_not_a_run),
		TEST(test_cannot_write),
		TEST(test_long_identity),
		TEST(test_many_identities),
		TEST(test_two_writers),
		TEST(test_two_writers_of_device),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
