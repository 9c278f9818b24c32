// SPDX-License-Identifier: GPL-2.0-only
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
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

/* The temporary file, for a signal that ends the program. */
static const char *_Atomic unfinished;

static void remove_unfinished(int sig)
{
	if (unfinished)
		unlink(unfinished);
	/* As soon as it is over, and then it ends the program. */
	raise(sig);
}

static void set_unfinished(const char *path)
{
	static const int signals[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM, SIGXCPU,
	};
	struct sigaction action = {
		.sa_handler = remove_unfinished,
		.sa_flags = SA_RESETHAND,
	}, old;
	size_t i;

	unfinished = path;
	for (i = 0; path && i < sizeof(signals) / sizeof(*signals); i++)
		if (!sigaction(signals[i], NULL, &old) &&
		    old.sa_handler == SIG_DFL)
			sigaction(signals[i], &action, NULL);
}

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

static void remove_temporary(struct fgagg_output *output)
{
	if (output->temporary)
		unlink(output->temporary);
	set_unfinished(NULL);
	free(output->temporary);
	output->temporary = NULL;
}

static int open_temporary(struct fgagg_output *output)
{
	struct stat old;
	int fd, ret;

	if (asprintf(&output->temporary, "%s.XXXXXX", output->target) < 0) {
		output->temporary = NULL;
		return -ENOMEM;
	}
	set_unfinished(output->temporary);
	fd = mkostemp(output->temporary, O_CLOEXEC);
	if (fd < 0) {
		ret = -errno;
		goto remove;
	}
	if (!set_access(fd, fstat(output->old, &old) ? NULL : &old))
		output->file = fdopen(fd, "w");
	if (output->file)
		return 0;
	ret = -errno;
	close(fd);
remove:
	remove_temporary(output);
	return ret;
}

static int cannot_write(const struct fgagg_output *output, int ret,
			struct fgagg_error *err)
{
	return fgagg_error_set(err, ret, "cannot write %s: %s", output->path,
			       strerror(-ret));
}

/* Write to a descriptor, which is taken over. */
static int open_fd(struct fgagg_output *output, int fd, struct fgagg_error *err)
{
	int ret;

	if (fd >= 0)
		output->file = fdopen(fd, "w");
	if (output->file)
		return 0;
	ret = cannot_write(output, -errno, err);
	if (fd >= 0)
		close(fd);
	return ret;
}

static int open_in_place(struct fgagg_output *output, struct fgagg_error *err)
{
	int fd = fgagg_file_create(output->path, err);

	return fd < 0 ? fd : open_fd(output, fd, err);
}

static void forget_old(struct fgagg_output *output)
{
	if (output->old >= 0)
		close(output->old);
	output->old = -1;
}

/* Where nothing can be beside the file, or nothing can take its place. */
static bool is_refused(int ret)
{
	return ret == -EACCES || ret == -EPERM || ret == -EROFS ||
	       ret == -EBUSY || ret == -ENAMETOOLONG;
}

/* What cannot be beside the file of before is copied into it in the end. */
static int open_beside(struct fgagg_output *output, struct fgagg_error *err)
{
	int ret = open_temporary(output);

	if (is_refused(ret) && output->old < 0)
		return open_in_place(output, err);
	if (is_refused(ret)) {
		output->file = tmpfile();
		ret = output->file ? 0 : -errno;
	}
	return ret ? cannot_write(output, ret, err) : 0;
}

/* A link to nothing is written to, as nothing can be lost. */
static int open_new(struct fgagg_output *output, struct fgagg_error *err)
{
	struct stat st;

	if (!lstat(output->path, &st))
		return open_in_place(output, err);
	output->target = strdup(output->path);
	return output->target ? open_beside(output, err) :
				fgagg_error_nomem(err);
}

/*
 * That it may be written, by the rules for links, too, is asked by opening it.  A device
 * or a pipe is written to, and so is what standard output or error goes to already.
 */
static int open_file(struct fgagg_output *output, struct fgagg_error *err)
{
	int fd = open(output->path, O_WRONLY | O_CLOEXEC), std, ret;
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? open_new(output, err) :
					 cannot_write(output, -errno, err);
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return open_fd(output, fd, err);
	output->old = fd;
	for (std = STDOUT_FILENO; std <= STDERR_FILENO; std++)
		if (fgagg_file_is_at(std, output->path)) {
			forget_old(output);
			return open_fd(output, fcntl(std, F_DUPFD_CLOEXEC, 0),
				       err);
		}
	output->target = realpath(output->path, NULL);
	if (!output->target || !fgagg_file_is_at(fd, output->target)) {
		forget_old(output);
		return open_in_place(output, err);
	}
	ret = fgagg_file_lock(fd, output->path, err);
	return ret ? ret : open_beside(output, err);
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

/**
 * fgagg_output_dup - where to write, for who closes it
 * @output: the file
 * @err: set on failure
 *
 * Return: a descriptor, or a negative errno.
 */
int fgagg_output_dup(const struct fgagg_output *output, struct fgagg_error *err)
{
	int fd = fcntl(fileno(output->file), F_DUPFD_CLOEXEC, 0);

	return fd < 0 ? cannot_write(output, -errno, err) : fd;
}

static int close_file(struct fgagg_output *output)
{
	int ret = fgagg_file_flush(output->file);

	if (fclose(output->file) && !ret)
		ret = -errno;
	output->file = NULL;
	return ret;
}

static int replace(struct fgagg_output *output, unsigned int flags)
{
	const char *from = output->temporary, *to = output->target;

	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, flags) &&
	    /* Not all file systems have all flags. */
	    (errno != EINVAL || rename(from, to)))
		return -errno;
	set_unfinished(NULL);
	free(output->temporary);
	output->temporary = NULL;
	return 0;
}

/* Write what is in a file over the one of before. */
static int copy_over(const struct fgagg_output *output, int fd)
{
	char buf[0x10000];
	off_t at = 0;
	ssize_t n;
	int ret;

	if (ftruncate(output->old, 0))
		return -errno;
	while ((n = pread(fd, buf, sizeof(buf), at)) > 0) {
		ret = fgagg_file_write(output->old, buf, n);
		if (ret)
			return ret;
		at += n;
	}
	return n ? -errno : 0;
}

/*
 * Who writes the file of before shall not go on writing to no file at all: lock what is
 * there, which may be another than when this one was begun.
 */
static int take_place(struct fgagg_output *output, int fd,
		      struct fgagg_error *err)
{
	int ret;

	for (;;) {
		if (output->old >= 0 &&
		    fgagg_file_is_at(output->old, output->target)) {
			ret = output->temporary ? replace(output, 0) : -EPERM;
			if (is_refused(ret))
				ret = copy_over(output, fd);
			break;
		}
		forget_old(output);
		ret = output->temporary ? replace(output, RENAME_NOREPLACE) :
					  -EEXIST;
		if (ret != -EEXIST)
			break;
		output->old = open(output->target, O_WRONLY | O_CLOEXEC);
		if (output->old < 0) {
			/* A link to nothing has come. */
			ret = errno == ENOENT && output->temporary ?
			      replace(output, 0) : -errno;
			break;
		}
		ret = fgagg_file_lock(output->old, output->path, err);
		if (ret)
			return ret;
	}
	return ret ? cannot_write(output, ret, err) : 0;
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
	bool elsewhere = output->temporary || output->old >= 0;
	int fd = elsewhere ? fgagg_output_dup(output, err) : 0, ret;

	if (fd < 0) {
		fgagg_output_abort(output);
		return fd;
	}
	ret = close_file(output);
	if (ret)
		cannot_write(output, ret, err);
	else if (elsewhere)
		ret = take_place(output, fd, err);
	if (elsewhere)
		close(fd);
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
	remove_temporary(output);
	forget_old(output);
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
