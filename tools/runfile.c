// SPDX-License-Identifier: GPL-2.0-only
#include "runfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block.h"
#include "file.h"

struct fgagg_writer {
	int fd;
	char *path;
};

/**
 * struct interval - where a snapshot is
 * @block: what its head says
 * @at: where the block starts
 */
struct interval {
	struct fgagg_block block;
	__u64 at;
};

/**
 * struct fgagg_run - a run file that is open for reading
 * @fd: the file
 * @size: its size when it was opened; what is written later is not looked at
 * @good: bytes of whole blocks
 * @identity: content of the first block
 * @intervals: where the snapshots are
 * @nr: number of @intervals
 */
struct fgagg_run {
	int fd;
	__u64 size;
	__u64 good;
	char *identity;
	struct interval *intervals;
	size_t nr;
};

static int append(struct fgagg_writer *writer, struct fgagg_block *block,
		  const void *plain, struct fgagg_error *err)
{
	void *data;
	size_t size;
	int ret;

	ret = fgagg_block_pack(block, plain, &data, &size);
	if (ret == -EFBIG)
		return fgagg_error_set(err, ret,
				       "%s: snapshot of %llu bytes is too large, reduce max_paths",
				       writer->path, block->plain);
	if (ret)
		return fgagg_error_nomem(err);
	ret = fgagg_file_write(writer->fd, data, size);
	free(data);
	if (ret)
		return fgagg_error_set(err, ret, "%s: cannot write: %s",
				       writer->path, strerror(-ret));
	return 0;
}

/**
 * fgagg_runfile_create - start a run file
 * @path: its name; a file of that name is overwritten
 * @identity: a JSON object that describes the run
 * @writer: set to the writer
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_runfile_create(const char *path, const char *identity,
			 struct fgagg_writer **writer, struct fgagg_error *err)
{
	struct fgagg_block block = {
		.type = FGAGG_BLOCK_IDENTITY,
		.plain = strlen(identity),
	};
	struct fgagg_error ignored;
	struct fgagg_writer *w;
	int ret;

	w = calloc(1, sizeof(*w));
	if (!w)
		return fgagg_error_nomem(err);
	w->fd = -1;
	w->path = strdup(path);
	if (!w->path) {
		ret = fgagg_error_nomem(err);
		goto close;
	}
	w->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
		     0644);
	if (w->fd < 0) {
		ret = fgagg_error_set(err, -errno, "%s: cannot create: %s",
				      path, strerror(errno));
		goto close;
	}
	ret = append(w, &block, identity, err);
	if (ret)
		goto close;
	*writer = w;
	return 0;
close:
	fgagg_runfile_close(w, &ignored);
	return ret;
}

/**
 * fgagg_runfile_append - add a snapshot to a run file
 * @writer: the writer
 * @snap: the snapshot
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_runfile_append(struct fgagg_writer *writer,
			 const struct fgagg_snap *snap,
			 struct fgagg_error *err)
{
	const struct fgagg_snapshot *head = fgagg_snapshot_head(snap);
	struct fgagg_block block = {
		.type = FGAGG_BLOCK_SNAPSHOT,
		.epoch = head->epoch,
		.time = head->realtime_ns,
	};
	const void *bytes;
	size_t size;

	bytes = fgagg_snapshot_bytes(snap, &size);
	block.plain = size;
	return append(writer, &block, bytes, err);
}

/**
 * fgagg_runfile_close - end a run file
 * @writer: the writer, given back in any case
 * @err: set on failure
 *
 * Return: 0, or a negative errno if not all of it reached the disk.
 */
int fgagg_runfile_close(struct fgagg_writer *writer, struct fgagg_error *err)
{
	int ret = 0;

	if (writer->fd >= 0 && close(writer->fd))
		ret = fgagg_error_set(err, -errno, "%s: cannot write: %s",
				      writer->path, strerror(errno));
	free(writer->path);
	free(writer);
	return ret;
}

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
	more[run->nr].block = *block;
	more[run->nr++].at = run->good;
	return 0;
}

static int take_block(struct fgagg_run *run, const struct fgagg_block *block,
		      const char *data)
{
	if (block->type == FGAGG_BLOCK_SNAPSHOT)
		return take_interval(run, block);
	if (block->type == FGAGG_BLOCK_IDENTITY && !run->identity)
		return fgagg_block_unpack(block, data, &run->identity);
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

/**
 * fgagg_runfile_snapshot - one snapshot
 * @run: the run
 * @i: below fgagg_runfile_count()
 * @snap: set to the snapshot, which may outlive @run
 * @err: set on failure
 *
 * Return: as fgagg_snapshot_parse(), or -EINVAL if the block does not unpack.
 */
int fgagg_runfile_snapshot(const struct fgagg_run *run, size_t i,
			   struct fgagg_snap **snap, struct fgagg_error *err)
{
	struct fgagg_block block;
	char *data, *plain;
	int ret;

	ret = read_block(run, run->intervals[i].at, &block, &data);
	if (!ret) {
		ret = fgagg_block_unpack(&block, data, &plain);
		free(data);
	}
	if (ret == -ENOMEM)
		return fgagg_error_nomem(err);
	if (ret)
		return fgagg_error_set(err, -EINVAL,
				       "damaged run file: interval %zu does not unpack",
				       i);
	return fgagg_snapshot_parse(plain, block.plain, snap, err);
}
