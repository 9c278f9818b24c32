// SPDX-License-Identifier: GPL-2.0-only
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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

/* A device or a pipe may have many writers, and some file systems have no locks. */
static int empty(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK)
		return -EWOULDBLOCK;
	return ftruncate(fd, 0) ? -errno : 0;
}

/**
 * fgagg_file_create - open a file, to write it from its start on
 * @path: its name; a file of that name is emptied
 * @err: set on failure
 *
 * Until it is closed, nobody else can open it in this way.
 *
 * Return: a descriptor; -EWOULDBLOCK if somebody else has, and then the file
 * stays as it is; another negative errno.
 */
int fgagg_file_create(const char *path, struct fgagg_error *err)
{
	int fd, ret;

	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	ret = fd < 0 ? -errno : empty(fd);
	if (!ret)
		return fd;
	if (fd >= 0)
		close(fd);
	if (ret == -EWOULDBLOCK)
		return fgagg_error_set(err, ret,
				       "%s is being written by another fgagg: give --output another name",
				       path);
	return fgagg_error_set(err, ret, "%s: cannot create: %s", path,
			       strerror(-ret));
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
