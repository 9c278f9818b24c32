// SPDX-License-Identifier: GPL-2.0-only
/* The writer of run files; who reads them is in runfile.c. */
#include "runfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "file.h"

/**
 * struct fgagg_writer - a run file that is being written
 * @fd: the file
 * @path: its name
 * @base: the last snapshot that was stored whole
 * @base_size: bytes of @base
 * @epoch: of @base
 * @nr: snapshots since, with that one
 * @cost: bytes that they take in the file
 */
struct fgagg_writer {
	int fd;
	char *path;
	void *base;
	size_t base_size;
	__u64 epoch;
	__u64 nr;
	__u64 cost;
};

static int pack(struct fgagg_writer *writer, struct fgagg_block *block,
		const struct fgagg_base *base, const void *plain, void **data,
		size_t *size, struct fgagg_error *err)
{
	int ret = fgagg_block_pack(block, base, plain, data, size);

	if (ret == -EFBIG)
		return fgagg_error_set(err, ret,
				       "%s: snapshot of %llu bytes is too large, reduce max_paths",
				       writer->path, block->plain);
	return ret ? fgagg_error_nomem(err) : 0;
}

static int cannot_write(const struct fgagg_writer *writer, int ret,
			struct fgagg_error *err)
{
	return fgagg_error_set(err, ret, "%s: cannot write: %s", writer->path,
			       strerror(-ret));
}

/* In one write, so that a reader sees all of a block or finds it cut short. */
static int append(struct fgagg_writer *writer, void *data, size_t size,
		  struct fgagg_error *err)
{
	int ret = fgagg_file_write(writer->fd, data, size);

	free(data);
	return ret ? cannot_write(writer, ret, err) : 0;
}

static int append_identity(struct fgagg_writer *writer, const char *identity,
			   struct fgagg_error *err)
{
	static const struct fgagg_base none;
	struct fgagg_block block = {
		.type = FGAGG_BLOCK_IDENTITY,
		.plain = strlen(identity),
	};
	size_t size;
	void *data;
	int ret;

	ret = pack(writer, &block, &none, identity, &data, &size, err);
	return ret ? ret : append(writer, data, size, err);
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
	ret = append_identity(w, identity, err);
	if (ret)
		goto close;
	*writer = w;
	return 0;
close:
	fgagg_runfile_close(w, &ignored);
	return ret;
}

/* What follows refers to this snapshot. */
static int keep_base(struct fgagg_writer *writer, const void *plain,
		     size_t size, __u64 epoch)
{
	void *base = malloc(size);

	if (!base)
		return -ENOMEM;
	memcpy(base, plain, size);
	free(writer->base);
	writer->base = base;
	writer->base_size = size;
	writer->epoch = epoch;
	writer->nr = 0;
	writer->cost = 0;
	return 0;
}

/*
 * A delta grows with the distance to its base.  As long as it costs less than
 * the snapshots since then did on average, the base with them, the average goes
 * down; from there on it pays to have a new base.
 */
static bool is_worth_it(const struct fgagg_writer *writer, size_t size)
{
	return (__uint128_t)size * writer->nr <= writer->cost;
}

static int pack_snapshot(struct fgagg_writer *writer, struct fgagg_block *block,
			 const void *plain, void **data, size_t *size,
			 struct fgagg_error *err)
{
	struct fgagg_base base = { writer->base, writer->base_size };
	int ret;

	if (base.data && writer->epoch == block->epoch) {
		block->type = FGAGG_BLOCK_DELTA;
		ret = pack(writer, block, &base, plain, data, size, err);
		if (ret || is_worth_it(writer, *size))
			return ret;
		free(*data);
	}
	base.data = NULL;
	block->type = FGAGG_BLOCK_SNAPSHOT;
	ret = pack(writer, block, &base, plain, data, size, err);
	if (ret)
		return ret;
	ret = keep_base(writer, plain, block->plain, block->epoch);
	if (ret) {
		free(*data);
		fgagg_error_nomem(err);
	}
	return ret;
}

/**
 * fgagg_runfile_append - add a snapshot to a run file
 * @writer: the writer
 * @snap: the snapshot
 * @err: set on failure, after which nothing more may be added
 *
 * Return: 0 or a negative errno.
 */
int fgagg_runfile_append(struct fgagg_writer *writer,
			 const struct fgagg_snap *snap,
			 struct fgagg_error *err)
{
	const struct fgagg_snapshot *head = fgagg_snapshot_head(snap);
	struct fgagg_block block = {
		.epoch = head->epoch,
		.time = head->realtime_ns,
	};
	const void *bytes;
	void *data;
	size_t size;
	int ret;

	bytes = fgagg_snapshot_bytes(snap, &size);
	block.plain = size;
	ret = pack_snapshot(writer, &block, bytes, &data, &size, err);
	if (ret)
		return ret;
	writer->nr++;
	writer->cost += size;
	return append(writer, data, size, err);
}

/**
 * fgagg_runfile_begin - start one more run in the same file
 * @writer: the writer
 * @identity: a JSON object that describes it
 * @err: set on failure, after which nothing more may be added
 *
 * Return: 0 or a negative errno.
 */
int fgagg_runfile_begin(struct fgagg_writer *writer, const char *identity,
			struct fgagg_error *err)
{
	free(writer->base);
	writer->base = NULL;
	return append_identity(writer, identity, err);
}

/**
 * fgagg_runfile_append_block - add a snapshot as another run file stores it
 * @writer: the writer
 * @data: from fgagg_runfile_block(), after all of that run that come before
 * @size: number of bytes
 * @err: set on failure, after which nothing more may be added
 *
 * Return: 0 or a negative errno.
 */
int fgagg_runfile_append_block(struct fgagg_writer *writer, const void *data,
			       size_t size, struct fgagg_error *err)
{
	int ret = fgagg_file_write(writer->fd, data, size);

	return ret ? cannot_write(writer, ret, err) : 0;
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
	free(writer->base);
	free(writer->path);
	free(writer);
	return ret;
}
