// SPDX-License-Identifier: GPL-2.0-only
/* The reader of run files; who writes them is in runfile_write.c. */
#include "runfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "block.h"
#include "delta.h"
#include "progress.h"
#include "raw.h"

/**
 * struct interval - where a snapshot is
 * @block: what its head says
 * @at: where the block starts
 * @whole: the last snapshot, up to this one, that is stored whole
 */
struct interval {
	struct fgagg_block block;
	__u64 at;
	size_t whole;
};

/**
 * struct part - one run of those in the file
 * @identity: content of its first block
 * @first: its first snapshot
 */
struct part {
	char *identity;
	size_t first;
};

/**
 * struct fgagg_run - a run file that is open for reading
 * @fd: the file
 * @size: its size when it was opened; what is written later is not looked at
 * @good: bytes of whole blocks
 * @parts: the runs, at least one
 * @nr_parts: number of @parts
 * @identities: bytes of all identities
 * @intervals: where the snapshots are
 * @nr: number of @intervals
 * @last: the snapshot that was read last, NULL if none was
 * @last_size: bytes of @last
 * @last_at: which one that is
 */
struct fgagg_run {
	int fd;
	__u64 size;
	__u64 good;
	struct part *parts;
	size_t nr_parts;
	__u64 identities;
	struct interval *intervals;
	size_t nr;
	char *last;
	size_t last_size;
	size_t last_at;
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

/**
 * fgagg_runfile_find - open what can only be a run file
 * @path: its name
 * @err: set on failure, without the name
 *
 * Return: a descriptor for fgagg_runfile_open(); -ESPIPE for a pipe, of which blocks
 * cannot be read in any order; -EINVAL if it is no run file; another negative errno.
 */
int fgagg_runfile_find(const char *path, struct fgagg_error *err)
{
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fgagg_error_set(err, -errno, "%s", strerror(errno));
	if (fgagg_runfile_is(fd))
		return fd;
	if (lseek(fd, 0, SEEK_CUR) < 0 && errno == ESPIPE)
		ret = fgagg_error_set(err, -ESPIPE,
				      "a run file cannot be read from a pipe: give its name");
	else
		ret = fgagg_error_set(err, -EINVAL,
				      "no run file: 'fgagg record' writes one");
	close(fd);
	return ret;
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
	more->whole = run->nr - 1;
	if (block->type == FGAGG_BLOCK_DELTA)
		more->whole = more[-1].whole;
	return 0;
}

static int take_part(struct fgagg_run *run, const struct fgagg_block *block,
		     const char *data)
{
	static const struct fgagg_base none;
	struct part *more;
	int ret;

	if (block->plain > FGAGG_RUNFILE_IDENTITY_MAX ||
	    block->plain > FGAGG_RUNFILE_IDENTITIES_MAX - run->identities)
		return -EBADMSG;
	more = reallocarray(run->parts, run->nr_parts + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	run->parts = more;
	more += run->nr_parts;
	ret = fgagg_block_unpack(block, &none, data, &more->identity);
	if (ret)
		return ret;
	more->first = run->nr;
	run->identities += block->plain;
	run->nr_parts++;
	return 0;
}

static int take_block(struct fgagg_run *run, const struct fgagg_block *block,
		      const char *data)
{
	/* What is of no run has no identity. */
	if (!run->nr_parts && block->type != FGAGG_BLOCK_IDENTITY)
		return -EBADMSG;
	if (block->type == FGAGG_BLOCK_SNAPSHOT)
		return take_interval(run, block);
	/* Without a snapshot before it, there is nothing that it changes. */
	if (block->type == FGAGG_BLOCK_DELTA)
		return run->nr ? take_interval(run, block) : -EBADMSG;
	if (block->type == FGAGG_BLOCK_IDENTITY)
		return take_part(run, block, data);
	return 0;
}

static int scan(struct fgagg_run *run, struct fgagg_error *err)
{
	struct fgagg_progress progress;
	struct fgagg_block block;
	char *data;
	int ret;

	fgagg_progress_start(&progress);
	for (;;) {
		fgagg_progress_show(&progress, "reading", run->good, run->size);
		ret = read_block(run, run->good, &block, &data);
		if (ret)
			break;
		ret = take_block(run, &block, data);
		free(data);
		if (ret)
			break;
		run->good += FGAGG_BLOCK_HEAD + block.stored;
	}
	fgagg_progress_end(&progress);
	if (ret == -ENOMEM)
		return fgagg_error_nomem(err);
	if (ret == -EPROTO)
		return fgagg_error_set(err, ret,
				       "run file has version %u, this fgagg knows version %u: use the fgagg that recorded it",
				       block.version, FGAGG_RUNFILE_VERSION);
	if (!run->nr_parts)
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
	free(run->last);
	while (run->nr_parts)
		free(run->parts[--run->nr_parts].identity);
	free(run->parts);
	close(run->fd);
	free(run);
}

/**
 * fgagg_runfile_parts - the number of runs in the file
 * @run: the run
 *
 * Return: the number, 1 if they were not merged.
 */
size_t fgagg_runfile_parts(const struct fgagg_run *run)
{
	return run->nr_parts;
}

/**
 * fgagg_runfile_part - one of the runs in the file
 * @run: the run
 * @part: below fgagg_runfile_parts()
 * @first: set to its first snapshot
 * @nr: set to the number of its snapshots
 *
 * Return: its description.
 */
const char *fgagg_runfile_part(const struct fgagg_run *run, size_t part,
			       size_t *first, size_t *nr)
{
	size_t end = part + 1 < run->nr_parts ? run->parts[part + 1].first :
						run->nr;

	*first = run->parts[part].first;
	*nr = end - *first;
	return run->parts[part].identity;
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

static int read_content(const struct fgagg_run *run, size_t i,
			const struct fgagg_base *base, char **content,
			size_t *size)
{
	struct fgagg_block block;
	char *data;
	int ret;

	ret = read_block(run, run->intervals[i].at, &block, &data);
	if (ret)
		return ret;
	ret = fgagg_block_unpack(&block, base, data, content);
	free(data);
	*size = block.plain;
	return ret;
}

static int read_delta(const struct fgagg_run *run, size_t i,
		      const struct fgagg_raw *last, char **plain, size_t *size)
{
	const struct fgagg_base base = { last->rest, last->rest_size };
	char *delta;
	int ret;

	ret = read_content(run, i, &base, &delta, size);
	if (ret)
		return ret;
	ret = fgagg_delta_apply(last, delta, *size, plain, size);
	free(delta);
	return ret;
}

/* A whole one, or the one after that which was read last. */
static int read_next(struct fgagg_run *run, size_t i)
{
	static const struct fgagg_base none;
	struct fgagg_raw last = { 0 };
	char *plain = NULL;
	size_t size = 0;
	int ret = 0;

	if (run->intervals[i].whole == i) {
		ret = read_content(run, i, &none, &plain, &size);
	} else {
		ret = fgagg_raw_split(&last, run->last, run->last_size);
		if (!ret)
			ret = read_delta(run, i, &last, &plain, &size);
		fgagg_raw_free(&last);
	}
	free(run->last);
	run->last = ret ? NULL : plain;
	run->last_size = size;
	run->last_at = i;
	return ret;
}

/* From the last whole one on, or from that which was read last. */
static int read_last(struct fgagg_run *run, size_t i)
{
	size_t from = run->intervals[i].whole;
	int ret = 0;

	if (run->last && run->last_at >= from && run->last_at <= i)
		from = run->last_at + 1;
	for (; !ret && from <= i; from++)
		ret = read_next(run, from);
	return ret;
}

/**
 * fgagg_runfile_snapshot - one snapshot
 * @run: the run
 * @i: below fgagg_runfile_count()
 * @snap: set to the snapshot, which may outlive @run
 * @err: set on failure
 *
 * It takes least time to read them in order.
 *
 * Return: as fgagg_snapshot_parse(), or -EINVAL if the block does not unpack.
 */
int fgagg_runfile_snapshot(struct fgagg_run *run, size_t i,
			   struct fgagg_snap **snap, struct fgagg_error *err)
{
	char *plain = NULL;
	int ret;

	ret = read_last(run, i);
	if (!ret) {
		plain = malloc(run->last_size + 1);
		ret = plain ? 0 : -ENOMEM;
	}
	if (ret == -ENOMEM)
		return fgagg_error_nomem(err);
	if (ret)
		return fgagg_error_set(err, -EINVAL,
				       "damaged run file: interval %zu does not unpack",
				       i);
	memcpy(plain, run->last, run->last_size);
	return fgagg_snapshot_parse(plain, run->last_size, snap, err);
}

/**
 * fgagg_runfile_block - a snapshot as it is stored, for another run file
 * @run: the run
 * @i: below fgagg_runfile_count()
 * @data: set to the bytes of its block; the caller frees them
 * @size: set to their number
 * @err: set on failure
 *
 * A block is of use only if all of its run before it are there as well.
 *
 * Return: 0, -EINVAL if the file changed since it was opened, or -ENOMEM.
 */
int fgagg_runfile_block(const struct fgagg_run *run, size_t i, void **data,
			size_t *size, struct fgagg_error *err)
{
	struct fgagg_block block;
	char *bytes;
	int ret;

	ret = read_block(run, run->intervals[i].at, &block, &bytes);
	if (ret == -ENOMEM)
		return fgagg_error_nomem(err);
	if (ret)
		return fgagg_error_set(err, -EINVAL,
				       "damaged run file: snapshot %zu cannot be read",
				       i);
	*data = bytes;
	*size = FGAGG_BLOCK_HEAD + block.stored;
	return 0;
}
