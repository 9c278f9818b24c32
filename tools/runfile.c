// SPDX-License-Identifier: GPL-2.0-only
/* The reader of run files; who writes them is in runfile_write.c. */
#include "runfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block.h"

/**
 * struct interval - where a snapshot is
 * @block: what its head says
 * @at: where the block starts
 * @base_at: where the block starts that it refers to; @at if it is whole
 */
struct interval {
	struct fgagg_block block;
	__u64 at;
	__u64 base_at;
};

/**
 * struct fgagg_run - a run file that is open for reading
 * @fd: the file
 * @size: its size when it was opened; what is written later is not looked at
 * @good: bytes of whole blocks
 * @identity: content of the first block
 * @intervals: where the snapshots are
 * @nr: number of @intervals
 * @base: content of the whole snapshot that was read last, NULL if none was
 * @base_size: bytes of @base
 * @base_at: where its block starts
 */
struct fgagg_run {
	int fd;
	__u64 size;
	__u64 good;
	char *identity;
	struct interval *intervals;
	size_t nr;
	char *base;
	size_t base_size;
	__u64 base_at;
};

/* Files are never held in memory as a whole: an hour can be gigabytes. */
static bool read_at(int fd, __u64 at, void *data, size_t size)
{
	char *pos = data;
	ssize_t n;

	while (size) {
		n = pread(fd, pos, size, at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		pos += n;
		at += n;
		size -= n;
	}
	return true;
}

/**
 * fgagg_runfile_is - whether a file is a run file
 * @fd: the file
 *
 * Return: true if it starts like one.
 */
bool fgagg_runfile_is(int fd)
{
	char head[16];

	return read_at(fd, 0, head, sizeof(head)) &&
	       fgagg_block_begins(head, sizeof(head));
}

/* Reads the block at an offset, whose head and checksum must be right. */
static int read_block(const struct fgagg_run *run, __u64 at,
		      struct fgagg_block *block, char **data)
{
	char head[FGAGG_BLOCK_HEAD];
	size_t size;
	int ret;

	if (run->size - at < sizeof(head) ||
	    !read_at(run->fd, at, head, sizeof(head)) ||
	    fgagg_block_head(head, block))
		return -EBADMSG;
	/* Another version may have another checksum. */
	if (block->version != FGAGG_RUNFILE_VERSION)
		return at ? -EBADMSG : -EPROTO;
	if (block->stored > run->size - at - sizeof(head))
		return -EBADMSG;
	size = sizeof(head) + block->stored;
	*data = malloc(size);
	if (!*data)
		return -ENOMEM;
	ret = read_at(run->fd, at, *data, size) ?
	      fgagg_block_check(block, *data) : -EBADMSG;
	if (ret)
		free(*data);
	return ret;
}

static int take_interval(struct fgagg_run *run, const struct fgagg_block *block)
{
	struct interval *more;

	more = reallocarray(run->intervals, run->nr + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	run->intervals = more;
	more += run->nr++;
	more->block = *block;
	more->at = run->good;
	more->base_at = run->good;
	if (block->type == FGAGG_BLOCK_DELTA)
		more->base_at = more[-1].base_at;
	return 0;
}

static int take_block(struct fgagg_run *run, const struct fgagg_block *block,
		      const char *data)
{
	static const struct fgagg_base none;

	if (block->type == FGAGG_BLOCK_SNAPSHOT)
		return take_interval(run, block);
	/* Without a snapshot before it, it refers to nothing. */
	if (block->type == FGAGG_BLOCK_DELTA)
		return run->nr ? take_interval(run, block) : -EBADMSG;
	if (block->type == FGAGG_BLOCK_IDENTITY && !run->identity)
		return fgagg_block_unpack(block, &none, data, &run->identity);
	return 0;
}

static int scan(struct fgagg_run *run, struct fgagg_error *err)
{
	struct fgagg_block block;
	char *data;
	int ret;

	for (;;) {
		ret = read_block(run, run->good, &block, &data);
		if (ret)
			break;
		ret = take_block(run, &block, data);
		free(data);
		if (ret)
			break;
		run->good += FGAGG_BLOCK_HEAD + block.stored;
	}
	if (ret == -ENOMEM)
		return fgagg_error_nomem(err);
	if (ret == -EPROTO)
		return fgagg_error_set(err, ret,
				       "run file has version %u, this fgagg knows version %u: use the fgagg that recorded it",
				       block.version, FGAGG_RUNFILE_VERSION);
	if (!run->identity)
		return fgagg_error_set(err, -EINVAL,
				       "run file is cut short or damaged in its first block: nothing in it can be read");
	return 0;
}

/**
 * fgagg_runfile_open - find the blocks of a run file
 * @fd: the file, taken over, also on failure
 * @run: set to the run
 * @err: set on failure
 *
 * Return: 0; -EINVAL if not even the first block is whole; -EPROTO if the file
 * is of an unknown version; -ENOMEM.
 */
int fgagg_runfile_open(int fd, struct fgagg_run **run, struct fgagg_error *err)
{
	struct fgagg_run *r = calloc(1, sizeof(*r));
	struct stat st = { 0 };
	int ret;

	if (!r) {
		close(fd);
		return fgagg_error_nomem(err);
	}
	r->fd = fd;
	ret = fstat(fd, &st) ? -errno : 0;
	r->size = st.st_size;
	ret = ret ? fgagg_error_set(err, ret, "%s", strerror(-ret)) :
		    scan(r, err);
	if (ret) {
		fgagg_runfile_free(r);
		return ret;
	}
	*run = r;
	return 0;
}

/**
 * fgagg_runfile_free - give back a run
 * @run: the run, or NULL
 */
void fgagg_runfile_free(struct fgagg_run *run)
{
	if (!run)
		return;
	free(run->intervals);
	free(run->base);
	free(run->identity);
	close(run->fd);
	free(run);
}

/**
 * fgagg_runfile_identity - the description of a run
 * @run: the run
 *
 * Return: the JSON text that was given to fgagg_runfile_create().
 */
const char *fgagg_runfile_identity(const struct fgagg_run *run)
{
	return run->identity;
}

/**
 * fgagg_runfile_count - the number of snapshots
 * @run: the run
 *
 * Return: the number.
 */
size_t fgagg_runfile_count(const struct fgagg_run *run)
{
	return run->nr;
}

/**
 * fgagg_runfile_damaged - how much of the file is not used
 * @run: the run
 *
 * Return: bytes after the last whole block.
 */
__u64 fgagg_runfile_damaged(const struct fgagg_run *run)
{
	return run->size - run->good;
}

/**
 * fgagg_runfile_epoch - the epoch of a snapshot
 * @run: the run
 * @i: below fgagg_runfile_count()
 *
 * Return: the epoch.
 */
__u64 fgagg_runfile_epoch(const struct fgagg_run *run, size_t i)
{
	return run->intervals[i].block.epoch;
}

/**
 * fgagg_runfile_time - the time of a snapshot
 * @run: the run
 * @i: below fgagg_runfile_count()
 *
 * Return: CLOCK_REALTIME in ns.
 */
__u64 fgagg_runfile_time(const struct fgagg_run *run, size_t i)
{
	return run->intervals[i].block.time;
}

static int read_plain(const struct fgagg_run *run, __u64 at,
		      const struct fgagg_base *base, char **plain, size_t *size)
{
	struct fgagg_block block;
	char *data;
	int ret;

	ret = read_block(run, at, &block, &data);
	if (ret)
		return ret;
	ret = fgagg_block_unpack(&block, base, data, plain);
	free(data);
	*size = block.plain;
	return ret;
}

/* Kept, since the next snapshot that is read most likely refers to it too. */
static int read_base(struct fgagg_run *run, __u64 at)
{
	static const struct fgagg_base none;
	int ret;

	if (run->base && run->base_at == at)
		return 0;
	free(run->base);
	run->base = NULL;
	ret = read_plain(run, at, &none, &run->base, &run->base_size);
	if (ret)
		run->base = NULL;
	run->base_at = at;
	return ret;
}

/**
 * fgagg_runfile_snapshot - one snapshot
 * @run: the run
 * @i: below fgagg_runfile_count()
 * @snap: set to the snapshot, which may outlive @run
 * @err: set on failure
 *
 * Return: as fgagg_snapshot_parse(), or -EINVAL if the block does not unpack.
 */
int fgagg_runfile_snapshot(struct fgagg_run *run, size_t i,
			   struct fgagg_snap **snap, struct fgagg_error *err)
{
	const struct interval *iv = &run->intervals[i];
	struct fgagg_base base = { 0 };
	size_t size;
	char *plain;
	int ret = 0;

	if (iv->base_at != iv->at) {
		ret = read_base(run, iv->base_at);
		base.data = run->base;
		base.size = run->base_size;
	}
	if (!ret)
		ret = read_plain(run, iv->at, &base, &plain, &size);
	if (ret == -ENOMEM)
		return fgagg_error_nomem(err);
	if (ret)
		return fgagg_error_set(err, -EINVAL,
				       "damaged run file: interval %zu does not unpack",
				       i);
	return fgagg_snapshot_parse(plain, size, snap, err);
}
