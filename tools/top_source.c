// SPDX-License-Identifier: GPL-2.0-only
#include "top_source.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"

static int open_run(struct fgagg_top_source *src, const char *path,
		    struct fgagg_error *err)
{
	int fd = fgagg_runfile_find(path, err);

	return fd < 0 ? fd : fgagg_runfile_open(fd, &src->run, err);
}

/* Appends a label to a list of them, of which the end may be left out. */
static void add_label(char *labels, size_t size, const char *label)
{
	size_t len = strlen(labels);

	snprintf(labels + len, size - len, "%s%s", len ? ", " : "", label);
}

/* Machines have no common interval to go to next. */
static int one_of_many(const char *host, size_t found, size_t nr,
		       const char *labels, struct fgagg_error *err)
{
	if (host && !found)
		return fgagg_error_set(err, -ERANGE,
				       "no run is of host '%s': there are %s",
				       host, labels);
	return fgagg_error_set(err, -EINVAL,
			       "merged of %zu runs, and top shows one: name its own file, or choose with --host from %s",
			       nr, labels);
}

/* Finds the run of those in the file that is meant. */
static int find_part(struct fgagg_top_source *src, const char *host,
		     struct fgagg_error *err)
{
	size_t i, first, nr, found = 0, parts = fgagg_runfile_parts(src->run);
	char labels[256] = "", *label;
	const char *identity;

	for (i = 0; i < parts; i++) {
		identity = fgagg_runfile_part(src->run, i, &first, &nr);
		label = fgagg_identity_label(identity);
		if (!label)
			return fgagg_error_nomem(err);
		add_label(labels, sizeof(labels), label);
		if (!host || !fnmatch(host, label, 0)) {
			src->next = first;
			src->nr = nr;
			found++;
		}
		free(label);
	}
	return found == 1 ? 0 : one_of_many(host, found, parts, labels, err);
}

static int check_run(struct fgagg_top_source *src, const char *host,
		     struct fgagg_error *err)
{
	int ret = find_part(src, host, err);

	if (ret)
		return ret;
	src->end = src->next + src->nr;
	if (src->nr < 2 && fgagg_runfile_damaged(src->run))
		return fgagg_error_set(err, -ENODATA,
				       "the run is cut short or damaged before its second snapshot: nothing in it can be shown");
	if (src->nr < 2)
		return fgagg_error_set(err, -ENODATA,
				       "the run has %zu snapshots, and an interval needs two: record for longer",
				       src->nr);
	return 0;
}

/**
 * fgagg_top_source_open - find the snapshots
 * @src: set
 * @debugfs: where debugfs is mounted, NULL to look it up
 * @path: a run file; NULL for the live module
 * @host: of merged runs, the one with a label that this glob matches; or NULL
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_source_open(struct fgagg_top_source *src, const char *debugfs,
			  const char *path, const char *host,
			  struct fgagg_error *err)
{
	int ret;

	memset(src, 0, sizeof(*src));
	if (!path)
		return fgagg_live_open(debugfs, &src->live, err);
	ret = open_run(src, path, err);
	if (ret)
		return fgagg_error_prefix(err, ret, path);
	ret = check_run(src, host, err);
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
	if (src->next == src->end)
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
	return src->run ? src->nr - 1 : 0;
}
