// SPDX-License-Identifier: GPL-2.0-only
#include "series.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "runfile.h"
#include "timer.h"

/**
 * struct fgagg_series - intervals one after the other
 * @sampling: which
 * @ivs: the run file, or NULL
 * @live: the live module, or NULL
 * @timer: of the live module
 * @prev: of the live module, the snapshot that the next interval starts with
 * @done: intervals that were given out, or left out at the start
 * @end: the last interval; SIZE_MAX if nobody knows it yet
 */
struct fgagg_series {
	const struct fgagg_sampling *sampling;
	struct fgagg_intervals *ivs;
	struct fgagg_live *live;
	struct fgagg_timer timer;
	struct fgagg_snap *prev;
	size_t done;
	size_t end;
};

static int open_run(struct fgagg_series *s, struct fgagg_error *err)
{
	struct fgagg_range range = s->sampling->range;
	const char *path = s->sampling->path;
	int fd, ret;

	fd = fgagg_runfile_find(path, err);
	if (fd < 0)
		return fgagg_error_prefix(err, fd, path);
	ret = fgagg_interval_open(fd, &s->sampling->cpus, &s->ivs, err);
	if (!ret)
		ret = fgagg_interval_resolve(s->ivs, &range, err);
	if (ret)
		return fgagg_error_prefix(err, ret, path);
	s->done = range.first - 1;
	s->end = range.last;
	return 0;
}

static int open_live(struct fgagg_series *s, const char *debugfs,
		     struct fgagg_error *err)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, 0 };
	int ret;

	ret = fgagg_live_open(debugfs, &s->live, err);
	if (!ret)
		ret = fgagg_live_snapshot(s->live, &s->prev, err);
	if (ret)
		return ret;
	fgagg_timer_start(&s->timer, s->sampling->interval_ns, signals);
	s->end = SIZE_MAX;
	return 0;
}

/**
 * fgagg_series_open - start to read intervals
 * @sampling: which; has to live as long as @series
 * @debugfs: where debugfs is mounted, NULL to look it up
 * @series: set; fgagg_series_close() gives it back
 * @err: set on failure
 *
 * SIGINT, SIGTERM and SIGHUP end a series of the live module and nothing else,
 * until it is closed.
 *
 * Return: 0; -ERANGE if there are no such intervals; another negative errno.
 */
int fgagg_series_open(const struct fgagg_sampling *sampling,
		      const char *debugfs, struct fgagg_series **series,
		      struct fgagg_error *err)
{
	struct fgagg_series *s = calloc(1, sizeof(*s));
	int ret;

	if (!s)
		return fgagg_error_nomem(err);
	s->sampling = sampling;
	ret = sampling->path ? open_run(s, err) : open_live(s, debugfs, err);
	if (ret) {
		fgagg_series_close(s);
		return ret;
	}
	if (sampling->count && sampling->count < s->end - s->done)
		s->end = s->done + sampling->count;
	*series = s;
	return 0;
}

/**
 * fgagg_series_close - give back a series
 * @series: from fgagg_series_open()
 */
void fgagg_series_close(struct fgagg_series *series)
{
	if (series->prev)
		fgagg_timer_stop(&series->timer);
	fgagg_snapshot_free(series->prev);
	fgagg_live_free(series->live);
	fgagg_interval_close(series->ivs);
	free(series);
}

/**
 * fgagg_series_left - how many intervals are to come
 * @series: a series
 *
 * Return: the number, at most; SIZE_MAX or nearly so if it has no end.
 */
size_t fgagg_series_left(const struct fgagg_series *series)
{
	return series->end - series->done;
}

static int next_live(struct fgagg_series *s, struct fgagg_interval *iv,
		     struct fgagg_error *err)
{
	struct fgagg_snap *now;
	siginfo_t info;
	int ret;

	if (fgagg_timer_wait(&s->timer, &info))
		return -ECANCELED;
	ret = fgagg_live_snapshot(s->live, &now, err);
	if (ret)
		return ret;
	ret = fgagg_interval_between(s->prev, now, &s->sampling->cpus, iv, err);
	fgagg_snapshot_free(s->prev);
	s->prev = now;
	return ret;
}

/**
 * fgagg_series_next - wait for the next interval, or read it
 * @series: a series
 * @nr: of a run file, take so many intervals as one, or what is left
 * @which: set to their numbers, from 1 on
 * @iv: set to what happened; fgagg_interval_free() gives it back in any case
 * @err: set on failure
 *
 * Return: 1; 0 if there is none; as fgagg_interval_load() or
 * fgagg_live_snapshot().
 */
int fgagg_series_next(struct fgagg_series *series, size_t nr,
		      struct fgagg_range *which, struct fgagg_interval *iv,
		      struct fgagg_error *err)
{
	size_t left = fgagg_series_left(series);
	int ret;

	memset(iv, 0, sizeof(*iv));
	if (!left)
		return 0;
	if (series->live)
		nr = 1;
	which->host = series->sampling->range.host;
	which->first = series->done + 1;
	which->last = series->done + (nr < left ? nr : left);
	series->done = which->last;
	if (series->live)
		ret = next_live(series, iv, err);
	else
		ret = fgagg_interval_load(series->ivs, which, iv, err);
	if (ret == -ECANCELED)
		return 0;
	if (ret && series->ivs)
		return fgagg_error_prefix(err, ret, series->sampling->path);
	return ret ? ret : 1;
}

/**
 * fgagg_series_run - the run file that is read
 * @series: a series
 *
 * Return: the run, or NULL for the live module.
 */
const struct fgagg_intervals *
fgagg_series_run(const struct fgagg_series *series)
{
	return series->ivs;
}
