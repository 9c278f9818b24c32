// SPDX-License-Identifier: GPL-2.0-only
#include "counter.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "snapwriter.h"

#define K		FGAGG_PRECISION_DEFAULT
#define CLOCK_KHZ	1000000

/**
 * struct shard - the calls of a path on one CPU
 * @below: other CPUs', by the next bit of their number, so at most 16 deep
 * @rec: what goes into the snapshot
 * @first: bucket of the first of @counts
 * @nr: number of @counts
 * @counts: calls by bucket; the range grows to what the calls take
 */
struct shard {
	struct shard *below[2];
	struct fgagg_record rec;
	__u32 first;
	__u32 nr;
	__u64 *counts;
};

/**
 * struct fgagg_counter_node - a call path
 * @parent: the calling path, NULL for a context's root
 * @hashed: next in the same slot
 * @listed: the path that came next
 * @shards: its calls
 * @key: path key; a number, and so never that of another path
 * @hash: of @parent and @name
 * @context: &enum fgagg_context
 * @len: bytes of @name
 * @name: the function, zero-terminated
 */
struct fgagg_counter_node {
	struct fgagg_counter_node *parent;
	struct fgagg_counter_node *hashed;
	struct fgagg_counter_node *listed;
	struct shard *shards;
	__u64 key;
	__u64 hash;
	unsigned int context;
	size_t len;
	char name[];
};

/**
 * struct fgagg_counter - what was counted
 * @totals: what belongs to no path
 * @root: the roots, by &enum fgagg_context
 * @first: the path that came first
 * @last: where the next one goes
 * @nr: number of paths
 * @slots: hash table of the paths
 * @nr_slots: a power of two
 */
struct fgagg_counter {
	struct fgagg_counter_totals totals;
	struct fgagg_counter_node root[FGAGG_CTX_NR];
	struct fgagg_counter_node *first;
	struct fgagg_counter_node **last;
	size_t nr;
	struct fgagg_counter_node **slots;
	size_t nr_slots;
};

/**
 * fgagg_counter_new - a counter that has counted nothing
 *
 * Return: the counter, or NULL without memory.
 */
struct fgagg_counter *fgagg_counter_new(void)
{
	struct fgagg_counter *counter = calloc(1, sizeof(*counter));
	unsigned int i;

	if (!counter)
		return NULL;
	counter->nr_slots = 1024;
	counter->slots = calloc(counter->nr_slots, sizeof(*counter->slots));
	if (!counter->slots) {
		free(counter);
		return NULL;
	}
	counter->last = &counter->first;
	for (i = 0; i < FGAGG_CTX_NR; i++) {
		counter->root[i].context = i;
		counter->root[i].key = i + 1;
	}
	return counter;
}

static void free_shards(struct shard *shard)
{
	if (!shard)
		return;
	free_shards(shard->below[0]);
	free_shards(shard->below[1]);
	free(shard->counts);
	free(shard);
}

/**
 * fgagg_counter_free - give back a counter
 * @counter: the counter, or NULL
 */
void fgagg_counter_free(struct fgagg_counter *counter)
{
	struct fgagg_counter_node *node, *next;

	if (!counter)
		return;
	for (node = counter->first; node; node = next) {
		next = node->listed;
		free_shards(node->shards);
		free(node);
	}
	free(counter->slots);
	free(counter);
}

/**
 * fgagg_counter_totals - what belongs to no path
 * @counter: the counter
 *
 * Return: the totals, for the caller to add to.
 */
struct fgagg_counter_totals *
fgagg_counter_totals(struct fgagg_counter *counter)
{
	return &counter->totals;
}

/**
 * fgagg_counter_root - the root of a context
 * @counter: the counter
 * @context: &enum fgagg_context
 *
 * Return: the root.
 */
struct fgagg_counter_node *fgagg_counter_root(struct fgagg_counter *counter,
					      unsigned int context)
{
	return &counter->root[context];
}

/* FNV-1a, which starts with the caller. */
static __u64 hash_of(const struct fgagg_counter_node *parent, const char *name,
		     size_t len)
{
	__u64 hash = 0xcbf29ce484222325 ^ (parent->key * 0x9e3779b97f4a7c15);

	while (len--)
		hash = (hash ^ (unsigned char)*name++) * 0x100000001b3;
	return hash ^ (hash >> 32);
}

static struct fgagg_counter_node **slot_of(const struct fgagg_counter *counter,
					   __u64 hash)
{
	return &counter->slots[hash & (counter->nr_slots - 1)];
}

/* Without memory the table stays as it is, and gets slower. */
static void grow(struct fgagg_counter *counter)
{
	struct fgagg_counter_node *node, **slot;

	slot = calloc(2 * counter->nr_slots, sizeof(*slot));
	if (!slot)
		return;
	free(counter->slots);
	counter->slots = slot;
	counter->nr_slots *= 2;
	for (node = counter->first; node; node = node->listed) {
		slot = slot_of(counter, node->hash);
		node->hashed = *slot;
		*slot = node;
	}
}

static struct fgagg_counter_node *
new_node(struct fgagg_counter *counter, struct fgagg_counter_node *parent,
	 const char *name, size_t len, __u64 hash)
{
	struct fgagg_counter_node *node, **slot;

	node = calloc(1, sizeof(*node) + len + 1);
	if (!node)
		return NULL;
	memcpy(node->name, name, len);
	node->len = len;
	node->hash = hash;
	node->parent = parent;
	node->context = parent->context;
	node->key = FGAGG_CTX_NR + 1 + counter->nr++;
	*counter->last = node;
	counter->last = &node->listed;
	slot = slot_of(counter, hash);
	node->hashed = *slot;
	*slot = node;
	if (counter->nr > counter->nr_slots)
		grow(counter);
	return node;
}

/**
 * fgagg_counter_child - the path of a callee, made if there is none
 * @counter: the counter
 * @parent: the calling path, or a context's root
 * @name: the callee, printable and without semicolons
 * @len: bytes of @name
 *
 * Return: the path, or NULL without memory.
 */
struct fgagg_counter_node *fgagg_counter_child(struct fgagg_counter *counter,
					       struct fgagg_counter_node *parent,
					       const char *name, size_t len)
{
	__u64 hash = hash_of(parent, name, len);
	struct fgagg_counter_node *node;

	for (node = *slot_of(counter, hash); node; node = node->hashed)
		if (node->hash == hash && node->parent == parent &&
		    node->len == len && !memcmp(node->name, name, len))
			return node;
	return new_node(counter, parent, name, len, hash);
}

/**
 * fgagg_counter_context - the context of a path
 * @node: the path
 *
 * Return: &enum fgagg_context
 */
unsigned int fgagg_counter_context(const struct fgagg_counter_node *node)
{
	return node->context;
}

/**
 * fgagg_counter_is - whether a path ends in a function
 * @node: the path
 * @name: the function
 * @len: bytes of @name
 *
 * Return: true if so.
 */
bool fgagg_counter_is(const struct fgagg_counter_node *node, const char *name,
		      size_t len)
{
	return node->len == len && !memcmp(node->name, name, len);
}

/* Where the shard of a CPU is, or belongs, by one bit of its number after the other. */
static struct shard **find_shard(struct fgagg_counter_node *node, __u16 cpu)
{
	struct shard **at = &node->shards;
	unsigned int bits = cpu;

	for (; *at && (*at)->rec.cpu != cpu; bits >>= 1)
		at = &(*at)->below[bits & 1];
	return at;
}

/* As in the module, a path has all its callers on the same CPU. */
static struct shard *get_shard(struct fgagg_counter_node *node, __u16 cpu)
{
	struct shard *shard = NULL, *added, **at;

	for (; node->parent; node = node->parent) {
		at = find_shard(node, cpu);
		if (*at)
			return shard ? shard : *at;
		added = calloc(1, sizeof(*added));
		if (!added)
			return NULL;
		added->rec.cpu = cpu;
		added->rec.context = node->context;
		added->rec.key = node->key;
		added->rec.parent = node->parent->key;
		added->rec.min = UINT64_MAX;
		*at = added;
		if (!shard)
			shard = added;
	}
	return shard;
}

/* Room for some buckets beside the one that is needed. */
static int widen(struct shard *shard, __u32 index)
{
	__u32 first = index & ~15U, end = first + 16;
	__u64 *counts;

	if (shard->nr && shard->first < first)
		first = shard->first;
	if (shard->nr && shard->first + shard->nr > end)
		end = shard->first + shard->nr;
	counts = calloc(end - first, sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	if (shard->nr)
		memcpy(counts + shard->first - first, shard->counts,
		       shard->nr * sizeof(*counts));
	free(shard->counts);
	shard->counts = counts;
	shard->first = first;
	shard->nr = end - first;
	return 0;
}

/**
 * fgagg_counter_add - count a call
 * @node: its path
 * @call: the call
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_counter_add(struct fgagg_counter_node *node,
		      const struct fgagg_counter_call *call)
{
	__u32 index = fgagg_bucket_index(call->total, K);
	struct shard *shard = get_shard(node, call->cpu);
	struct fgagg_record *rec;

	if (!shard)
		return -ENOMEM;
	/* Below @first this is a large number, too. */
	if (index - shard->first >= shard->nr && widen(shard, index))
		return -ENOMEM;
	rec = &shard->rec;
	if (call->total > rec->max || rec->min == UINT64_MAX) {
		rec->max = call->total;
		rec->max_pid = call->pid;
		memcpy(rec->max_comm, call->comm, sizeof(rec->max_comm));
	}
	if (call->total < rec->min)
		rec->min = call->total;
	rec->total += call->total;
	rec->self += call->self;
	shard->counts[index - shard->first]++;
	return 0;
}

static int write_shards(struct fgagg_snapwriter *writer,
			const struct shard *shard, __u32 name)
{
	struct fgagg_bucket *buckets;
	struct fgagg_record rec;
	size_t nr = 0;
	__u32 i;

	if (!shard)
		return 0;
	buckets = calloc(shard->nr + 1, sizeof(*buckets));
	if (!buckets)
		return -ENOMEM;
	for (i = 0; i < shard->nr; i++) {
		buckets[nr].index = shard->first + i;
		buckets[nr].count = shard->counts[i];
		nr += !!shard->counts[i];
	}
	rec = shard->rec;
	rec.name = name;
	fgagg_snapwriter_record(writer, &rec, buckets, nr);
	free(buckets);
	if (write_shards(writer, shard->below[0], name))
		return -ENOMEM;
	return write_shards(writer, shard->below[1], name);
}

static int write_all(struct fgagg_snapwriter *writer,
		     const struct fgagg_counter *counter)
{
	const struct fgagg_counter_node *node;
	__u32 name;

	for (node = counter->first; node; node = node->listed) {
		if (!node->shards)
			continue;
		name = fgagg_snapwriter_name(writer, node->name);
		if (write_shards(writer, node->shards, name))
			return -ENOMEM;
	}
	return 0;
}

/**
 * fgagg_counter_snapshot - what has been counted so far
 * @counter: the counter
 * @stats: the snapshot's text of that name
 * @snap: set to the snapshot
 * @err: set on failure
 *
 * Return: as fgagg_snapwriter_finish().
 */
int fgagg_counter_snapshot(const struct fgagg_counter *counter,
			   const char *stats, struct fgagg_snap **snap,
			   struct fgagg_error *err)
{
	const struct fgagg_counter_totals *totals = &counter->totals;
	struct fgagg_snapshot head = {
		.epoch = 1,
		.clock_khz = CLOCK_KHZ,
		.precision = K,
		.entered = totals->entered,
		.open = totals->open,
		.clamped = totals->clamped,
	};
	struct fgagg_snapwriter *writer = fgagg_snapwriter_new();
	struct timespec now;
	unsigned int i;
	int ret;

	clock_gettime(CLOCK_REALTIME, &now);
	head.realtime_ns = (__u64)now.tv_sec * 1000000000 + now.tv_nsec;
	for (i = 0; i < FGAGG_LOST_NR; i++)
		head.lost[i] = totals->lost[i];
	for (i = 0; i < FGAGG_CTX_NR; i++)
		head.root_key[i] = counter->root[i].key;
	ret = writer && !write_all(writer, counter) ?
	      fgagg_snapwriter_finish(writer, &head, stats, snap, err) :
	      fgagg_error_nomem(err);
	fgagg_snapwriter_free(writer);
	return ret;
}
