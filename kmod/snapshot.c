// SPDX-License-Identifier: GPL-2.0-only
#include "snapshot.h"

#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/siphash.h>
#include <linux/timekeeping.h>
#include <linux/vmalloc.h>

#include "clock.h"
#include "funcset.h"
#include "session.h"

#define STATS_SIZE	4096

/* Readers of any age and any compiler see the same layout. */
static_assert(sizeof(struct fgagg_snapshot) == 176);
static_assert(sizeof(struct fgagg_section) == 16);
static_assert(sizeof(struct fgagg_bucket) == 16);
static_assert(sizeof(struct fgagg_record) == 104);

static siphash_key_t key_secret __ro_after_init;

/**
 * fgagg_snapshot_init - choose a secret for the keys of paths
 *
 * Context: process; once, before there are files to read.
 */
void __init fgagg_snapshot_init(void)
{
	get_random_bytes(&key_secret, sizeof(key_secret));
}

/*
 * Path keys are made of the addresses of functions, in a way that can be undone,
 * and snapshots end in files that are given to others.  So they have a keyed hash
 * instead, which is as unique, and says nothing.
 */
static u64 outside_key(u64 key)
{
	return siphash_1u64(key, &key_secret);
}

/* Offsets into the blob: it may move while it grows. */
struct section {
	size_t head;
	size_t body;
};

static struct section section_begin(struct fgagg_blob *b, u32 type)
{
	struct section s = { .head = b->len };
	struct fgagg_section *head = fgagg_blob_add(b, sizeof(*head));

	if (head)
		head->type = type;
	s.body = b->len;
	return s;
}

static void section_end(struct fgagg_blob *b, struct section s)
{
	struct fgagg_section *head;

	if (b->err)
		return;
	head = (struct fgagg_section *)(b->data + s.head);
	head->size = b->len - s.body;
	fgagg_blob_add(b, ALIGN(b->len, 8) - b->len);
}

static void add_stats(struct fgagg_blob *b)
{
	struct section s = section_begin(b, FGAGG_SECTION_STATS);
	/* What seq_printf() looks at. */
	struct seq_file m = { .size = STATS_SIZE };

	m.buf = fgagg_blob_add(b, STATS_SIZE);
	if (!m.buf)
		return;
	fgagg_session_show_stats(&m);
	b->len -= STATS_SIZE - m.count;
	section_end(b, s);
}

static void add_strings(struct fgagg_blob *b)
{
	struct section s = section_begin(b, FGAGG_SECTION_STRINGS);
	struct fgagg_func *f;
	size_t len;
	char *p;

	fgagg_blob_add(b, 1);
	list_for_each_entry(f, fgagg_funcset_list(), node) {
		if (f->state == FGAGG_FUNC_SKIPPED)
			continue;
		len = strlen(f->name) + 1;
		f->string = b->len - s.body;
		p = fgagg_blob_add(b, len);
		if (!p)
			return;
		memcpy(p, f->name, len);
	}
	section_end(b, s);
}

/**
 * fgagg_snapshot_contexts - the context of every node of a tree
 * @cct: the tree
 * @used: number of nodes to look at, node 0 included
 *
 * A parent comes before its children, so one pass over the nodes will do.  A
 * node that is being made has FGAGG_CTX_NR: leave it out.
 *
 * Context: process, may sleep, fgagg_shard_lock() is held.
 * Return: an array for the caller to vfree(), or NULL if there is no memory.
 */
u8 *fgagg_snapshot_contexts(const struct fgagg_cct *cct, u32 used)
{
	const u64 *root_key = fgagg_shard_config.root_key;
	const struct fgagg_node *parent;
	u8 *context = fgagg_blob_array(used, sizeof(*context));
	u32 i;
	int c;

	if (!context)
		return NULL;
	for (i = 1; i < used; i++) {
		context[i] = FGAGG_CTX_NR;
		if (!(i % 1024))
			cond_resched();
		/* Pairs with the release in fgagg_cct_insert(). */
		if (!smp_load_acquire(&cct->node[i].key))
			continue;
		for (c = 0; c < FGAGG_CTX_NR; c++)
			if (cct->node[i].parent == root_key[c])
				break;
		if (c == FGAGG_CTX_NR) {
			parent = fgagg_cct_find(cct, cct->node[i].parent);
			if (parent && parent - cct->node < i)
				c = context[parent - cct->node];
		}
		context[i] = c;
	}
	return context;
}

static void add_bucket(u32 bucket, u64 count, void *data)
{
	struct fgagg_bucket *out = fgagg_blob_add(data, sizeof(*out));

	if (out) {
		out->index = bucket;
		out->count = count;
	}
}

static void add_record(struct fgagg_blob *b, const struct fgagg_table *table,
		       const struct fgagg_node *node, int cpu, u8 context)
{
	struct fgagg_func *f = fgagg_funcset_by_addr(fgagg_node_func(node));
	struct fgagg_record *r = fgagg_blob_add(b, sizeof(*r));
	size_t at = b->len;

	if (!r)
		return;
	r->header_size = sizeof(*r);
	r->cpu = cpu;
	r->context = context;
	r->key = outside_key(node->key);
	r->parent = outside_key(node->parent);
	r->name = f ? f->string : 0;
	/* Sums before buckets: an average is never too great by a call. */
	r->total = local64_read(&node->total);
	r->self = local64_read(&node->self);
	r->cost = local64_read(&node->cost);
	r->min = READ_ONCE(node->min);
	r->max = READ_ONCE(node->max);
	r->max_ticks = READ_ONCE(node->max_ticks);
	r->max_pid = READ_ONCE(node->max_pid);
	memcpy(r->max_comm, node->max_comm, sizeof(r->max_comm) - 1);

	fgagg_hist_for_each(&node->hist, &table->pool, add_bucket, b);
	if (b->err)
		return;
	r = (struct fgagg_record *)(b->data + at - sizeof(*r));
	r->size = b->len - at + sizeof(*r);
	r->nr_buckets = (b->len - at) / sizeof(struct fgagg_bucket);
}

static u32 add_table(struct fgagg_blob *b, const struct fgagg_table *table,
		     int cpu)
{
	u32 used = READ_ONCE(table->cct.used);
	u8 *context = fgagg_snapshot_contexts(&table->cct, used);
	u32 i, nr = 0;

	if (!context) {
		b->err = -ENOMEM;
		return 0;
	}
	for (i = 1; i < used && !b->err; i++) {
		if (context[i] == FGAGG_CTX_NR)
			continue;
		add_record(b, table, &table->cct.node[i], cpu, context[i]);
		nr++;
		cond_resched();
	}
	vfree(context);
	return nr;
}

static u32 add_records(struct fgagg_blob *b)
{
	struct section s = section_begin(b, FGAGG_SECTION_RECORDS);
	const struct fgagg_table *table;
	u32 nr = 0;
	int cpu;

	for_each_possible_cpu(cpu) {
		table = fgagg_shard_table(cpu);
		if (table)
			nr += add_table(b, table, cpu);
	}
	section_end(b, s);
	return nr;
}

static void fill_head(struct fgagg_snapshot *head)
{
	struct fgagg_counters sum;
	int i;

	head->magic = FGAGG_SNAPSHOT_MAGIC;
	head->version = FGAGG_SNAPSHOT_VERSION;
	head->header_size = sizeof(*head);
	head->epoch = fgagg_shard_epoch();
	head->clock_khz = fgagg_clock_khz();
	head->ticks = fgagg_clock();
	head->realtime_ns = ktime_get_real_ns();
	head->boottime_ns = ktime_get_boottime_ns();
	fgagg_shard_counters(&sum);
	head->entered = sum.entered;
	head->open = sum.entered - sum.left;
	head->clamped = sum.clamped;
	memcpy(head->lost, sum.lost, sizeof(head->lost));
	for (i = 0; i < FGAGG_CTX_NR; i++)
		head->root_key[i] =
			outside_key(fgagg_shard_config.root_key[i]);
	head->precision = fgagg_shard_config.precision;
}

/**
 * fgagg_snapshot_make - make a snapshot
 * @b: an empty blob
 *
 * Tracing goes on meanwhile.
 *
 * Context: process, may sleep, the session is locked.
 * Return: 0, or -ENOMEM; the blob is the caller's to free either way.
 */
int fgagg_snapshot_make(struct fgagg_blob *b)
{
	struct fgagg_snapshot *head = fgagg_blob_add(b, sizeof(*head));
	u32 nr;

	if (!head)
		return b->err;
	add_stats(b);
	add_strings(b);
	fgagg_shard_lock();
	if (!b->err)
		fill_head((struct fgagg_snapshot *)b->data);
	nr = add_records(b);
	fgagg_shard_unlock();
	if (b->err)
		return b->err;
	head = (struct fgagg_snapshot *)b->data;
	head->size = b->len;
	head->nr_records = nr;
	return 0;
}
