// SPDX-License-Identifier: GPL-2.0-only
#include "top_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int open_run(struct fgagg_top_source *src, const char *path,
		    struct fgagg_error *err)
{
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return fgagg_error_set(err, -errno, "%s", strerror(errno));
	if (!fgagg_runfile_is(fd)) {
		close(fd);
		return fgagg_error_set(err, -EINVAL,
				       "not a run file of 'fgagg record'");
	}
	return fgagg_runfile_open(fd, &src->run, err);
}

/* Machines have no common interval to go to next. */
static int check_run(const struct fgagg_run *run, struct fgagg_error *err)
{
	size_t nr = fgagg_runfile_count(run);

	if (fgagg_runfile_parts(run) > 1)
		return fgagg_error_set(err, -EINVAL,
				       "merged of %zu runs, and top shows one: name one of those",
				       fgagg_runfile_parts(run));
	if (nr < 2)
		return fgagg_error_set(err, -ENODATA,
				       "the run has %zu snapshots, and an interval needs two: record for longer",
				       nr);
	return 0;
}

/**
 * fgagg_top_source_open - find the snapshots
 * @src: set
 * @debugfs: where debugfs is mounted, NULL to look it up
 * @path: a run file; NULL for the live module
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_source_open(struct fgagg_top_source *src, const char *debugfs,
			  const char *path, struct fgagg_error *err)
{
	int ret;

	memset(src, 0, sizeof(*src));
	if (!path)
		return fgagg_live_open(debugfs, &src->live, err);
	ret = open_run(src, path, err);
	if (ret)
		return fgagg_error_prefix(err, ret, path);
	ret = check_run(src->run, err);
	if (!ret)
		return 0;
	fgagg_top_source_close(src);
	return fgagg_error_prefix(err, ret, path);
}

/**
 * fgagg_top_source_close - give the source back
 * @src: the source
 */
void fgagg_top_source_close(struct fgagg_top_source *src)
{
	fgagg_live_free(src->live);
	fgagg_runfile_free(src->run);
}

/**
 * fgagg_top_source_next - take a snapshot, or the next of a run
 * @src: the source
 * @snap: set to the snapshot, or to NULL at the end of a run
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_source_next(struct fgagg_top_source *src,
			  struct fgagg_snap **snap, struct fgagg_error *err)
{
	*snap = NULL;
	if (src->live)
		return fgagg_live_snapshot(src->live, snap, err);
	if (src->next == fgagg_runfile_count(src->run))
		return 0;
	return fgagg_runfile_snapshot(src->run, src->next++, snap, err);
}

/**
 * fgagg_top_source_intervals - how many intervals there are
 * @src: the source
 *
 * Return: the number; 0 for the live module, which goes on.
 */
size_t fgagg_top_source_intervals(const struct fgagg_top_source *src)
{
	return src->run ? fgagg_runfile_count(src->run) - 1 : 0;
}
