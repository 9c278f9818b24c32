// SPDX-License-Identifier: GPL-2.0-only
#include "test_tools_helper.h"

#include <stdio.h>

#define MAX_NODES	256
#define MAX_BUCKETS	8192

struct build_node {
	char path[512];
	struct fgagg_record rec;
	__u64 bucket[MAX_BUCKETS];
};

void build_init(struct build *b)
{
	unsigned int i;

	memset(b, 0, sizeof(*b));
	b->head.magic = FGAGG_SNAPSHOT_MAGIC;
	b->head.version = FGAGG_SNAPSHOT_VERSION;
	b->head.header_size = sizeof(b->head);
	b->record_size = sizeof(struct fgagg_record);
	b->head.epoch = 1;
	b->head.clock_khz = 1000000;	/* a tick is a nanosecond */
	b->head.precision = FGAGG_PRECISION_DEFAULT;
	for (i = 0; i < FGAGG_CTX_NR; i++)
		b->head.root_key[i] = 0x1000 + i;
	b->nodes = calloc(MAX_NODES, sizeof(*b->nodes));
	assert_non_null(b->nodes);
}

void build_free(struct build *b)
{
	free(b->nodes);
	b->nodes = NULL;
}

/* FNV-1a of the context and the path. */
static __u64 key_of(unsigned int context, const char *path)
{
	const __u64 prime = 0x100000001b3;
	__u64 key = (0xcbf29ce484222325 ^ context) * prime;

	for (; *path; path++)
		key = (key ^ (unsigned char)*path) * prime;
	return key;
}

/* The record of a path on a CPU; it and its callers are made if need be. */
struct fgagg_record *build_path(struct build *b, unsigned int cpu,
				unsigned int context, const char *path)
{
	__u64 key = key_of(context, path);
	struct build_node *node;
	char caller[512];
	size_t i;

	for (i = 0; i < b->nr; i++)
		if (b->nodes[i].rec.key == key && b->nodes[i].rec.cpu == cpu)
			return &b->nodes[i].rec;
	snprintf(caller, sizeof(caller), "%s", path);
	if (strrchr(caller, ';')) {
		*strrchr(caller, ';') = '\0';
		build_path(b, cpu, context, caller);
	} else {
		*caller = '\0';
	}
	assert_true(b->nr < MAX_NODES);
	node = &b->nodes[b->nr++];
	snprintf(node->path, sizeof(node->path), "%s", path);
	node->rec.cpu = cpu;
	node->rec.context = context;
	node->rec.key = key;
	node->rec.parent = *caller ? key_of(context, caller) :
				     b->head.root_key[context];
	node->rec.min = ~0ULL;
	return &node->rec;
}

void build_call(struct build *b, unsigned int cpu, unsigned int context,
		const char *path, __u64 ticks, __u64 self, __u64 times)
{
	struct fgagg_record *rec = build_path(b, cpu, context, path);
	struct build_node *node = (void *)((char *)rec -
					   offsetof(struct build_node, rec));

	node->bucket[fgagg_bucket_index(ticks, b->head.precision)] += times;
	rec->total += ticks * times;
	rec->self += self * times;
	if (ticks < rec->min)
		rec->min = ticks;
	if (ticks > rec->max) {
		rec->max = ticks;
		rec->max_ticks = b->head.ticks + b->head.entered;
		rec->max_pid = 100 + cpu;
		memcpy(rec->max_comm, "sender", 7);
	}
	b->head.entered += times;
}

static void put(char *bytes, size_t *size, const void *data, size_t len)
{
	if (bytes)
		memcpy(bytes + *size, data, len);
	*size += len;
}

static size_t begin_section(char *bytes, size_t *size, __u32 type)
{
	struct fgagg_section sec = { .type = type };

	put(bytes, size, &sec, sizeof(sec));
	return *size;
}

static void end_section(char *bytes, size_t *size, size_t start)
{
	__u64 len = *size - start;

	if (bytes)
		memcpy(bytes + start - sizeof(len), &len, sizeof(len));
	put(bytes, size, "\0\0\0\0\0\0\0", -len & 7);
}

static void put_strings(struct build *b, char *bytes, size_t *size)
{
	size_t start, i;

	start = begin_section(bytes, size, FGAGG_SECTION_STRINGS);
	put(bytes, size, "", 1);
	for (i = 0; i < b->nr; i++) {
		const char *name = strrchr(b->nodes[i].path, ';');

		name = name ? name + 1 : b->nodes[i].path;
		b->nodes[i].rec.name = *size - start;
		put(bytes, size, name, strlen(name) + 1);
	}
	end_section(bytes, size, start);
}

static void put_record(struct build_node *node, size_t head, char *bytes,
		       size_t *size)
{
	struct fgagg_bucket bucket = { 0 };
	size_t start = *size, i;

	node->rec.nr_buckets = 0;
	for (i = 0; i < MAX_BUCKETS; i++)
		node->rec.nr_buckets += !!node->bucket[i];
	node->rec.header_size = head;
	node->rec.size = head + node->rec.nr_buckets * sizeof(bucket);
	put(bytes, size, &node->rec, head);
	for (i = 0; i < MAX_BUCKETS; i++) {
		bucket.index = i;
		bucket.count = node->bucket[i];
		if (bucket.count)
			put(bytes, size, &bucket, sizeof(bucket));
	}
	assert_int_equal(*size - start, node->rec.size);
}

static size_t put_all(struct build *b, char *bytes)
{
	size_t size = 0, start, i;

	put(bytes, &size, &b->head, sizeof(b->head));
	if (b->stats) {
		start = begin_section(bytes, &size, FGAGG_SECTION_STATS);
		put(bytes, &size, b->stats, strlen(b->stats));
		end_section(bytes, &size, start);
	}
	put_strings(b, bytes, &size);
	start = begin_section(bytes, &size, FGAGG_SECTION_RECORDS);
	for (i = 0; i < b->nr; i++)
		put_record(&b->nodes[i], b->record_size, bytes, &size);
	end_section(bytes, &size, start);
	return size;
}

/* Time passes, by both clocks. */
void build_wait(struct build *b, __u64 ns)
{
	b->head.realtime_ns += ns;
	b->head.boottime_ns += ns;
}

/* The bytes are of exactly their size, so that ASan sees a step past them. */
void *build_bytes(struct build *b, size_t *size)
{
	char *bytes;

	b->head.nr_records = b->nr;
	b->head.size = put_all(b, NULL);
	*size = b->head.size;
	bytes = malloc(*size);
	assert_non_null(bytes);
	put_all(b, bytes);
	return bytes;
}

struct fgagg_snap *build_snapshot(struct build *b)
{
	struct fgagg_snap *snap = NULL;
	struct fgagg_error err = { "" };
	size_t size;
	void *bytes;

	bytes = build_bytes(b, &size);
	if (fgagg_snapshot_parse(bytes, size, &snap, &err))
		fail_msg("%s", err.text);
	return snap;
}

/* A little traffic on two CPUs, for output that a person can check. */
void build_example(struct build *b)
{
	unsigned int cpu;
	__u64 i;

	b->stats = "version: 1\nstate: on\nhook: graph\n";
	b->head.ticks = 5000000000;
	b->head.realtime_ns = 1700000000000000000;
	b->head.boottime_ns = 5000000000;
	for (cpu = 0; cpu < 2; cpu++) {
		for (i = 0; i < 50; i++) {
			build_call(b, cpu, FGAGG_CTX_TASK, "udp_sendmsg",
				   8000 + 100 * i, 3000, 1);
			build_call(b, cpu, FGAGG_CTX_TASK,
				   "udp_sendmsg;ip_make_skb", 2000 + 10 * i,
				   2000 + 10 * i, 1);
			build_call(b, cpu, FGAGG_CTX_TASK,
				   "udp_sendmsg;udp_send_skb.isra.0",
				   3000 + 50 * i, 1000, 1);
			build_call(b, cpu, FGAGG_CTX_TASK,
				   "udp_sendmsg;udp_send_skb.isra.0;nf_hook_slow",
				   500 + i, 500 + i, 2);
		}
		build_call(b, cpu, FGAGG_CTX_SOFTIRQ,
			   "net_rx_action;virtnet_poll [virtio_net];nf_hook_slow",
			   700 + cpu, 700 + cpu, 30);
		build_call(b, cpu, FGAGG_CTX_SOFTIRQ,
			   "net_rx_action;virtnet_poll [virtio_net]",
			   150000 + cpu, 120000, 10);
	}
	/* One that is slow, and one that has not returned. */
	build_call(b, 1, FGAGG_CTX_TASK, "udp_sendmsg", 2500000, 2000000, 1);
	build_path(b, 1, FGAGG_CTX_HARDIRQ, "vring_interrupt [virtio_ring]");
	b->head.entered += 1;
	b->head.open = 1;
}
