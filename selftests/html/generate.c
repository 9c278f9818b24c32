// SPDX-License-Identifier: GPL-2.0-only
/*
 * generate: a run file as of a machine that sends and forwards, for the report.
 *
 *	generate FILE [PATHS [INTERVALS [VARIANT]]]
 *
 * With more PATHS than the machine below has, made-up ones are added.  VARIANT is
 * "slow" for a machine whose conntrack is slower, which does not fragment and
 * which routes instead; "hostile", where every name and the identity try to break
 * out of an HTML page; or "snapshot", where FILE is the last snapshot by itself.
 * The same arguments give the same counts.
 */
#include <err.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "macros.h"
#include "runfile.h"

#define MAX_BUCKETS	96
#define NS_INTERVAL	1000000000ULL

/**
 * struct shape - a call path of the machine
 * @depth: below the context
 * @name: of the function
 * @calls: in an interval
 * @self: ns of a call, without its callees
 */
struct shape {
	unsigned int depth;
	const char *name;
	unsigned int calls;
	unsigned int self;
};

static const struct shape shapes[] = {
	{ 0, "[task]", 0, 0 },
	{ 1, "udp_sendmsg", 21000, 420 },
	{ 2, "ip_route_output_flow", 700, 310 },
	{ 3, "ip_route_output_key_hash_rcu", 700, 540 },
	{ 2, "ip_make_skb", 21000, 260 },
	{ 3, "__ip_append_data.isra.0", 21000, 610 },
	{ 4, "sock_alloc_send_pskb", 21000, 480 },
	{ 3, "__ip_make_skb", 21000, 190 },
	{ 2, "udp_send_skb.isra.0", 21000, 240 },
	{ 3, "ip_send_skb", 21000, 90 },
	{ 4, "nf_hook_slow", 21000, 130 },
	{ 5, "ipv4_conntrack_local [nf_conntrack]", 21000, 90 },
	{ 6, "nf_conntrack_in [nf_conntrack]", 21000, 680 },
	{ 7, "resolve_normal_ct [nf_conntrack]", 21000, 410 },
	{ 5, "nf_nat_ipv4_local_fn [nf_nat]", 21000, 330 },
	{ 4, "ip_output", 21000, 110 },
	{ 5, "nf_hook_slow", 21000, 120 },
	{ 6, "nft_do_chain_ipv4 [nf_tables]", 21000, 720 },
	{ 5, "ip_finish_output", 21000, 140 },
	{ 6, "ip_fragment.constprop.0", 3100, 390 },
	{ 7, "ip_do_fragment", 3100, 2600 },
	{ 8, "ip_finish_output2", 9300, 350 },
	{ 6, "ip_finish_output2", 17900, 340 },
	{ 7, "neigh_resolve_output", 12, 18000 },
	{ 7, "__dev_queue_xmit", 17900, 520 },
	{ 8, "validate_xmit_skb", 17900, 210 },
	{ 8, "sch_direct_xmit", 17900, 260 },
	{ 9, "dev_hard_start_xmit", 17900, 190 },
	{ 10, "start_xmit [virtio_net]", 17900, 2300 },
	{ 11, "free_old_xmit_skbs [virtio_net]", 17900, 640 },
	{ 1, "tcp_sendmsg", 5200, 310 },
	{ 2, "tcp_sendmsg_locked", 5200, 2100 },
	{ 3, "tcp_push", 5200, 140 },
	{ 4, "tcp_write_xmit", 5200, 900 },
	{ 5, "__tcp_transmit_skb", 5200, 1500 },
	{ 6, "__ip_queue_xmit", 5200, 700 },
	{ 7, "ip_local_out", 5200, 220 },
	{ 8, "nf_hook_slow", 5200, 1400 },
	{ 8, "ip_output", 5200, 180 },
	{ 9, "ip_finish_output2", 5200, 620 },
	{ 10, "__dev_queue_xmit", 5200, 1900 },
	{ 0, "[softirq]", 0, 0 },
	{ 1, "net_rx_action", 9000, 480 },
	{ 2, "virtnet_poll [virtio_net]", 9000, 1900 },
	{ 3, "receive_buf [virtio_net]", 24000, 420 },
	{ 4, "napi_gro_receive", 24000, 380 },
	{ 3, "netif_receive_skb_list_internal", 9000, 410 },
	{ 4, "__netif_receive_skb_core.constprop.0", 24000, 290 },
	{ 5, "ip_rcv", 24000, 240 },
	{ 6, "nf_hook_slow", 24000, 140 },
	{ 7, "nf_conntrack_in [nf_conntrack]", 24000, 810 },
	{ 7, "nf_flow_offload_ip_hook [nf_flow_table]", 24000, 560 },
	{ 6, "ip_forward", 8000, 380 },
	{ 7, "xfrm4_output", 8000, 260 },
	{ 8, "xfrm_output_resume", 8000, 620 },
	{ 9, "esp_output [esp4]", 8000, 9400 },
	{ 6, "ip_local_deliver", 16000, 260 },
	{ 7, "udp_rcv", 11000, 640 },
	{ 8, "udp_queue_rcv_one_skb", 11000, 910 },
	{ 7, "tcp_v4_rcv", 5000, 1300 },
	{ 8, "tcp_rcv_established", 5000, 2100 },
	{ 1, "net_tx_action", 700, 1100 },
	{ 2, "__qdisc_run", 700, 900 },
	{ 0, "[hardirq]", 0, 0 },
	{ 1, "vring_interrupt [virtio_ring]", 6100, 390 },
	{ 2, "skb_xmit_done [virtio_net]", 1900, 260 },
	{ 2, "skb_recv_done [virtio_net]", 4200, 310 },
};

/* Of any length that a kernel has, and no ';', which snapshots do not allow. */
static const char *const hostile[] = {
	"</script><script>window.pwned=1</script>",
	"<img/src=x/onerror=window.pwned=1>",
	"\"><svg/onload=window.pwned=1>",
	"__proto__", "constructor", "@FGAGG_DATA@", "<!--", "-->", "&lt",
	"'+window.pwned+'", "${window.pwned=1}", "javascript:window.pwned=1",
};

/**
 * struct path - a call path
 * @name: of the function
 * @parent: index of the caller, 0 for the context
 * @context: &enum fgagg_context
 * @calls: in an interval
 * @self: ns of a call
 * @mean: ns of a call with its callees
 * @name_at: offset of the name among the strings
 * @rec: its counts so far
 * @buckets: the same
 */
struct path {
	char name[64];
	size_t parent;
	unsigned int context;
	unsigned int calls;
	double self;
	double mean;
	__u32 name_at;
	struct fgagg_record rec;
	struct fgagg_bucket buckets[MAX_BUCKETS];
};

static struct path *paths;	/* from 1 on, callers before callees */
static size_t nr_paths;
static const char *variant = "";

static double random_unit(void)
{
	static __u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) / 9007199254740992.0;
}

static struct path *add_path(const char *name, size_t parent,
			     unsigned int context, unsigned int calls,
			     double self)
{
	struct path *p = &paths[++nr_paths];

	snprintf(p->name, sizeof(p->name), "%s", name);
	if (!strcmp(variant, "hostile"))
		snprintf(p->name, sizeof(p->name), "%s",
			 hostile[nr_paths % ARRAY_SIZE(hostile)]);
	p->parent = parent;
	p->context = context;
	p->calls = calls;
	p->self = self;
	p->rec.header_size = sizeof(p->rec);
	p->rec.context = context;
	p->rec.key = nr_paths;
	p->rec.parent = parent ? parent : 0x8000000000000000ULL + context;
	p->rec.min = ~0ULL;
	return p;
}

static void add_shapes(void)
{
	size_t stack[32] = { 0 }, i, skip = 0;
	int context = -1;

	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		struct shape s = shapes[i];

		if (skip && s.depth > skip)
			continue;
		skip = 0;
		if (!s.depth) {
			context++;
			continue;
		}
		if (!strcmp(variant, "slow")) {
			if (strstr(s.name, "conntrack"))
				s.self = s.self * 17 / 10;
			if (!strncmp(s.name, "ip_fragment", 11)) {
				skip = s.depth;
				continue;
			}
			if (!strncmp(s.name, "nf_flow_offload", 15)) {
				s.name = "ip_route_input_noref";
				s.self = 1700;
			}
		}
		add_path(s.name, stack[s.depth - 1], context, s.calls, s.self);
		stack[s.depth] = nr_paths;
	}
}

/* Below paths that are there; deep ones, wide ones, rare ones. */
static void add_made_up(size_t wanted)
{
	char name[64];

	while (nr_paths < wanted) {
		size_t recent = nr_paths > 400 ? nr_paths - 400 : 0, parent;

		parent = 1 + recent +
			 (size_t)(random_unit() * (nr_paths - recent));
		if (random_unit() < .3)
			parent = 1 + (size_t)(random_unit() * nr_paths);
		snprintf(name, sizeof(name), "made_up_%03u",
			 (unsigned int)(random_unit() * 900));
		add_path(name, parent, paths[parent].context,
			 1 + paths[parent].calls * random_unit(),
			 20 + 900 * random_unit());
	}
}

static void compute_means(void)
{
	size_t i;

	for (i = nr_paths; i; i--) {
		struct path *p = &paths[i], *up = &paths[p->parent];

		p->mean += p->self;
		if (p->parent && up->calls)
			up->mean += p->mean * p->calls / up->calls;
	}
}

static void count_call(struct path *p, __u64 ns, __u64 times, __u64 ticks)
{
	__u32 index = fgagg_bucket_index(ns, FGAGG_PRECISION_DEFAULT);
	unsigned int i = 0;

	while (i < p->rec.nr_buckets && p->buckets[i].index < index)
		i++;
	if (i == p->rec.nr_buckets || p->buckets[i].index != index) {
		if (p->rec.nr_buckets == MAX_BUCKETS)
			return;
		memmove(&p->buckets[i + 1], &p->buckets[i],
			(p->rec.nr_buckets++ - i) * sizeof(p->buckets[i]));
		p->buckets[i] = (struct fgagg_bucket) { .index = index };
	}
	p->buckets[i].count += times;
	p->rec.total += ns * times;
	p->rec.self += ns * times * (p->self / p->mean);
	if (ns < p->rec.min)
		p->rec.min = ns;
	if (ns <= p->rec.max)
		return;
	p->rec.max = ns;
	p->rec.max_ticks = ticks;
	p->rec.max_pid = 812;
	memcpy(p->rec.max_comm, strcmp(variant, "hostile") ?
	       "iperf3\0\0\0\0\0\0\0\0\0" : "</script><b>\xff\x1b\n", 16);
}

/* Log-normal; slower for a while in the middle, with a second mode. */
static void run_interval(struct path *p, size_t t, size_t intervals, __u64 ticks)
{
	bool burst = t * 10 > intervals * 4 && t * 10 < intervals * 6;
	double calls = p->calls * (1 + .2 * sin(t / 5.) + .1 * random_unit());
	double z;

	for (z = -2; z < 4.2; z += .05) {
		double times = calls * .05 * exp(-z * z / 2) / 2.5066;
		double ns = p->mean * exp(.22 * z + (z > 2 ? .5 * (z - 2) : 0));

		if (burst)
			ns *= z > .6 ? 3.1 : 1.25;
		times = floor(times + random_unit());
		if (times > 0)
			count_call(p, 1 + (__u64)ns, times, ticks);
	}
}

static void put(FILE *out, const void *data, size_t size)
{
	static const char zero[8];

	fwrite(data, 1, size, out);
	fwrite(zero, 1, -size & 7, out);
}

static void put_strings(FILE *out)
{
	struct fgagg_section sec = { .type = FGAGG_SECTION_STRINGS };
	size_t i;

	sec.size = 1;
	for (i = 1; i <= nr_paths; i++) {
		paths[i].name_at = sec.size;
		sec.size += strlen(paths[i].name) + 1;
	}
	put(out, &sec, sizeof(sec));
	fputc(0, out);
	for (i = 1; i <= nr_paths; i++)
		fwrite(paths[i].name, 1, strlen(paths[i].name) + 1, out);
	fwrite("\0\0\0\0\0\0\0", 1, -sec.size & 7, out);
}

static void put_records(FILE *out)
{
	struct fgagg_section sec = { .type = FGAGG_SECTION_RECORDS };
	size_t i;

	for (i = 1; i <= nr_paths; i++) {
		struct fgagg_record *rec = &paths[i].rec;

		rec->size = sizeof(*rec) + rec->nr_buckets *
			    sizeof(struct fgagg_bucket);
		rec->name = paths[i].name_at;
		sec.size += rec->size;
	}
	put(out, &sec, sizeof(sec));
	for (i = 1; i <= nr_paths; i++) {
		put(out, &paths[i].rec, sizeof(paths[i].rec));
		put(out, paths[i].buckets, paths[i].rec.nr_buckets *
		    sizeof(struct fgagg_bucket));
	}
}

static struct fgagg_snap *snapshot(size_t t)
{
	static const char stats[] = "version: 1\nstate: on\nhook: graph\n";
	struct fgagg_section sec = {
		.type = FGAGG_SECTION_STATS,
		.size = sizeof(stats) - 1,
	};
	struct fgagg_snapshot head = {
		.magic = FGAGG_SNAPSHOT_MAGIC,
		.version = FGAGG_SNAPSHOT_VERSION,
		.header_size = sizeof(head),
		.epoch = 1,
		.clock_khz = 1000000,
		.ticks = t * NS_INTERVAL,
		.realtime_ns = 1700000000000000000 + t * NS_INTERVAL,
		.boottime_ns = t * NS_INTERVAL,
		.precision = FGAGG_PRECISION_DEFAULT,
		.nr_records = nr_paths,
	};
	struct fgagg_error error;
	struct fgagg_snap *snap;
	size_t size, i;
	char *bytes;
	FILE *out = open_memstream(&bytes, &size);

	for (i = 0; i < FGAGG_CTX_NR; i++)
		head.root_key[i] = 0x8000000000000000ULL + i;
	for (i = 1; i <= nr_paths; i++)
		head.entered += paths[i].calls * t;
	head.lost[FGAGG_LOST_OVERRUN] = 17 * t;
	put(out, &head, sizeof(head));
	put(out, &sec, sizeof(sec));
	put(out, stats, sizeof(stats) - 1);
	put_strings(out);
	put_records(out);
	fclose(out);
	((struct fgagg_snapshot *)bytes)->size = size;
	if (fgagg_snapshot_parse(bytes, size, &snap, &error))
		errx(1, "%s", error.text);
	return snap;
}

static const char *identity(void)
{
	if (!strcmp(variant, "hostile"))
		return "{\"machine\":\"</script><script>window.pwned=1</script>\","
		       "\"kernel\":\"<b>6.12\\u2028\",\"start_ns\":\"never\","
		       "\"interval_ns\":{},\"command\":[\"<img src=x onerror=window.pwned=1>\",7]}";
	return "{\"machine\":\"lab1\",\"kernel\":\"6.12.95+deb13-amd64\",\"cpus\":8,"
	       "\"start_ns\":1700000000000000000,\"interval_ns\":1000000000,"
	       "\"command\":[\"iperf3\",\"-u\",\"-c\",\"lab2\",\"-b\",\"10G\",\"-t\",\"60\"]}";
}

static void write_snapshot(const char *path, size_t intervals)
{
	struct fgagg_snap *snap = snapshot(intervals);
	FILE *out = fopen(path, "w");
	const void *bytes;
	size_t size;

	bytes = fgagg_snapshot_bytes(snap, &size);
	if (!out || fwrite(bytes, 1, size, out) != size || fclose(out))
		err(1, "%s", path);
	fgagg_snapshot_free(snap);
}

static void write_run(const char *path, size_t intervals)
{
	struct fgagg_writer *writer;
	struct fgagg_error error;
	struct fgagg_snap *snap;
	size_t t, i;

	if (fgagg_runfile_create(path, identity(), &writer, &error))
		errx(1, "%s", error.text);
	for (t = 0; t <= intervals; t++) {
		snap = snapshot(t);
		if (fgagg_runfile_append(writer, snap, &error))
			errx(1, "%s", error.text);
		fgagg_snapshot_free(snap);
		for (i = 1; i <= nr_paths; i++)
			run_interval(&paths[i], t, intervals, t * NS_INTERVAL);
	}
	if (fgagg_runfile_close(writer, &error))
		errx(1, "%s", error.text);
}

int main(int argc, char **argv)
{
	size_t wanted, intervals, i;

	if (argc < 2)
		errx(2, "usage: generate FILE [PATHS [INTERVALS [VARIANT]]]");
	wanted = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	intervals = argc > 3 ? strtoul(argv[3], NULL, 10) : 60;
	variant = argc > 4 ? argv[4] : "";
	paths = calloc(wanted + ARRAY_SIZE(shapes) + 1, sizeof(*paths));
	if (!paths)
		err(1, "no memory");
	add_shapes();
	add_made_up(wanted);
	compute_means();
	if (strcmp(variant, "snapshot")) {
		write_run(argv[1], intervals);
		return 0;
	}
	for (i = 1; i <= nr_paths; i++)
		run_interval(&paths[i], 1, intervals, NS_INTERVAL);
	write_snapshot(argv[1], intervals);
	return 0;
}
