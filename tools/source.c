// SPDX-License-Identifier: GPL-2.0-only
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "file.h"
#include "live.h"
#include "merge.h"
#include "patience.h"
#include "runfile.h"

/* A snapshot by itself; it is given back. */
static int take(struct fgagg_source *src, struct fgagg_snap *snap,
		const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	int ret;

	src->tree = fgagg_tree_new();
	ret = src->tree ? fgagg_merge_add(src->tree, snap, cpus, err) :
			  fgagg_error_nomem(err);
	fgagg_snapshot_free(snap);
	if (!ret && fgagg_tree_finish(src->tree))
		ret = fgagg_error_nomem(err);
	return ret;
}

static int load_live(struct fgagg_source *src, const char *debugfs,
		     const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	struct fgagg_patience patience;
	struct fgagg_live *live;
	struct fgagg_snap *snap;
	int ret;

	ret = fgagg_live_open(debugfs, &live, err);
	if (ret)
		return ret;
	fgagg_patience_start(&patience, "the module");
	ret = fgagg_live_snapshot(live, &snap, err);
	fgagg_patience_end(&patience);
	fgagg_live_free(live);
	return ret ? ret : take(src, snap, cpus, err);
}

static int no_intervals(struct fgagg_error *err, const char *what)
{
	return fgagg_error_set(err, -ERANGE,
			       "%s has no intervals and hosts: --interval and --host go with a run file",
			       what);
}

static int load_snapshot(struct fgagg_source *src, const char *path,
			 const struct fgagg_cpulist *cpus,
			 const struct fgagg_range *range,
			 struct fgagg_error *err)
{
	struct fgagg_snap *snap;
	size_t size;
	char *data;
	int ret;

	ret = fgagg_file_read(path, &data, &size);
	if (ret)
		return fgagg_error_set(err, ret, "%s", strerror(-ret));
	/* Blocks are not read in order, so a pipe was taken for a snapshot. */
	if (fgagg_block_begins(data, size))
		ret = fgagg_error_set(err, -ESPIPE,
				      "a run file cannot be read from a pipe: give its name");
	else if (!fgagg_range_is_whole(range))
		ret = no_intervals(err, "a snapshot by itself");
	if (ret) {
		free(data);
		return ret;
	}
	ret = fgagg_snapshot_parse(data, size, &snap, err);
	return ret ? ret : take(src, snap, cpus, err);
}

static int load_run(struct fgagg_source *src, int fd,
		    const struct fgagg_cpulist *cpus,
		    const struct fgagg_range *range, struct fgagg_error *err)
{
	struct fgagg_interval iv;
	const char *identity;
	int ret;

	ret = fgagg_interval_open(fd, cpus, &src->run, err);
	if (ret)
		return ret;
	src->unread = fgagg_interval_damaged(src->run);
	src->range = *range;
	ret = fgagg_interval_resolve(src->run, &src->range, err);
	if (ret)
		return ret;
	identity = fgagg_interval_identity(src->run, &src->range);
	src->identity = identity ? strdup(identity) : NULL;
	if (identity && !src->identity)
		return fgagg_error_nomem(err);
	ret = fgagg_interval_load(src->run, &src->range, &iv, err);
	src->tree = iv.tree;
	src->intervals = src->range.last - src->range.first + 1;
	src->duration = iv.duration;
	src->resets = iv.resets;
	return ret;
}

static int load_file(struct fgagg_source *src, const char *path,
		     const struct fgagg_cpulist *cpus,
		     const struct fgagg_range *range, struct fgagg_error *err)
{
	int fd, ret;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fgagg_error_set(err, -errno, "%s", strerror(errno));
		ret = -errno;
	} else if (fgagg_runfile_is(fd)) {
		ret = load_run(src, fd, cpus, range, err);
	} else {
		close(fd);
		ret = load_snapshot(src, path, cpus, range, err);
	}
	return ret ? fgagg_error_prefix(err, ret, path) : 0;
}

/**
 * fgagg_source_load_range - read some of whatever a user named
 * @src: set; to be given back also on failure
 * @debugfs: where debugfs is mounted, NULL to look it up
 * @path: a run file or a snapshot; NULL for the live module
 * @cpus: the CPUs to take
 * @range: the intervals to take; only a run file has any
 * @err: set on failure
 *
 * Return: 0; -ERANGE if there are no such intervals; another negative errno.
 */
int fgagg_source_load_range(struct fgagg_source *src, const char *debugfs,
			    const char *path, const struct fgagg_cpulist *cpus,
			    const struct fgagg_range *range,
			    struct fgagg_error *err)
{
	memset(src, 0, sizeof(*src));
	if (path)
		return load_file(src, path, cpus, range, err);
	if (!fgagg_range_is_whole(range))
		return no_intervals(err, "the live module");
	return load_live(src, debugfs, cpus, err);
}

/**
 * fgagg_source_free - give back what was read
 * @src: set by fgagg_source_load_range()
 */
void fgagg_source_free(struct fgagg_source *src)
{
	fgagg_tree_free(src->tree);
	fgagg_interval_close(src->run);
	free(src->identity);
}
