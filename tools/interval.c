// SPDX-License-Identifier: GPL-2.0-only
#include "interval.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "merge.h"
#include "runfile.h"

/**
 * struct fgagg_intervals - a run file that is read by intervals
 * @run: the file
 * @cpus: the CPUs to take
 * @kept: the snapshot that was read last, or NULL
 * @kept_at: which one that is
 */
struct fgagg_intervals {
	struct fgagg_run *run;
	const struct fgagg_cpulist *cpus;
	struct fgagg_snap *kept;
	size_t kept_at;
};

/* A number from 1 on; 0 if there is none. */
static int parse_number(const char **text, size_t *value)
{
	char *end;

	*value = 0;
	if (!isdigit((unsigned char)**text))
		return 0;
	errno = 0;
	*value = strtoul(*text, &end, 10);
	*text = end;
	return errno || !*value ? -EINVAL : 0;
}

/**
 * fgagg_interval_parse - parse a stretch of intervals
 * @text: "A..B", "A..", "..B" or "N", counted from 1
 * @range: set
 *
 * Return: 0, or -EINVAL if @text is none of these, or B is before A.
 */
int fgagg_interval_parse(const char *text, struct fgagg_range *range)
{
	if (parse_number(&text, &range->first))
		return -EINVAL;
	if (!*text && range->first) {
		range->last = range->first;
		return 0;
	}
	if (strncmp(text, "..", 2))
		return -EINVAL;
	text += 2;
	if (parse_number(&text, &range->last) || *text ||
	    (!range->first && !range->last) ||
	    (range->last && range->last < range->first))
		return -EINVAL;
	return 0;
}

/**
 * fgagg_interval_is_whole - whether a stretch leaves nothing out
 * @range: the stretch
 *
 * Return: true for all of a run, however long that is.
 */
bool fgagg_interval_is_whole(const struct fgagg_range *range)
{
	return !range->first && !range->last;
}

/**
 * fgagg_interval_open - read a run file by intervals
 * @fd: the file, taken over, also on failure
 * @cpus: the CPUs to take, which have to live as long as @ivs
 * @ivs: set; fgagg_interval_close() gives it back
 * @err: set on failure
 *
 * Return: as fgagg_runfile_open().
 */
int fgagg_interval_open(int fd, const struct fgagg_cpulist *cpus,
			struct fgagg_intervals **ivs, struct fgagg_error *err)
{
	struct fgagg_intervals *new;
	struct fgagg_run *run;
	int ret;

	ret = fgagg_runfile_open(fd, &run, err);
	if (ret)
		return ret;
	new = calloc(1, sizeof(*new));
	if (!new) {
		fgagg_runfile_free(run);
		return fgagg_error_nomem(err);
	}
	new->run = run;
	new->cpus = cpus;
	*ivs = new;
	return 0;
}

/**
 * fgagg_interval_close - give back a run file
 * @ivs: from fgagg_interval_open(), or NULL
 */
void fgagg_interval_close(struct fgagg_intervals *ivs)
{
	if (!ivs)
		return;
	fgagg_snapshot_free(ivs->kept);
	fgagg_runfile_free(ivs->run);
	free(ivs);
}

/**
 * fgagg_interval_count - the number of intervals
 * @ivs: a run
 *
 * Return: the number, one less than that of the snapshots.
 */
size_t fgagg_interval_count(const struct fgagg_intervals *ivs)
{
	size_t nr = fgagg_runfile_count(ivs->run);

	return nr ? nr - 1 : 0;
}

/**
 * fgagg_interval_identity - the description of a run
 * @ivs: a run
 *
 * Return: as fgagg_runfile_identity().
 */
const char *fgagg_interval_identity(const struct fgagg_intervals *ivs)
{
	return fgagg_runfile_identity(ivs->run);
}

/**
 * fgagg_interval_damaged - how much of the file is not used
 * @ivs: a run
 *
 * Return: as fgagg_runfile_damaged().
 */
__u64 fgagg_interval_damaged(const struct fgagg_intervals *ivs)
{
	return fgagg_runfile_damaged(ivs->run);
}

/**
 * fgagg_interval_resolve - find the ends of a stretch of intervals
 * @ivs: a run
 * @range: the stretch; ends that are 0 are set to those of the run
 * @err: set on failure
 *
 * Return: 0; -ENODATA if the run has no interval; -ERANGE if it has not that
 * many.
 */
int fgagg_interval_resolve(const struct fgagg_intervals *ivs,
			   struct fgagg_range *range, struct fgagg_error *err)
{
	size_t nr = fgagg_interval_count(ivs);

	if (!nr)
		return fgagg_error_set(err, -ENODATA,
				       "the run has %zu snapshots, and a difference needs two: record for longer",
				       fgagg_runfile_count(ivs->run));
	if (range->first > nr || range->last > nr)
		return fgagg_error_set(err, -ERANGE,
				       "there is no interval %zu: the run has intervals 1 to %zu",
				       range->first > nr ? range->first :
							   range->last, nr);
	if (!range->first)
		range->first = 1;
	if (!range->last)
		range->last = nr;
	return 0;
}

/* Reads snapshot @i into ivs->kept, if it is not there yet. */
static int keep(struct fgagg_intervals *ivs, size_t i, struct fgagg_error *err)
{
	int ret;

	if (ivs->kept && ivs->kept_at == i)
		return 0;
	fgagg_snapshot_free(ivs->kept);
	ivs->kept = NULL;
	ret = fgagg_runfile_snapshot(ivs->run, i, &ivs->kept, err);
	ivs->kept_at = i;
	return ret;
}

/*
 * Of each epoch the last snapshot is added.  @base, which is snapshot @from, is
 * subtracted as soon as the end of its own epoch has been added.
 */
static int difference(struct fgagg_intervals *ivs,
		      const struct fgagg_snap *base, size_t from, size_t to,
		      struct fgagg_interval *iv, struct fgagg_error *err)
{
	const struct fgagg_run *run = ivs->run;
	size_t i;
	int ret;

	for (i = from; i <= to; i++) {
		if (i < to && fgagg_runfile_epoch(run, i) ==
			      fgagg_runfile_epoch(run, i + 1))
			continue;
		if (i > from) {
			ret = keep(ivs, i, err);
			if (!ret)
				ret = fgagg_merge_add(iv->tree, ivs->kept,
						      ivs->cpus, err);
			if (!ret && !iv->resets)
				ret = fgagg_merge_sub(iv->tree, base,
						      ivs->cpus, err);
			if (ret)
				return ret;
		}
		iv->resets += i < to;
	}
	return fgagg_tree_finish(iv->tree) ? fgagg_error_nomem(err) : 0;
}

static int begin(struct fgagg_interval *iv, __u64 start, __u64 end,
		 struct fgagg_error *err)
{
	memset(iv, 0, sizeof(*iv));
	iv->start = start;
	/* That clock may have been set back. */
	iv->duration = end > start ? end - start : 0;
	iv->tree = fgagg_tree_new();
	return iv->tree ? 0 : fgagg_error_nomem(err);
}

/**
 * fgagg_interval_load - what happened in a stretch of intervals
 * @ivs: a run
 * @range: the stretch
 * @iv: set; fgagg_interval_free() gives it back, also after a failure
 * @err: set on failure
 *
 * Return: 0; as fgagg_interval_resolve(); as fgagg_runfile_snapshot(),
 * fgagg_merge_add() and fgagg_merge_sub().
 */
int fgagg_interval_load(struct fgagg_intervals *ivs,
			const struct fgagg_range *range,
			struct fgagg_interval *iv, struct fgagg_error *err)
{
	struct fgagg_range whole = *range;
	struct fgagg_snap *base;
	size_t from, to;
	int ret;

	memset(iv, 0, sizeof(*iv));
	ret = fgagg_interval_resolve(ivs, &whole, err);
	if (ret)
		return ret;
	from = whole.first - 1;
	to = whole.last;
	ret = begin(iv, fgagg_runfile_time(ivs->run, from),
		    fgagg_runfile_time(ivs->run, to), err);
	if (!ret)
		ret = keep(ivs, from, err);
	if (ret)
		return ret;
	base = ivs->kept;
	ivs->kept = NULL;
	ret = difference(ivs, base, from, to, iv, err);
	fgagg_snapshot_free(base);
	return ret;
}

/**
 * fgagg_interval_between - what happened between two snapshots
 * @base: the earlier one
 * @last: the later one; if it is of another epoch, all it counts is taken
 * @cpus: the CPUs to take
 * @iv: set; fgagg_interval_free() gives it back, also after a failure
 * @err: set on failure
 *
 * Return: as fgagg_merge_add() and fgagg_merge_sub().
 */
int fgagg_interval_between(const struct fgagg_snap *base,
			   const struct fgagg_snap *last,
			   const struct fgagg_cpulist *cpus,
			   struct fgagg_interval *iv, struct fgagg_error *err)
{
	const struct fgagg_snapshot *from = fgagg_snapshot_head(base);
	const struct fgagg_snapshot *to = fgagg_snapshot_head(last);
	int ret;

	ret = begin(iv, from->realtime_ns, to->realtime_ns, err);
	if (!ret)
		ret = fgagg_merge_add(iv->tree, last, cpus, err);
	if (ret)
		return ret;
	iv->resets = from->epoch != to->epoch;
	if (!iv->resets)
		ret = fgagg_merge_sub(iv->tree, base, cpus, err);
	if (!ret && fgagg_tree_finish(iv->tree))
		ret = fgagg_error_nomem(err);
	return ret;
}

/**
 * fgagg_interval_free - give back what happened
 * @iv: as it was set
 */
void fgagg_interval_free(struct fgagg_interval *iv)
{
	fgagg_tree_free(iv->tree);
	iv->tree = NULL;
}
