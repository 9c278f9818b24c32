// SPDX-License-Identifier: GPL-2.0-only
/* The writer of run files; who reads them is in runfile.c. */
#include "runfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "delta.h"
#include "file.h"
#include "output.h"
#include "raw.h"

/*
 * Of so many snapshots one is stored whole.  More would make files smaller by
 * little, and reading one from the middle of a file longer.
 */
#define WHOLE_EVERY	64

/**
 * struct fgagg_writer - a run file that is being written
 * @fd: the file
 * @path: its name
 * @output: what takes the place of a file of before in the end; NULL if it is it
 * @identities: bytes of all identities
 * @last: the last snapshot; NULL if the next one cannot refer to it
 * @raw: the parts of @last
 * @nr: snapshots since the last whole one, with that one
 */
struct fgagg_writer {
	int fd;
	char *path;
	struct fgagg_output *output;
	size_t identities;
	void *last;
	struct fgagg_raw raw;
	unsigned int nr;
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

/* What is more than that a reader would refuse. */
static int check_identity(const char *path, const char *identity, size_t others,
			  struct fgagg_error *err)
{
	size_t size = strlen(identity);

	if (size <= FGAGG_RUNFILE_IDENTITY_MAX &&
	    size <= FGAGG_RUNFILE_IDENTITIES_MAX - others)
		return 0;
	return fgagg_error_set(err, -EFBIG,
			       "%s: a run may be described in %lu MiB, and all runs of a file in %lu MiB: give a shorter command, or fewer files",
			       path, FGAGG_RUNFILE_IDENTITY_MAX >> 20,
			       FGAGG_RUNFILE_IDENTITIES_MAX >> 20);
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

	ret = check_identity(writer->path, identity, writer->identities, err);
	if (!ret)
		ret = pack(writer, &block, &none, identity, &data, &size, err);
	if (ret)
		return ret;
	writer->identities += block.plain;
	return append(writer, data, size, err);
}

/* Start a run in a file that is empty, and is taken over, also on failure. */
static int start(int fd, const char *path, const char *identity,
		 struct fgagg_writer **writer, struct fgagg_error *err)
{
	struct fgagg_writer *w;
	int ret;

	w = calloc(1, sizeof(*w));
	if (!w) {
		close(fd);
		return fgagg_error_nomem(err);
	}
	w->fd = fd;
	w->path = strdup(path);
	ret = w->path ? append_identity(w, identity, err) :
			fgagg_error_nomem(err);
	if (!ret)
		*writer = w;
	else
		fgagg_runfile_abort(w);
	return ret;
}

/**
 * fgagg_runfile_create - start a run file
 * @path: its name; a file of that name is overwritten
 * @identity: a JSON object that describes the run
 * @writer: set to the writer
 * @err: set on failure
 *
 * Return: 0; -EWOULDBLOCK if another fgagg is writing the file; another negative
 * errno.
 */
int fgagg_runfile_create(const char *path, const char *identity,
			 struct fgagg_writer **writer, struct fgagg_error *err)
{
	int fd, ret;

	/* Before a file is emptied. */
	ret = check_identity(path, identity, 0, err);
	if (ret)
		return ret;
	fd = fgagg_file_create(path, err);
	return fd < 0 ? fd : start(fd, path, identity, writer, err);
}

/**
 * fgagg_runfile_replace - start a run file that is nothing before it is whole
 * @path: its name; a file of that name stays as it is until fgagg_runfile_close()
 * @identity: a JSON object that describes the run
 * @writer: set to the writer
 * @err: set on failure
 *
 * Return: as fgagg_runfile_create().
 */
int fgagg_runfile_replace(const char *path, const char *identity,
			  struct fgagg_writer **writer, struct fgagg_error *err)
{
	struct fgagg_output *output;
	int fd, ret;

	ret = fgagg_output_open(path, &output, err);
	if (ret)
		return ret;
	fd = fgagg_output_dup(output, err);
	ret = fd < 0 ? fd : start(fd, path, identity, writer, err);
	if (ret)
		fgagg_output_abort(output);
	else
		(*writer)->output = output;
	return ret;
}

static void forget_last(struct fgagg_writer *writer)
{
	fgagg_raw_free(&writer->raw);
	free(writer->last);
	writer->last = NULL;
}

/* The next snapshot refers to this one, if it is one that can be taken apart. */
static int keep_last(struct fgagg_writer *writer, const void *bytes, size_t size)
{
	int ret;

	forget_last(writer);
	writer->last = malloc(size);
	if (!writer->last)
		return -ENOMEM;
	memcpy(writer->last, bytes, size);
	ret = fgagg_raw_split(&writer->raw, writer->last, size);
	if (ret)
		forget_last(writer);
	return ret == -ENOMEM ? ret : 0;
}

static int pack_whole(struct fgagg_writer *writer, struct fgagg_block *block,
		      const void *plain, size_t plain_size, void **data,
		      size_t *size, struct fgagg_error *err)
{
	static const struct fgagg_base none;

	writer->nr = 0;
	block->type = FGAGG_BLOCK_SNAPSHOT;
	block->plain = plain_size;
	return pack(writer, block, &none, plain, data, size, err);
}

static int pack_delta(struct fgagg_writer *writer, struct fgagg_block *block,
		      const struct fgagg_raw *now, void **data, size_t *size,
		      struct fgagg_error *err)
{
	const struct fgagg_base base = {
		writer->raw.rest, writer->raw.rest_size
	};
	size_t delta_size;
	void *delta;
	int ret;

	if (fgagg_delta_make(&writer->raw, now, &delta, &delta_size))
		return fgagg_error_nomem(err);
	block->type = FGAGG_BLOCK_DELTA;
	block->plain = delta_size;
	ret = pack(writer, block, &base, delta, data, size, err);
	free(delta);
	return ret;
}

static int pack_snapshot(struct fgagg_writer *writer, struct fgagg_block *block,
			 const void *plain, size_t plain_size, void **data,
			 size_t *size, struct fgagg_error *err)
{
	struct fgagg_raw now = { 0 };
	int ret = -EINVAL;

	if (writer->last && writer->raw.head.epoch == block->epoch &&
	    writer->nr < WHOLE_EVERY && plain_size <= FGAGG_RUNFILE_PLAIN_MAX)
		ret = fgagg_raw_split(&now, plain, plain_size);
	if (!ret)
		ret = pack_delta(writer, block, &now, data, size, err);
	else if (ret == -EINVAL)
		ret = pack_whole(writer, block, plain, plain_size, data, size,
				 err);
	else
		fgagg_error_nomem(err);
	fgagg_raw_free(&now);
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
	size_t plain, size = 0;
	const void *bytes;
	void *data = NULL;
	int ret;

	bytes = fgagg_snapshot_bytes(snap, &plain);
	ret = pack_snapshot(writer, &block, bytes, plain, &data, &size, err);
	if (ret)
		return ret;
	writer->nr++;
	ret = append(writer, data, size, err);
	if (!ret && keep_last(writer, bytes, plain))
		ret = fgagg_error_nomem(err);
	return ret;
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
	forget_last(writer);
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

static int end(struct fgagg_writer *writer, struct fgagg_error *err)
{
	int ret = 0;

	if (close(writer->fd))
		ret = fgagg_error_set(err, -errno, "%s: cannot write: %s",
				      writer->path, strerror(errno));
	forget_last(writer);
	free(writer->path);
	free(writer);
	return ret;
}

/**
 * fgagg_runfile_close - end a run file
 * @writer: the writer, given back in any case
 * @err: set on failure
 *
 * Return: 0, or a negative errno if not all of it reached the disk, or it could not
 * take the place of another.
 */
int fgagg_runfile_close(struct fgagg_writer *writer, struct fgagg_error *err)
{
	struct fgagg_output *output = writer->output;
	int ret = end(writer, err);

	if (!output)
		return ret;
	if (!ret)
		return fgagg_output_commit(output, err);
	fgagg_output_abort(output);
	return ret;
}

/**
 * fgagg_runfile_abort - leave a run file as it was before fgagg_runfile_replace()
 * @writer: the writer, or NULL; given back
 */
void fgagg_runfile_abort(struct fgagg_writer *writer)
{
	struct fgagg_output *output = writer ? writer->output : NULL;
	struct fgagg_error ignored;

	if (writer)
		end(writer, &ignored);
	fgagg_output_abort(output);
}
