// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int read_all(int fd, char **data, size_t *size)
{
	size_t room = 1, used = 0;
	char *buf = NULL, *more;
	ssize_t n;
	int ret;

	do {
		if (used == room - 1) {
			room = 2 * room + (1 << 16);
			more = realloc(buf, room);
			ret = -ENOMEM;
			if (!more)
				goto free;
			buf = more;
		}
		do
			n = read(fd, buf + used, room - 1 - used);
		while (n < 0 && errno == EINTR);
		ret = -errno;
		if (n < 0)
			goto free;
		used += n;
		ret = -EFBIG;
		if (used > FGAGG_FILE_MAX)
			goto free;
	} while (n);
	buf[used] = '\0';
	*data = buf;
	*size = used;
	return 0;
free:
	free(buf);
	return ret;
}

/**
 * fgagg_file_read - read a file to its end
 * @path: the file; its size need not be known (debugfs, /proc)
 * @data: set to the content, zero-terminated; the caller frees it
 * @size: set to the bytes read; may be NULL
 *
 * Return: 0; -EFBIG if it is larger than FGAGG_FILE_MAX; a negative errno.
 */
int fgagg_file_read(const char *path, char **data, size_t *size)
{
	size_t ignored;
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = read_all(fd, data, size ? size : &ignored);
	close(fd);
	return ret;
}

/**
 * fgagg_file_lock - see to it that no other fgagg writes a file
 * @fd: the file, open for writing, which is locked until it is closed
 * @path: its name
 * @err: set on failure
 *
 * Others may lock the file in other ways, as flock(1) does.  A device or a pipe may
 * have many writers, and some file systems have no locks.
 *
 * Return: 0, or -EWOULDBLOCK if another one does.
 */
int fgagg_file_lock(int fd, const char *path, struct fgagg_error *err)
{
	struct flock all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	struct stat st;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return 0;
	if (!fcntl(fd, F_OFD_SETLK, &all) ||
	    (errno != EAGAIN && errno != EACCES))
		return 0;
	return fgagg_error_set(err, -EWOULDBLOCK,
			       "%s is being written by another fgagg: give --output another name",
			       path);
}

/**
 * fgagg_file_is_at - whether a name leads to a file
 * @fd: the file
 * @path: the name
 *
 * Return: true if so.
 */
bool fgagg_file_is_at(int fd, const char *path)
{
	struct stat a, b;

	return !fstat(fd, &a) && !stat(path, &b) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

static int create(const char *path, struct fgagg_error *err)
{
	int fd, ret;

	for (;;) {
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (fd < 0)
			return fgagg_error_set(err, -errno,
					       "%s: cannot create: %s", path,
					       strerror(errno));
		ret = fgagg_file_lock(fd, path, err);
		/* Another may have taken its place before it was locked. */
		if (!ret && fgagg_file_is_at(fd, path))
			return fd;
		close(fd);
		if (ret)
			return ret;
	}
}

/**
 * fgagg_file_create - open a file, to write it from its start on
 * @path: its name; a file of that name is emptied
 * @err: set on failure
 *
 * Return: a descriptor; -EWOULDBLOCK if another fgagg writes the file, which
 * then stays as it is; another negative errno.
 */
int fgagg_file_create(const char *path, struct fgagg_error *err)
{
	int fd = create(path, err), ret;

	/* What is no regular file cannot be emptied. */
	if (fd < 0 || !ftruncate(fd, 0) || errno == EINVAL)
		return fd;
	ret = fgagg_error_set(err, -errno, "%s: cannot create: %s", path,
			      strerror(errno));
	close(fd);
	return ret;
}

/**
 * fgagg_file_write - write all of a buffer
 * @fd: where to
 * @data: what
 * @size: how many bytes
 *
 * The first write(2) gets everything: debugfs files take a value as a whole.
 *
 * Return: 0 or a negative errno.
 */
int fgagg_file_write(int fd, const void *data, size_t size)
{
	const char *pos = data;
	ssize_t n;

	while (size) {
		n = write(fd, pos, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		pos += n;
		size -= n;
	}
	return 0;
}

/**
 * fgagg_file_flush - write what a stream has kept
 * @out: the stream
 *
 * That something could not be written earlier stdio keeps, but not why: it is taken to
 * be what a byte more meets with.
 *
 * Return: 0 if all that the stream ever was given has been written, or a negative errno.
 */
int fgagg_file_flush(FILE *out)
{
	if (fflush(out))
		return -errno;
	if (!ferror(out))
		return 0;
	return putc('\n', out) == EOF || fflush(out) ? -errno : -EIO;
}
