// SPDX-License-Identifier: GPL-2.0-only
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "live.h"
#include "merge.h"
#include "runfile.h"

static int load_live(struct fgagg_source *src, const char *debugfs,
		     const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	struct fgagg_live *live;
	struct fgagg_snap *snap;
	int ret;

	ret = fgagg_live_open(debugfs, &live, err);
	if (ret)
		return ret;
	ret = fgagg_live_snapshot(live, &snap, err);
	fgagg_live_free(live);
	if (ret)
		return ret;
	ret = fgagg_merge_add(src->tree, snap, cpus, err);
	fgagg_snapshot_free(snap);
	return ret;
}

static int load_snapshot(struct fgagg_source *src, const char *path,
			 const struct fgagg_cpulist *cpus,
			 struct fgagg_error *err)
{
	struct fgagg_snap *snap;
	size_t size;
	char *data;
	int ret;

	ret = fgagg_file_read(path, &data, &size);
	if (ret)
		return fgagg_error_set(err, ret, "%s", strerror(-ret));
	ret = fgagg_snapshot_parse(data, size, &snap, err);
	if (ret)
		return ret;
	ret = fgagg_merge_add(src->tree, snap, cpus, err);
	fgagg_snapshot_free(snap);
	return ret;
}

typedef int (*merge_fn)(struct fgagg_tree *tree, const struct fgagg_snap *snap,
			const struct fgagg_cpulist *cpus,
			struct fgagg_error *err);

static int merge_interval(struct fgagg_source *src,
			  const struct fgagg_run *run, size_t i, merge_fn merge,
			  const struct fgagg_cpulist *cpus,
			  struct fgagg_error *err)
{
	struct fgagg_snap *snap;
	int ret;

	ret = fgagg_runfile_snapshot(run, i, &snap, err);
	if (ret)
		return ret;
	ret = merge(src->tree, snap, cpus, err);
	fgagg_snapshot_free(snap);
	return ret;
}

/*
 * A run is what happened between its first snapshot and its last.  After a
 * reset everything that is counted happened during the run, so of each epoch
 * the last snapshot is added, and only of the first epoch one is subtracted.
 */
static int merge_run(struct fgagg_source *src, const struct fgagg_run *run,
		     const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	size_t i, nr = fgagg_runfile_count(run);
	int ret;

	if (nr < 2)
		return fgagg_error_set(err, -ENODATA,
				       "the run has %zu snapshots, and a difference needs two: record for longer",
				       nr);
	for (i = 0; i < nr; i++) {
		if (i + 1 < nr && fgagg_runfile_epoch(run, i) ==
				  fgagg_runfile_epoch(run, i + 1))
			continue;
		ret = merge_interval(src, run, i, fgagg_merge_add, cpus, err);
		if (!ret && !src->resets)
			ret = merge_interval(src, run, 0, fgagg_merge_sub,
					     cpus, err);
		if (ret)
			return ret;
		src->resets++;
	}
	src->resets--;
	src->intervals = nr - 1;
	src->duration = fgagg_runfile_time(run, nr - 1) -
			fgagg_runfile_time(run, 0);
	return 0;
}

static int load_run(struct fgagg_source *src, int fd,
		    const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	struct fgagg_run *run;
	int ret;

	ret = fgagg_runfile_open(fd, &run, err);
	if (ret)
		return ret;
	src->unread = fgagg_runfile_damaged(run);
	src->identity = strdup(fgagg_runfile_identity(run));
	ret = src->identity ? merge_run(src, run, cpus, err) :
			      fgagg_error_nomem(err);
	fgagg_runfile_free(run);
	return ret;
}

static int load_file(struct fgagg_source *src, const char *path,
		     const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fgagg_error_set(err, -errno, "%s", strerror(errno));
		ret = -errno;
	} else if (fgagg_runfile_is(fd)) {
		ret = load_run(src, fd, cpus, err);
	} else {
		close(fd);
		ret = load_snapshot(src, path, cpus, err);
	}
	return ret ? fgagg_error_prefix(err, ret, path) : 0;
}

/**
 * fgagg_source_load - read whatever a user named
 * @src: set; to be given back also on failure
 * @debugfs: where debugfs is mounted, NULL to look it up
 * @path: a run file or a snapshot; NULL for the live module
 * @cpus: the CPUs to take
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_source_load(struct fgagg_source *src, const char *debugfs,
		      const char *path, const struct fgagg_cpulist *cpus,
		      struct fgagg_error *err)
{
	int ret;

	memset(src, 0, sizeof(*src));
	src->tree = fgagg_tree_new();
	if (!src->tree)
		return fgagg_error_nomem(err);
	ret = path ? load_file(src, path, cpus, err) :
		     load_live(src, debugfs, cpus, err);
	if (ret)
		return ret;
	return fgagg_tree_finish(src->tree) ? fgagg_error_nomem(err) : 0;
}

/**
 * fgagg_source_free - give back what was read
 * @src: set by fgagg_source_load()
 */
void fgagg_source_free(struct fgagg_source *src)
{
	fgagg_tree_free(src->tree);
	free(src->identity);
}
