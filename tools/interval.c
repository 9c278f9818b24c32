// SPDX-License-Identifier: GPL-2.0-only
#include "interval.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "combine.h"
#include "identity.h"
#include "merge.h"
#include "runfile.h"

/**
 * struct part - one of the runs in a file
 * @identity: what it is
 * @label: what it is called
 * @first: its first snapshot
 * @nr: number of its intervals
 * @clock: of it; a reset may have changed what snapshots have
 */
struct part {
	const char *identity;
	char *label;
	size_t first;
	size_t nr;
	struct fgagg_clock clock;
};

/**
 * struct fgagg_intervals - a run file that is read by intervals
 * @run: the file
 * @cpus: the CPUs to take
 * @parts: the runs in it
 * @nr_parts: number of @parts
 * @clock: of all
 * @kept: the snapshot that was read last, or NULL
 * @kept_at: which one that is
 */
struct fgagg_intervals {
	struct fgagg_run *run;
	const struct fgagg_cpulist *cpus;
	struct part *parts;
	size_t nr_parts;
	struct fgagg_clock clock;
	struct fgagg_snap *kept;
	size_t kept_at;
};

static int find_parts(struct fgagg_intervals *ivs)
{
	size_t i, nr = fgagg_runfile_parts(ivs->run);

	ivs->parts = calloc(nr, sizeof(*ivs->parts));
	if (!ivs->parts)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		struct part *part = &ivs->parts[ivs->nr_parts++];

		part->identity = fgagg_runfile_part(ivs->run, i, &part->first,
						    &part->nr);
		part->nr -= !!part->nr;
		part->label = fgagg_identity_label(part->identity);
		if (!part->label)
			return -ENOMEM;
	}
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

/* A reset may have changed the clock, and is followed by a whole snapshot. */
static int add_clocks(struct fgagg_intervals *ivs, struct part *part,
		      struct fgagg_error *err)
{
	const struct fgagg_snapshot *head;
	size_t i;
	int ret;

	for (i = part->first; i <= part->first + part->nr; i++) {
		if (i > part->first && fgagg_runfile_epoch(ivs->run, i) ==
				       fgagg_runfile_epoch(ivs->run, i - 1))
			continue;
		ret = keep(ivs, i, err);
		if (ret)
			return ret;
		head = fgagg_snapshot_head(ivs->kept);
		fgagg_combine_clock(&part->clock, head->clock_khz,
				    head->precision);
		fgagg_combine_clock(&ivs->clock, head->clock_khz,
				    head->precision);
	}
	return 0;
}

/* Of all runs, whichever are asked for later. */
static int find_clocks(struct fgagg_intervals *ivs, struct fgagg_error *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < ivs->nr_parts; i++)
		if (ivs->parts[i].nr)
			ret = add_clocks(ivs, &ivs->parts[i], err);
	return ret;
}

/**
 * fgagg_interval_open - read a run file by intervals
 * @fd: the file, taken over, also on failure
 * @cpus: the CPUs to take, which have to live as long as @ivs
 * @ivs: set; fgagg_interval_close() gives it back
 * @err: set on failure
 *
 * Return: as fgagg_runfile_open() and fgagg_runfile_snapshot().
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
	ret = find_parts(new) ? fgagg_error_nomem(err) : find_clocks(new, err);
	if (ret) {
		fgagg_interval_close(new);
		return ret;
	}
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
	while (ivs->nr_parts)
		free(ivs->parts[--ivs->nr_parts].label);
	free(ivs->parts);
	fgagg_runfile_free(ivs->run);
	free(ivs);
}

static bool is_taken(const struct part *part, const struct fgagg_range *range)
{
	return !range->host || !fnmatch(range->host, part->label, 0);
}

/* Of the longest run that is taken. */
static size_t count(const struct fgagg_intervals *ivs,
		    const struct fgagg_range *range)
{
	size_t i, nr = 0;

	for (i = 0; i < ivs->nr_parts; i++)
		if (is_taken(&ivs->parts[i], range) && ivs->parts[i].nr > nr)
			nr = ivs->parts[i].nr;
	return nr;
}

/* The run that is taken, if it is a single one. */
static const struct part *only_part(const struct fgagg_intervals *ivs,
				    const struct fgagg_range *range)
{
	const struct part *only = NULL;
	size_t i;

	for (i = 0; i < ivs->nr_parts; i++) {
		if (!is_taken(&ivs->parts[i], range))
			continue;
		if (only)
			return NULL;
		only = &ivs->parts[i];
	}
	return only;
}

/**
 * fgagg_interval_identity - the description of what is taken of a file
 * @ivs: the file
 * @range: what is taken of it
 *
 * Return: that of the run, or NULL if there are several.
 */
const char *fgagg_interval_identity(const struct fgagg_intervals *ivs,
				    const struct fgagg_range *range)
{
	const struct part *only = only_part(ivs, range);

	return only ? only->identity : NULL;
}

/**
 * fgagg_interval_runs - the number of runs in a file
 * @ivs: the file
 *
 * Return: the number, 1 if they were not merged.
 */
size_t fgagg_interval_runs(const struct fgagg_intervals *ivs)
{
	return ivs->nr_parts;
}

/**
 * fgagg_interval_run - one of the runs in a file
 * @ivs: the file
 * @run: below fgagg_interval_runs()
 * @range: what is taken of it
 *
 * Return: its description, or NULL if it is not taken.
 */
const char *fgagg_interval_run(const struct fgagg_intervals *ivs, size_t run,
			       const struct fgagg_range *range)
{
	const struct part *part = &ivs->parts[run];

	return is_taken(part, range) ? part->identity : NULL;
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

static int no_host(const struct fgagg_intervals *ivs, const char *host,
		   struct fgagg_error *err)
{
	char labels[256] = "";
	size_t i, len = 0;

	for (i = 0; i < ivs->nr_parts && len < sizeof(labels); i++)
		len += snprintf(labels + len, sizeof(labels) - len, "%s%s",
				i ? ", " : "", ivs->parts[i].label);
	return fgagg_error_set(err, -ERANGE,
			       "no run is of host '%s': there are %s", host,
			       labels);
}

/**
 * fgagg_interval_resolve - find the ends of a stretch of intervals
 * @ivs: a run
 * @range: the stretch; ends that are 0 are set to those of the run
 * @err: set on failure
 *
 * Return: 0; -ENODATA if the run has no interval; -ERANGE if it has not that
 * many, or there is none of that host.
 */
int fgagg_interval_resolve(const struct fgagg_intervals *ivs,
			   struct fgagg_range *range, struct fgagg_error *err)
{
	size_t i, nr = count(ivs, range);

	for (i = 0; i < ivs->nr_parts; i++)
		if (is_taken(&ivs->parts[i], range))
			break;
	if (i == ivs->nr_parts)
		return no_host(ivs, range->host, err);
	if (!nr && fgagg_runfile_damaged(ivs->run))
		return fgagg_error_set(err, -ENODATA,
				       "the run is cut short or damaged before its second snapshot: nothing in it can be shown");
	if (!nr)
		return fgagg_error_set(err, -ENODATA,
				       "a difference needs two snapshots, and the run has fewer: record for longer");
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

/* What the kept snapshot counts, and if it is given @base does not. */
static int count_kept(struct fgagg_intervals *ivs, struct fgagg_tree *tree,
		      const struct fgagg_snap *base, struct fgagg_error *err)
{
	int ret = fgagg_merge_add(tree, ivs->kept, ivs->cpus, err);

	return !ret && base ? fgagg_merge_sub(tree, base, ivs->cpus, err) : ret;
}

/* Add the kept snapshot, by the clock that is wanted. */
static int add_kept(struct fgagg_intervals *ivs, struct fgagg_tree *sum,
		    const struct fgagg_clock *clock,
		    const struct fgagg_snap *base, struct fgagg_error *err)
{
	const struct fgagg_snapshot *head = fgagg_snapshot_head(ivs->kept);
	struct fgagg_tree *tree;
	int ret;

	if (head->clock_khz == clock->khz && head->precision == clock->precision)
		return count_kept(ivs, sum, base, err);
	tree = fgagg_tree_new();
	if (!tree)
		return fgagg_error_nomem(err);
	ret = count_kept(ivs, tree, base, err);
	if (!ret && fgagg_tree_finish(tree))
		ret = fgagg_error_nomem(err);
	if (!ret)
		ret = fgagg_combine_add(sum, clock, tree, err);
	fgagg_tree_free(tree);
	return ret;
}

/*
 * Of each epoch the last snapshot is added.  @base, which is snapshot @from, is
 * subtracted from the end of its own epoch.
 */
static int difference(struct fgagg_intervals *ivs,
		      const struct fgagg_clock *clock,
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
				ret = add_kept(ivs, iv->tree, clock,
					       iv->resets ? NULL : base, err);
			if (ret)
				return ret;
		}
		iv->resets += i < to;
	}
	return fgagg_tree_finish(iv->tree) ? fgagg_error_nomem(err) : 0;
}

static int begin(struct fgagg_interval *iv, __u64 start,
		 struct fgagg_error *err)
{
	memset(iv, 0, sizeof(*iv));
	iv->start = start;
	iv->tree = fgagg_tree_new();
	return iv->tree ? 0 : fgagg_error_nomem(err);
}

/* By a clock that nobody sets. */
static __u64 elapsed(const struct fgagg_snap *base,
		     const struct fgagg_snap *last)
{
	__u64 from = fgagg_snapshot_head(base)->boottime_ns;
	__u64 to = fgagg_snapshot_head(last)->boottime_ns;

	return to > from ? to - from : 0;
}

static int load_part(struct fgagg_intervals *ivs, const struct part *part,
		     const struct fgagg_range *range,
		     struct fgagg_interval *iv, struct fgagg_error *err)
{
	size_t from = part->first + range->first - 1;
	size_t to = part->first +
		    (range->last < part->nr ? range->last : part->nr);
	struct fgagg_snap *base;
	int ret;

	ret = begin(iv, fgagg_runfile_time(ivs->run, from), err);
	if (!ret)
		ret = keep(ivs, from, err);
	if (ret)
		return ret;
	base = ivs->kept;
	ivs->kept = NULL;
	ret = difference(ivs, &part->clock, base, from, to, iv, err);
	if (!ret)
		iv->duration = elapsed(base, ivs->kept);
	fgagg_snapshot_free(base);
	return ret;
}

/*
 * The clocks of machines differ: the earliest start, and the longest time; but none if
 * nobody knows in what time the calls of one came.
 */
static int add_part(struct fgagg_intervals *ivs, const struct part *part,
		    const struct fgagg_range *range, struct fgagg_interval *sum,
		    struct fgagg_error *err)
{
	struct fgagg_interval iv;
	int ret;

	ret = load_part(ivs, part, range, &iv, err);
	if (!ret)
		ret = fgagg_combine_add(sum->tree, &ivs->clock, iv.tree, err);
	if (!sum->start || !iv.duration ||
	    (sum->duration && iv.duration > sum->duration))
		sum->duration = iv.duration;
	if (!sum->start || iv.start < sum->start)
		sum->start = iv.start;
	sum->resets += iv.resets;
	fgagg_interval_free(&iv);
	return ret;
}

static int load_parts(struct fgagg_intervals *ivs,
		      const struct fgagg_range *range,
		      struct fgagg_interval *iv, struct fgagg_error *err)
{
	size_t i;
	int ret;

	ret = begin(iv, 0, err);
	for (i = 0; !ret && i < ivs->nr_parts; i++)
		if (is_taken(&ivs->parts[i], range) &&
		    range->first <= ivs->parts[i].nr)
			ret = add_part(ivs, &ivs->parts[i], range, iv, err);
	if (!ret && fgagg_tree_finish(iv->tree))
		ret = fgagg_error_nomem(err);
	return ret;
}

/**
 * fgagg_interval_load - what happened in a stretch of intervals
 * @ivs: a run
 * @range: the stretch
 * @iv: set; fgagg_interval_free() gives it back, also after a failure
 * @err: set on failure
 *
 * Return: 0; as fgagg_interval_resolve(); as fgagg_runfile_snapshot(),
 * fgagg_merge_add(), fgagg_merge_sub() and fgagg_combine_add().
 */
int fgagg_interval_load(struct fgagg_intervals *ivs,
			const struct fgagg_range *range,
			struct fgagg_interval *iv, struct fgagg_error *err)
{
	struct fgagg_range whole = *range;
	const struct part *only;
	int ret;

	memset(iv, 0, sizeof(*iv));
	ret = fgagg_interval_resolve(ivs, &whole, err);
	if (ret)
		return ret;
	only = only_part(ivs, &whole);
	/* One run by itself keeps its own clock. */
	return only ? load_part(ivs, only, &whole, iv, err) :
		      load_parts(ivs, &whole, iv, err);
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

	ret = begin(iv, from->realtime_ns, err);
	iv->duration = elapsed(base, last);
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
