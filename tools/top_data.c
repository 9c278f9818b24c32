// SPDX-License-Identifier: GPL-2.0-only
#include "top_data.h"

#include <stddef.h>

#include "merge.h"

static void free_trees(struct fgagg_top_data *data)
{
	unsigned int i;

	for (i = 0; i < FGAGG_TOP_RANGES; i++) {
		fgagg_tree_free(data->tree[i]);
		data->tree[i] = NULL;
	}
}

/* The first snapshot may be the last but one at the same time. */
static void drop_prev(struct fgagg_top_data *data)
{
	if (data->prev != data->first)
		fgagg_snapshot_free(data->prev);
	data->prev = NULL;
}

static void drop_first(struct fgagg_top_data *data)
{
	if (data->first != data->now)
		fgagg_snapshot_free(data->first);
	data->first = NULL;
}

/**
 * fgagg_top_data_add - take a further snapshot
 * @data: the snapshots; trees of them are gone
 * @snap: the snapshot, which is taken over
 */
void fgagg_top_data_add(struct fgagg_top_data *data, struct fgagg_snap *snap)
{
	const struct fgagg_snapshot *head = fgagg_snapshot_head(snap), *old;

	free_trees(data);
	if (!data->now) {
		data->first = snap;
		data->now = snap;
		data->first_ns = head->boottime_ns;
		return;
	}
	old = fgagg_snapshot_head(data->now);
	data->prev_ns = old->boottime_ns;
	data->interval++;
	drop_prev(data);
	if (old->epoch == head->epoch) {
		data->prev = data->now;
	} else {
		drop_first(data);
		fgagg_snapshot_free(data->now);
	}
	data->now = snap;
}

/**
 * fgagg_top_data_free - give all back
 * @data: the snapshots
 */
void fgagg_top_data_free(struct fgagg_top_data *data)
{
	free_trees(data);
	drop_prev(data);
	drop_first(data);
	fgagg_snapshot_free(data->now);
	data->now = NULL;
}

/**
 * fgagg_top_data_range - since when calls can be shown
 * @data: the snapshots
 * @wanted: since when they should be shown
 *
 * Return: @wanted, or before the first interval has passed FGAGG_TOP_RESET.
 */
enum fgagg_top_range fgagg_top_data_range(const struct fgagg_top_data *data,
					  enum fgagg_top_range wanted)
{
	return data->interval ? wanted : FGAGG_TOP_RESET;
}

static const struct fgagg_snap *base_of(const struct fgagg_top_data *data,
					enum fgagg_top_range range)
{
	switch (range) {
	case FGAGG_TOP_INTERVAL:
		return data->prev;
	case FGAGG_TOP_START:
		return data->first;
	default:
		return NULL;
	}
}

static int make_tree(const struct fgagg_top_data *data,
		     const struct fgagg_snap *base,
		     const struct fgagg_cpulist *cpus, struct fgagg_tree *tree,
		     struct fgagg_error *err)
{
	int ret;

	ret = fgagg_merge_add(tree, data->now, cpus, err);
	if (!ret && base)
		ret = fgagg_merge_sub(tree, base, cpus, err);
	if (!ret && fgagg_tree_finish(tree))
		ret = fgagg_error_nomem(err);
	return ret;
}

/**
 * fgagg_top_data_tree - the calls of a range
 * @data: the snapshots, at least one
 * @range: of fgagg_top_data_range()
 * @cpus: the CPUs to take, the same every time
 * @tree: set to a tree that is finished, and stays until the next snapshot
 * @err: set on failure
 *
 * Return: 0 or a negative errno.
 */
int fgagg_top_data_tree(struct fgagg_top_data *data, enum fgagg_top_range range,
			const struct fgagg_cpulist *cpus,
			struct fgagg_tree **tree, struct fgagg_error *err)
{
	int ret;

	if (!data->tree[range]) {
		*tree = fgagg_tree_new();
		ret = *tree ? make_tree(data, base_of(data, range), cpus, *tree,
					err) : fgagg_error_nomem(err);
		if (ret) {
			fgagg_tree_free(*tree);
			return ret;
		}
		data->tree[range] = *tree;
	}
	*tree = data->tree[range];
	return 0;
}

/**
 * fgagg_top_data_ns - how long a range is
 * @data: the snapshots, at least one
 * @range: of fgagg_top_data_range()
 *
 * Return: its length in ns; 0 if nobody knows, as since a reset, and of a run that
 * was imported.
 */
__u64 fgagg_top_data_ns(const struct fgagg_top_data *data,
			enum fgagg_top_range range)
{
	__u64 now = fgagg_snapshot_head(data->now)->boottime_ns, since;

	if (range == FGAGG_TOP_RESET)
		return 0;
	since = range == FGAGG_TOP_START ? data->first_ns : data->prev_ns;
	return now > since ? now - since : 0;
}

/**
 * fgagg_top_data_since_reset - whether a range was cut short by a reset
 * @data: the snapshots
 * @range: of fgagg_top_data_range()
 *
 * Return: true if what is counted begins with a reset.
 */
bool fgagg_top_data_since_reset(const struct fgagg_top_data *data,
				enum fgagg_top_range range)
{
	return !base_of(data, range);
}
