// SPDX-License-Identifier: GPL-2.0-only
#include "paths.h"

#include <linux/cpumask.h>
#include <linux/math64.h>
#include <linux/sched.h>
#include <linux/sort.h>
#include <linux/vmalloc.h>

#include "clock.h"
#include "funcset.h"
#include "shard.h"
#include "snapshot.h"

/**
 * struct part - a node of one shard
 * @key: path key
 * @node: the node
 * @pool: where its histogram is
 */
struct part {
	u64			key;
	const struct fgagg_node	*node;
	const struct fgagg_pool	*pool;
};

/**
 * struct path - a call path, over all CPUs
 * @parent: key of the calling path
 * @part: first of its nodes
 * @nr_parts: how many
 * @count: number of calls
 * @total: sum of inclusive times
 * @self: sum of exclusive times
 * @max: greatest inclusive time
 */
struct path {
	u64		parent;
	struct part	*part;
	u32		nr_parts;
	u64		count;
	u64		total;
	u64		self;
	u64		max;
};

/**
 * struct view - everything that is being shown
 * @part: all nodes, by key
 * @nr_parts: how many
 * @path: all paths, by parent, those that took longest first
 * @nr_paths: how many
 * @bucket: the histogram of one path, over all CPUs
 * @nr_buckets: its length
 */
struct view {
	struct part	*part;
	u32		nr_parts;
	struct path	*path;
	u32		nr_paths;
	u64		*bucket;
	u32		nr_buckets;
};

static int compare_parts(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	/* sort() compares for seconds if there is much. */
	cond_resched();
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (x->node->parent != y->node->parent)
		return x->node->parent < y->node->parent ? -1 : 1;
	return x->node->func < y->node->func ? -1 :
	       x->node->func > y->node->func;
}

static int compare_paths(const void *a, const void *b)
{
	const struct path *x = a, *y = b;

	cond_resched();
	if (x->parent != y->parent)
		return x->parent < y->parent ? -1 : 1;
	return x->total > y->total ? -1 : x->total < y->total;
}

static u32 count_nodes(void)
{
	const struct fgagg_table *table;
	u32 nr = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		table = fgagg_shard_table(cpu);
		if (table)
			nr += READ_ONCE(table->cct.used);
	}
	return nr;
}

static int collect_table(struct view *v, const struct fgagg_table *table,
			 u32 room)
{
	u32 i, used = min(READ_ONCE(table->cct.used), room + 1);
	u8 *context = fgagg_snapshot_contexts(&table->cct, used);

	if (!context)
		return -ENOMEM;
	for (i = 1; i < used; i++) {
		const struct fgagg_node *node = &table->cct.node[i];

		if (!(i % 1024))
			cond_resched();
		if (context[i] != FGAGG_CTX_NR)
			v->part[v->nr_parts++] = (struct part){
				node->key, node, &table->pool
			};
	}
	vfree(context);
	return 0;
}

static int collect(struct view *v)
{
	u32 room = count_nodes();
	const struct fgagg_table *table;
	int cpu, err = 0;

	v->nr_buckets = fgagg_bucket_count(fgagg_shard_config.precision);
	v->bucket = fgagg_blob_array(v->nr_buckets, sizeof(*v->bucket));
	v->part = fgagg_blob_array(max(room, 1U), sizeof(*v->part));
	v->path = fgagg_blob_array(max(room, 1U), sizeof(*v->path));
	if (!v->bucket || !v->part || !v->path)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		table = fgagg_shard_table(cpu);
		if (table && !err)
			err = collect_table(v, table, room - v->nr_parts);
	}
	return err;
}

/* Add up what CPUs know of a path.  One may have the key for another path. */
static void merge(struct view *v)
{
	struct path *p = NULL;
	struct part *part;

	sort(v->part, v->nr_parts, sizeof(*v->part), compare_parts, NULL);
	for (part = v->part; part < v->part + v->nr_parts; part++) {
		const struct fgagg_node *node = part->node;

		if (!p || compare_parts(p->part, part)) {
			p = &v->path[v->nr_paths++];
			p->part = part;
			p->parent = node->parent;
		}
		p->nr_parts++;
		p->count += fgagg_hist_total(&node->hist, part->pool);
		/* Of thousands of tasks that sleep, for months. */
		if (check_add_overflow(p->total, (u64)local64_read(&node->total),
				       &p->total))
			p->total = U64_MAX;
		p->self += local64_read(&node->self);
		p->max = max(p->max, READ_ONCE(node->max));
		cond_resched();
	}
	sort(v->path, v->nr_paths, sizeof(*v->path), compare_paths, NULL);
}

static void add_bucket(u32 bucket, u64 count, void *data)
{
	struct view *v = data;

	v->bucket[bucket] += count;
}

/*
 * The middle of the bucket that holds the call of rank @permille: off by half a
 * bucket at most, and never more than the maximum @slowest.
 */
static u64 quantile(struct view *v, u64 slowest, u64 calls, unsigned int permille)
{
	u64 rank = div_u64(calls * permille + 999, 1000), seen = 0;
	unsigned int k = fgagg_shard_config.precision;
	u32 i;

	for (i = 0; i < v->nr_buckets; i++) {
		seen += v->bucket[i];
		if (seen >= rank && seen)
			return min(slowest, (fgagg_bucket_low(i, k) +
					     fgagg_bucket_low(i + 1, k)) / 2);
	}
	return 0;
}

static void put_ticks(struct fgagg_blob *b, u64 ticks)
{
	static const char * const unit[] = { "ns", "us", "ms", "s " };
	/* Ticks to picoseconds would overflow: split off whole milliseconds. */
	u64 khz = fgagg_clock_khz();
	u64 rest, ms = div64_u64_rem(ticks, khz, &rest);
	u64 ns = ms * 1000000 + div64_u64(rest * 1000000, khz);
	u64 scale = 1;
	int u = 0;

	while (u < 3 && ns / scale >= 10000) {
		scale *= 1000;
		u++;
	}
	if (u)
		fgagg_blob_printf(b, " %5llu.%03llu %s", div64_u64(ns, scale),
				  div64_u64(ns % scale, scale / 1000), unit[u]);
	else
		fgagg_blob_printf(b, " %9llu ns", ns);
}

static struct path *first_child(struct view *v, u64 parent)
{
	u32 low = 0, high = v->nr_paths, mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (v->path[mid].parent < parent)
			low = mid + 1;
		else
			high = mid;
	}
	return low < v->nr_paths && v->path[low].parent == parent ?
	       &v->path[low] : NULL;
}

static bool last_child(const struct view *v, const struct path *p)
{
	return p + 1 == v->path + v->nr_paths || p[1].parent != p->parent;
}

static void put_path(struct fgagg_blob *b, struct view *v,
		     const struct path *p, unsigned int depth, bool leaf)
{
	unsigned int k = fgagg_shard_config.precision;
	u64 calls = 0, slowest = p->max;
	const struct fgagg_func *f;
	u32 i;

	memset(v->bucket, 0, v->nr_buckets * sizeof(*v->bucket));
	for (i = 0; i < p->nr_parts; i++)
		fgagg_hist_for_each(&p->part[i].node->hist, p->part[i].pool,
				    add_bucket, v);
	for (i = 0; i < v->nr_buckets; i++) {
		calls += v->bucket[i];
		/* The slowest may have come since. */
		if (v->bucket[i])
			slowest = max(slowest, fgagg_bucket_low(i, k));
	}

	f = fgagg_funcset_by_addr(fgagg_node_func(p->part->node));
	fgagg_blob_printf(b, "%11llu", calls);
	put_ticks(b, p->total);
	put_ticks(b, p->self);
	put_ticks(b, quantile(v, slowest, calls, 500));
	put_ticks(b, quantile(v, slowest, calls, 990));
	put_ticks(b, slowest);
	fgagg_blob_printf(b, " | %*s%s()%s\n", 2 * depth, "",
			  f ? f->name : "[unknown]", leaf ? ";" : " {");
}

/* The tree below a key, without recursion: paths can be a thousand deep. */
static void put_tree(struct fgagg_blob *b, struct view *v, u64 root)
{
	struct path *p = first_child(v, root), *child;
	struct path **stack;
	unsigned int depth = 0;

	/* A cycle of keys is impossible short of a collision; still, stop. */
	stack = fgagg_blob_array(v->nr_paths + 1, sizeof(*stack));
	if (!stack) {
		b->err = -ENOMEM;
		return;
	}
	while (p && depth < v->nr_paths && !b->err) {
		child = first_child(v, p->part->key);
		put_path(b, v, p, depth, !child);
		cond_resched();
		if (child) {
			stack[depth++] = p;
			p = child;
			continue;
		}
		while (last_child(v, p) && depth) {
			p = stack[--depth];
			fgagg_blob_printf(b, "%11s%13s%13s%13s%13s%13s | %*s}\n",
					  "", "", "", "", "", "", 2 * depth, "");
		}
		p = last_child(v, p) ? NULL : p + 1;
	}
	vfree(stack);
}

static void put_contexts(struct fgagg_blob *b, struct view *v)
{
	static const char * const name[FGAGG_CTX_NR] = {
		[FGAGG_CTX_TASK]	= "task",
		[FGAGG_CTX_SOFTIRQ]	= "softirq",
		[FGAGG_CTX_HARDIRQ]	= "hardirq",
		[FGAGG_CTX_NMI]		= "nmi",
	};
	int c;

	fgagg_blob_printf(b, "#%10s%13s%13s%13s%13s%13s |\n", "COUNT", "TOTAL",
			  "SELF", "P50", "P99", "MAX");
	for (c = 0; c < FGAGG_CTX_NR; c++) {
		if (!first_child(v, fgagg_shard_config.root_key[c]))
			continue;
		fgagg_blob_printf(b, "# [%s]\n", name[c]);
		put_tree(b, v, fgagg_shard_config.root_key[c]);
	}
}

/**
 * fgagg_paths_make - make the text
 * @b: an empty blob
 *
 * Context: process, may sleep, the session is locked.
 * Return: 0, or -ENOMEM; the blob is the caller's to free either way.
 */
int fgagg_paths_make(struct fgagg_blob *b)
{
	struct view v = { };

	fgagg_shard_lock();
	b->err = collect(&v);
	if (!b->err) {
		merge(&v);
		put_contexts(b, &v);
	}
	fgagg_shard_unlock();
	vfree(v.bucket);
	vfree(v.part);
	vfree(v.path);
	return b->err;
}
