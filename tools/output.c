// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

/**
 * struct fgagg_output - a file that is being written
 * @file: what is written to
 * @path: what the user named
 * @target: what is to be replaced: @path, or where that leads to if it is a link
 * @temporary: the file's name until it takes that of @target; NULL if it has it
 * @old: the file of before, locked; -1 if there is none
 */
struct fgagg_output {
	FILE *file;
	char *path;
	char *target;
	char *temporary;
	int old;
};

/* Who may read it is as open(2) would have left or made it. */
static int set_access(int fd, const struct stat *old)
{
	mode_t mode, mask = umask(0);

	umask(mask);
	mode = old ? old->st_mode & 0777 : 0666 & ~mask;
	/* What was for one group is not for another. */
	if (old && fchown(fd, old->st_uid, old->st_gid) &&
	    fchown(fd, -1, old->st_gid))
		mode &= 0707;
	return fchmod(fd, mode);
}

static int open_temporary(struct fgagg_output *output, const struct stat *old)
{
	int fd, ret;

	if (asprintf(&output->temporary, "%s.XXXXXX", output->target) < 0) {
		output->temporary = NULL;
		return -ENOMEM;
	}
	fd = mkostemp(output->temporary, O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		free(output->temporary);
		output->temporary = NULL;
		return ret;
	}
	if (set_access(fd, old))
		goto close;
	output->file = fdopen(fd, "w");
	if (output->file)
		return 0;
close:
	ret = -errno;
	close(fd);
	return ret;
}

static int cannot_write(const struct fgagg_output *output, int ret,
			struct fgagg_error *err)
{
	return fgagg_error_set(err, ret, "cannot write %s: %s", output->path,
			       strerror(-ret));
}

static int open_in_place(struct fgagg_output *output, struct fgagg_error *err)
{
	int fd = fgagg_file_create(output->path, err), ret;

	if (fd < 0)
		return fd;
	output->file = fdopen(fd, "w");
	if (output->file)
		return 0;
	ret = -errno;
	close(fd);
	return cannot_write(output, ret, err);
}

/* Who writes the file of before shall not go on writing to no file at all. */
static int open_file(struct fgagg_output *output, struct fgagg_error *err)
{
	struct stat st;
	bool exists;
	int ret;

	output->target = realpath(output->path, NULL);
	if (!output->target)
		output->target = strdup(output->path);
	if (!output->target)
		return fgagg_error_nomem(err);
	exists = !lstat(output->target, &st);
	if (exists ? !S_ISREG(st.st_mode) : errno != ENOENT)
		return open_in_place(output, err);
	output->old = open(output->target, O_RDONLY | O_CLOEXEC);
	if (output->old >= 0) {
		ret = fgagg_file_lock(output->old, LOCK_SH, output->path, err);
		if (ret)
			return ret;
	}
	ret = open_temporary(output, exists ? &st : NULL);
	return ret ? cannot_write(output, ret, err) : 0;
}

/**
 * fgagg_output_open - begin to write a file
 * @path: its name
 * @output: set, to be given to fgagg_output_commit() or fgagg_output_abort()
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_output_open(const char *path, struct fgagg_output **output,
		      struct fgagg_error *err)
{
	struct fgagg_output *new = calloc(1, sizeof(*new));
	int ret;

	if (!new)
		return fgagg_error_nomem(err);
	new->old = -1;
	new->path = strdup(path);
	ret = new->path ? open_file(new, err) : fgagg_error_nomem(err);
	if (!ret)
		*output = new;
	else
		fgagg_output_abort(new);
	return ret;
}

/**
 * fgagg_output_file - where to write
 * @output: the file
 *
 * Return: the stream; it stays that of @output.
 */
FILE *fgagg_output_file(struct fgagg_output *output)
{
	return output->file;
}

/* fclose(3) tells of what it writes itself, not of what failed before. */
static int close_file(struct fgagg_output *output)
{
	bool failed = ferror(output->file);
	int ret = fclose(output->file) ? -errno : failed ? -EIO : 0;

	output->file = NULL;
	if (!ret && output->temporary) {
		if (rename(output->temporary, output->target))
			return -errno;
		free(output->temporary);
		output->temporary = NULL;
	}
	return ret;
}

/**
 * fgagg_output_commit - end a file and put it in its place
 * @output: the file; given back, also on failure
 * @err: set on failure, after which the file of before is there still
 *
 * Return: 0 or a negative errno.
 */
int fgagg_output_commit(struct fgagg_output *output, struct fgagg_error *err)
{
	int ret = close_file(output);

	if (ret)
		cannot_write(output, ret, err);
	fgagg_output_abort(output);
	return ret;
}

/**
 * fgagg_output_abort - leave a file as it was before
 * @output: the file, or NULL; given back
 */
void fgagg_output_abort(struct fgagg_output *output)
{
	if (!output)
		return;
	if (output->file)
		fclose(output->file);
	if (output->temporary)
		unlink(output->temporary);
	if (output->old >= 0)
		close(output->old);
	free(output->temporary);
	free(output->target);
	free(output->path);
	free(output);
}

/**
 * fgagg_output_replaces - whether a file would be lost by writing another
 * @path: the file that is to be written
 * @other: the file that is to stay
 *
 * Return: true if both are the same regular file.
 */
bool fgagg_output_replaces(const char *path, const char *other)
{
	struct stat a, b;

	return !stat(path, &a) && S_ISREG(a.st_mode) && !stat(other, &b) &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}
