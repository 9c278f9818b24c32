// SPDX-License-Identifier: GPL-2.0-only
#include "merge.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stats.h"

/**
 * struct link - a record and its place in the tree
 * @key: that of @rec, which is somewhere in megabytes
 * @rec: the record
 * @node: the node; only known for the first link of a key while resolving
 */
struct link {
	__u64 key;
	const struct fgagg_record *rec;
	struct fgagg_node *node;
};

/**
 * struct merge - a snapshot on its way into a tree
 * @tree: the tree
 * @snap: the snapshot
 * @links: its records, by key
 * @nr: number of @links
 * @err: where errors go
 */
struct merge {
	struct fgagg_tree *tree;
	const struct fgagg_snap *snap;
	struct link *links;
	size_t nr;
	struct fgagg_error *err;
};

static int by_key(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

/* The first link with the key, which stands for all of them. */
static struct link *find(const struct merge *m, __u64 key)
{
	size_t low = 0, high = m->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (m->links[mid].key < key)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < m->nr && m->links[low].key == key)
		return &m->links[low];
	return NULL;
}

static const char *name_of(const struct merge *m, const struct link *link)
{
	return fgagg_snapshot_name(m->snap, link->rec);
}

/*
 * Climbs from a record to a caller that has its node, or to the root, and goes
 * back down making nodes.  Every record is passed upwards at most once.
 */
static int resolve(struct merge *m, struct link *link)
{
	const struct fgagg_snapshot *head = fgagg_snapshot_head(m->snap);
	unsigned int context = link->rec->context;
	struct link *path[FGAGG_TREE_DEPTH_MAX];
	struct fgagg_node *node;
	size_t n = 0;

	do {
		if (n == FGAGG_TREE_DEPTH_MAX)
			return fgagg_error_set(m->err, -EINVAL,
					       "damaged snapshot: %s is called in a circle or too deep",
					       name_of(m, path[0]));
		path[n++] = link;
		if (link->rec->parent == head->root_key[context]) {
			node = fgagg_tree_root(m->tree, context);
			break;
		}
		link = find(m, link->rec->parent);
		if (!link || link->rec->context != context)
			return fgagg_error_set(m->err, -EINVAL,
					       "damaged snapshot: the caller of %s is missing",
					       name_of(m, path[n - 1]));
		node = link->node;
	} while (!node);
	if (node->depth + n > FGAGG_TREE_DEPTH_MAX)
		return fgagg_error_set(m->err, -EINVAL,
				       "damaged snapshot: %s is called in a circle or too deep",
				       name_of(m, path[0]));
	while (n) {
		node = fgagg_tree_child(m->tree, node, name_of(m, path[--n]));
		if (!node)
			return fgagg_error_nomem(m->err);
		path[n]->node = node;
	}
	return 0;
}

static int resolve_all(struct merge *m)
{
	struct link *first = NULL, *link;
	int ret;

	for (link = m->links; link < m->links + m->nr; link++) {
		if (!first || first->key != link->key) {
			first = link;
			ret = link->node ? 0 : resolve(m, link);
			if (ret)
				return ret;
		}
		if (link->rec->parent != first->rec->parent ||
		    link->rec->context != first->rec->context ||
		    strcmp(name_of(m, link), name_of(m, first)))
			return fgagg_error_set(m->err, -EINVAL,
					       "damaged snapshot: %s and %s share a path key",
					       name_of(m, first),
					       name_of(m, link));
		link->node = first->node;
	}
	return 0;
}

static int begin(struct merge *m)
{
	size_t i;

	m->nr = fgagg_snapshot_count(m->snap);
	m->links = calloc(m->nr + 1, sizeof(*m->links));
	if (!m->links) {
		fgagg_error_nomem(m->err);
		return -ENOMEM;
	}
	for (i = 0; i < m->nr; i++) {
		m->links[i].rec = fgagg_snapshot_record(m->snap, i);
		m->links[i].key = m->links[i].rec->key;
	}
	qsort(m->links, m->nr, sizeof(*m->links), by_key);
	return resolve_all(m);
}

static int add_record(struct fgagg_node *node, const struct fgagg_record *rec)
{
	int ret;

	if (!node->dist.count)
		node->min = UINT64_MAX;
	ret = fgagg_dist_add(&node->dist, fgagg_snapshot_buckets(rec),
			     rec->nr_buckets);
	if (ret)
		return ret;
	if (__builtin_add_overflow(node->total, rec->total, &node->total) ||
	    __builtin_add_overflow(node->self, rec->self, &node->self) ||
	    __builtin_add_overflow(node->cost, fgagg_snapshot_cost(rec),
				   &node->cost))
		return -EOVERFLOW;
	if (!rec->nr_buckets)
		return 0;
	if (rec->min < node->min)
		node->min = rec->min;
	if (rec->max > node->max || !node->slowest.size) {
		node->max = rec->max;
		node->slowest = *rec;
	}
	return 0;
}

static int sub_record(struct fgagg_node *node, const struct fgagg_record *rec)
{
	int ret;

	ret = fgagg_dist_sub(&node->dist, fgagg_snapshot_buckets(rec),
			     rec->nr_buckets);
	if (ret)
		return ret;
	if (__builtin_sub_overflow(node->total, rec->total, &node->total) ||
	    __builtin_sub_overflow(node->self, rec->self, &node->self) ||
	    __builtin_sub_overflow(node->cost, fgagg_snapshot_cost(rec),
				   &node->cost))
		return -ERANGE;
	/* The slowest call of all was one of those that are taken out. */
	if (rec->cpu == node->slowest.cpu && rec->max == node->slowest.max &&
	    rec->max_ticks == node->slowest.max_ticks)
		node->slowest.size = 0;
	return 0;
}

static int too_many(struct fgagg_error *err)
{
	return fgagg_error_set(err, -EOVERFLOW,
			       "damaged snapshot: counts above 2^63");
}

static int went_down(struct fgagg_error *err, const char *what)
{
	return fgagg_error_set(err, -ERANGE,
			       "snapshots in wrong order: counts of %s went down without a reset",
			       what);
}

static int for_each(struct merge *m, const struct fgagg_cpulist *cpus,
		    int (*apply)(struct fgagg_node *node,
				 const struct fgagg_record *rec))
{
	struct link *link;
	int ret;

	for (link = m->links; link < m->links + m->nr; link++) {
		if (!fgagg_cpulist_has(cpus, link->rec->cpu))
			continue;
		ret = apply(link->node, link->rec);
		if (ret == -ENOMEM)
			return fgagg_error_nomem(m->err);
		if (ret)
			return ret == -ERANGE ?
			       went_down(m->err, name_of(m, link)) :
			       too_many(m->err);
	}
	return 0;
}

/* Counts stay below 2^63, which is what JSON readers can take. */
static int add_calls(__u64 *to, __u64 calls)
{
	if (__builtin_add_overflow(*to, calls, to) || *to > INT64_MAX)
		return -EOVERFLOW;
	return 0;
}

static int add_totals(struct fgagg_totals *to, const struct fgagg_snap *snap,
		      struct fgagg_error *err)
{
	const struct fgagg_snapshot *head = fgagg_snapshot_head(snap);
	unsigned int i;

	if (to->clock_khz && (to->clock_khz != head->clock_khz ||
			      to->precision != head->precision))
		return fgagg_error_set(err, -EINVAL,
				       "clock or precision changed: %llu kHz and %u, then %llu kHz and %u",
				       to->clock_khz, to->precision,
				       head->clock_khz, head->precision);
	to->epoch = head->epoch;
	to->clock_khz = head->clock_khz;
	to->precision = head->precision;
	if (add_calls(&to->entered, head->entered))
		return too_many(err);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		if (add_calls(&to->lost[i], head->lost[i]))
			return too_many(err);
	fgagg_stats_text(fgagg_snapshot_stats(snap), "hook", to->hook,
			 sizeof(to->hook));
	return 0;
}

static int sub_totals(struct fgagg_totals *from, const struct fgagg_snap *snap,
		      struct fgagg_error *err)
{
	const struct fgagg_snapshot *head = fgagg_snapshot_head(snap);
	unsigned int i;

	if (from->epoch != head->epoch || from->clock_khz != head->clock_khz ||
	    from->precision != head->precision)
		return fgagg_error_set(err, -ESTALE,
				       "snapshots are not of one epoch: there was a reset between them");
	if (__builtin_sub_overflow(from->entered, head->entered,
				   &from->entered))
		return went_down(err, "calls entered");
	for (i = 0; i < FGAGG_LOST_NR; i++)
		if (__builtin_sub_overflow(from->lost[i], head->lost[i],
					   &from->lost[i]))
			return went_down(err, "calls lost");
	return 0;
}

/**
 * fgagg_merge_add - add a snapshot to a tree
 * @tree: the tree, not finished
 * @snap: the snapshot
 * @cpus: the CPUs to take
 * @err: set on failure, after which the tree is of no use
 *
 * Return: 0; -EINVAL if the records do not form a tree, or the clock or the
 * precision is not that of the snapshots before; -EOVERFLOW; -ENOMEM.
 */
int fgagg_merge_add(struct fgagg_tree *tree, const struct fgagg_snap *snap,
		    const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	struct merge m = { .tree = tree, .snap = snap, .err = err };
	int ret;

	ret = add_totals(fgagg_tree_totals(tree), snap, err);
	if (!ret)
		ret = begin(&m);
	if (!ret)
		ret = for_each(&m, cpus, add_record);
	free(m.links);
	return ret;
}

/**
 * fgagg_merge_sub - subtract a snapshot from a tree
 * @tree: the tree, not finished
 * @snap: a snapshot of the epoch that was added last, and before that one
 * @cpus: the CPUs that were taken
 * @err: set on failure, after which the tree is of no use
 *
 * Return: 0; -ESTALE if it is of another epoch; -ERANGE if it is not an
 * earlier one; -EINVAL if its records do not form a tree; -ENOMEM.
 */
int fgagg_merge_sub(struct fgagg_tree *tree, const struct fgagg_snap *snap,
		    const struct fgagg_cpulist *cpus, struct fgagg_error *err)
{
	struct merge m = { .tree = tree, .snap = snap, .err = err };
	int ret;

	ret = sub_totals(fgagg_tree_totals(tree), snap, err);
	if (!ret)
		ret = begin(&m);
	if (!ret)
		ret = for_each(&m, cpus, sub_record);
	free(m.links);
	return ret;
}
