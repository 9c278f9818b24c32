// SPDX-License-Identifier: GPL-2.0-only
#include "live.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "stats.h"

struct fgagg_live {
	char dir[PATH_MAX];
};

/**
 * fgagg_live_mount - find where a file system is mounted
 * @type: its type, "debugfs" for example
 * @path: set to the first place
 * @size: room in @path
 *
 * Return: 0, or -ENOENT if it is not mounted.
 */
int fgagg_live_mount(const char *type, char *path, size_t size)
{
	struct mntent *mnt;
	int ret = -ENOENT;
	FILE *mounts;

	mounts = setmntent("/proc/mounts", "r");
	if (!mounts)
		return ret;
	while (ret && (mnt = getmntent(mounts))) {
		if (strcmp(mnt->mnt_type, type))
			continue;
		snprintf(path, size, "%s", mnt->mnt_dir);
		ret = 0;
	}
	endmntent(mounts);
	return ret;
}

/**
 * fgagg_live_knows - whether the kernel has a file system
 * @type: its type, "debugfs" for example
 *
 * Return: false if not; true also if that cannot be told.
 */
bool fgagg_live_knows(const char *type)
{
	char *text, *rest, *line, *tab;
	bool knows = false;

	if (fgagg_file_read("/proc/filesystems", &text, NULL))
		return true;
	rest = text;
	while (!knows && (line = strsep(&rest, "\n"))) {
		tab = strchr(line, '\t');
		knows = tab && !strcmp(tab + 1, type);
	}
	free(text);
	return knows;
}

/* Who is not root cannot mount it either. */
static int no_debugfs(struct fgagg_error *err)
{
	if (!fgagg_live_knows("debugfs"))
		return fgagg_error_set(err, -ENOENT,
				       "this kernel has no debugfs: use one with CONFIG_DEBUG_FS, as Debian's are");
	if (geteuid())
		return fgagg_error_set(err, -EACCES,
				       "only root may use fgagg: run it as root, or with sudo");
	return fgagg_error_set(err, -ENOENT,
			       "debugfs is not mounted: mount -t debugfs none /sys/kernel/debug");
}

static int explain(const char *path, int code, struct fgagg_error *err)
{
	if (code == -EACCES && geteuid())
		return fgagg_error_set(err, code,
				       "only root may use fgagg: run it as root, or with sudo");
	if (code == -ENOENT)
		return fgagg_error_set(err, code,
				       "%s: no such file: the module is not loaded (insmod fgagg.ko, or modprobe fgagg) or of another release",
				       path);
	if (code == -EPERM)
		return fgagg_error_set(err, code,
				       "%s: the kernel is locked down (Secure Boot) and does not allow debugfs",
				       path);
	return fgagg_error_set(err, code, "%s: %s", path, strerror(-code));
}

/**
 * fgagg_live_open - find the module's files
 * @debugfs: where debugfs is mounted; NULL to look it up
 * @live: set to a handle
 * @err: set on failure: debugfs is not mounted, the module not loaded, or the
 *	user not root
 *
 * Return: 0 or a negative errno.
 */
int fgagg_live_open(const char *debugfs, struct fgagg_live **live,
		    struct fgagg_error *err)
{
	char mount[PATH_MAX - 16];
	struct fgagg_live *l;
	struct stat st;
	int ret;

	if (!debugfs) {
		if (fgagg_live_mount("debugfs", mount, sizeof(mount)))
			return no_debugfs(err);
		debugfs = mount;
	}
	l = calloc(1, sizeof(*l));
	if (!l)
		return fgagg_error_nomem(err);
	snprintf(l->dir, sizeof(l->dir), "%s/fgagg", debugfs);
	if (stat(l->dir, &st)) {
		ret = explain(l->dir, -errno, err);
		free(l);
		return ret;
	}
	*live = l;
	return 0;
}

/**
 * fgagg_live_free - give back a handle
 * @live: the handle, or NULL
 */
void fgagg_live_free(struct fgagg_live *live)
{
	free(live);
}

/**
 * fgagg_live_read - read one of the module's files
 * @live: the handle
 * @file: its name
 * @text: set to the content, zero-terminated; the caller frees it
 * @size: set to the bytes read; may be NULL
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_live_read(const struct fgagg_live *live, const char *file,
		    char **text, size_t *size, struct fgagg_error *err)
{
	char path[PATH_MAX + 64];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", live->dir, file);
	ret = fgagg_file_read(path, text, size);
	return ret ? explain(path, ret, err) : 0;
}

/* The module says in "stats" why it refused; the errno alone seldom helps. */
static int refused(const struct fgagg_live *live, const char *file, int code,
		   struct fgagg_error *err)
{
	struct fgagg_error ignored;
	char why[256];
	char *stats;

	if (fgagg_live_read(live, "stats", &stats, NULL, &ignored))
		return fgagg_error_set(err, code, "%s: %s", file,
				       strerror(-code));
	if (!fgagg_stats_text(stats, "last_error", why, sizeof(why)) ||
	    !strcmp(why, "none"))
		snprintf(why, sizeof(why), "%s", strerror(-code));
	free(stats);
	return fgagg_error_set(err, code, "%s: %s", file, why);
}

/**
 * fgagg_live_write - write one of the module's files
 * @live: the handle
 * @file: its name
 * @value: what to write, without a newline
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_live_write(const struct fgagg_live *live, const char *file,
		     const char *value, struct fgagg_error *err)
{
	char path[PATH_MAX + 64];
	char *line;
	int fd, ret;

	snprintf(path, sizeof(path), "%s/%s", live->dir, file);
	fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	if (fd < 0)
		return explain(path, -errno, err);
	if (asprintf(&line, "%s\n", value) < 0) {
		close(fd);
		return fgagg_error_nomem(err);
	}
	ret = fgagg_file_write(fd, line, strlen(line));
	free(line);
	close(fd);
	return ret ? refused(live, file, ret, err) : 0;
}

/**
 * fgagg_live_snapshot - take a snapshot
 * @live: the handle
 * @snap: set to the snapshot
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_live_snapshot(const struct fgagg_live *live,
			struct fgagg_snap **snap, struct fgagg_error *err)
{
	size_t size;
	char *data;
	int ret;

	ret = fgagg_live_read(live, "snapshot", &data, &size, err);
	return ret ? ret : fgagg_snapshot_parse(data, size, snap, err);
}
