// SPDX-License-Identifier: GPL-2.0-only
/*
 * core: what layer 1 of the module costs on the processor at hand: the entry and
 * the return of a call, without a hook and without a clock, with so many live
 * paths that are called at random.  Beside it, the same done plainly, with a hash
 * table (uthash) of histograms (GSL) of as many buckets.
 *
 * Prints "core ROW PATHS FIELD VALUE" in the form that table.py reads; values are
 * for one call.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <x86intrin.h>

#include <gsl/gsl_histogram.h>
#include <uthash.h>

#include "counters.h"
#include "frame.h"
#include "macros.h"

#define ORDER		1048576		/* length of the sequence of calls */
#define CALLS		65536		/* in a round, which is a part of it */
#define ROUNDS		160		/* of which the fastest counts */
#define LATENCIES	4096
#define PRECISION	4

/* Times are from 2^10 to 2^14 ticks, four octaves, as those of a usual path. */
#define LOW_OCTAVE	10
#define OCTAVES		4

static const u64 root_key[FGAGG_CTX_NR] = { 1, 3, 5, 7 };

static struct {
	u32 nr_paths;
	u32 *order;		/* ORDER paths, at random */
	u64 latency[LATENCIES];
	u64 sum;		/* so that no loop is left out */
} load;

static void *zeroed(size_t nr, size_t size)
{
	size_t bytes = (nr * size + 63) / 64 * 64;
	void *p = aligned_alloc(64, bytes);

	if (!p)
		err(1, "%zu bytes", bytes);
	return memset(p, 0, bytes);
}

/* Those of modules are some hundred bytes apart. */
static unsigned long function(u32 path)
{
	return 0xffffffffc0000000UL + 272UL * path;
}

static void make_load(u32 nr_paths)
{
	u64 x = 88172645463325252ULL;
	u32 i;

	load.nr_paths = nr_paths;
	free(load.order);
	load.order = zeroed(ORDER, sizeof(u32));
	for (i = 0; i < ORDER; i++) {
		/* Marsaglia, "Xorshift RNGs", 2003 */
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		load.order[i] = i < nr_paths ? i : (x >> 16) % nr_paths;
		load.latency[i % LATENCIES] = (1ULL << (LOW_OCTAVE + (x >> 60) % OCTAVES)) |
					      (x & ((1 << LOW_OCTAVE) - 1));
	}
}

static void loop_setup(void)
{
}

static void loop_round(const u32 *order)
{
	u32 i;

	for (i = 0; i < CALLS; i++)
		load.sum += order[i] + load.latency[i % LATENCIES];
}

/* fgagg: what fgagg_shard_enter() to fgagg_shard_exit() make of layer 1 */

static struct fgagg_cct cct;
static struct fgagg_pool pool;

static void fgagg_setup(void)
{
	u32 nr = load.nr_paths + 1, chunks = 10 * nr + 1;

	fgagg_cct_init(&cct, zeroed(fgagg_cct_index_size(nr),
				    sizeof(struct fgagg_node *)),
		       zeroed(nr + 1, sizeof(struct fgagg_node)), nr);
	fgagg_pool_init(&pool, zeroed(chunks, fgagg_pool_chunk_bytes(PRECISION)),
			chunks, PRECISION);
}

static void fgagg_record(const struct fgagg_frame *f, const struct fgagg_times *t,
			 u64 now)
{
	struct fgagg_node *node = fgagg_cct_slot(&cct, f->key);

	if (unlikely(!fgagg_node_matches(node, f->key, f->func))) {
		node = fgagg_cct_find(&cct, f->key);
		if (!node)
			node = fgagg_frame_insert(&cct, f, root_key);
		if (!node || !fgagg_node_is(node, f->func))
			errx(1, "a call was lost");
	}
	if (!fgagg_node_record(node, &pool, t->total, t->self, t->cost))
		errx(1, "the pool is empty");
	if (unlikely(t->total > node->max)) {
		node->max = t->total;
		node->max_ticks = now;
	}
}

static void fgagg_round(const u32 *order)
{
	static const struct fgagg_cost cost = { 1, 1 };
	struct fgagg_frame caller, f;
	struct fgagg_mark m = { };
	struct fgagg_times t;
	u32 i;

	fgagg_frame_enter(&caller, NULL, root_key, function(0), FGAGG_CTX_TASK, 1);
	fgagg_frame_start(&caller, m.now);
	for (i = 0; i < CALLS; i++) {
		fgagg_frame_enter(&f, &caller, root_key, function(order[i]),
				  FGAGG_CTX_TASK, 0);
		fgagg_frame_start(&f, m.now);
		m.now += load.latency[i % LATENCIES];
		if (!fgagg_frame_exit(&f, m, true, &cost, &t))
			errx(1, "a time was cut");
		fgagg_record(&f, &t, m.now);
	}
	load.sum += caller.child;
}

/* The same, done plainly */

struct plain {
	u64 key;
	gsl_histogram *histogram;
	u64 total;
	u64 max;
	UT_hash_handle hh;
};

static struct plain *plain_table;

static struct plain *plain_new(u64 key)
{
	static double range[(OCTAVES << PRECISION) + 1];
	struct plain *p = zeroed(1, sizeof(*p));
	u32 i;

	for (i = 0; i < ARRAY_SIZE(range); i++)
		range[i] = (double)((u64)((1 << PRECISION) + i % (1 << PRECISION)) <<
				    (LOW_OCTAVE - PRECISION + (i >> PRECISION)));
	p->key = key;
	p->histogram = gsl_histogram_alloc(OCTAVES << PRECISION);
	if (!p->histogram)
		err(1, "histogram");
	gsl_histogram_set_ranges(p->histogram, range, ARRAY_SIZE(range));
	HASH_ADD(hh, plain_table, key, sizeof(p->key), p);
	return p;
}

static void plain_setup(void)
{
	struct plain *p, *next;

	HASH_ITER(hh, plain_table, p, next) {
		HASH_DEL(plain_table, p);
		gsl_histogram_free(p->histogram);
		free(p);
	}
}

static void plain_round(const u32 *order)
{
	u64 caller = fgagg_cct_mix(root_key[FGAGG_CTX_TASK], function(0));
	u64 start, now = 0, key;
	struct plain *p;
	u32 i;

	for (i = 0; i < CALLS; i++) {
		key = fgagg_cct_mix(caller, function(order[i]));
		start = now;
		now += load.latency[i % LATENCIES];
		HASH_FIND(hh, plain_table, &key, sizeof(key), p);
		if (!p)
			p = plain_new(key);
		gsl_histogram_increment(p->histogram, now - start);
		p->total += now - start;
		if (now - start > p->max)
			p->max = now - start;
	}
}

static const struct subject {
	const char *name;
	void (*setup)(void);
	void (*round)(const u32 *order);	/* CALLS calls */
} subjects[] = {
	{ "loop",	loop_setup,	loop_round },
	{ "core",	fgagg_setup,	fgagg_round },
	{ "plain",	plain_setup,	plain_round },
};

static void put(const struct subject *subject, const char *field, double value)
{
	printf("core\t%s\t%u %s\t%.2f\n", subject->name, load.nr_paths, field, value);
}

static u64 now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ULL + t.tv_nsec;
}

/* Rounds are short, so that some are not disturbed by what else runs here. */
static void measure(const struct subject *subject)
{
	u64 ns, tsc, best_ns = ~0ULL, best_tsc = ~0ULL;
	const u32 *order;
	unsigned int i;

	subject->setup();
	for (i = 0; i < ORDER; i += CALLS)	/* makes the paths */
		subject->round(load.order + i);
	counters_reset();
	for (i = 0; i < ROUNDS; i++) {
		order = load.order + i * CALLS % ORDER;
		counters_start();
		ns = now_ns();
		tsc = __rdtsc();
		subject->round(order);
		tsc = __rdtsc() - tsc;
		ns = now_ns() - ns;
		counters_stop();
		best_ns = ns < best_ns ? ns : best_ns;
		best_tsc = tsc < best_tsc ? tsc : best_tsc;
	}
	counters_read();
	put(subject, "ns", (double)best_ns / CALLS);
	put(subject, "tsc-cycles", (double)best_tsc / CALLS);
	for (i = 0; i < nr_counters; i++)
		if (counters[i].fd >= 0)
			put(subject, counters[i].name,
			    (double)counters[i].count / ROUNDS / CALLS);
}

/* What /proc/cpuinfo calls it. */
static void put_processor(void)
{
	char line[256], name[128] = "unknown processor";
	FILE *file = fopen("/proc/cpuinfo", "r");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "model name : %127[^\n]", name) == 1)
			break;
	if (file)
		fclose(file);
	printf("about\tcore\tprocessor\t%s\n", name);
}

/* The events that are missing from the results, and why. */
static void put_uncounted(void)
{
	unsigned int i, missing = 0;

	for (i = 0; i < nr_counters; i++)
		if (counters[i].fd < 0)
			printf("%s%s", missing++ ? ", " : "about\tcore\tuncounted\t",
			       counters[i].name);
	if (missing)
		puts(" are not counted here");
}

int main(void)
{
	static const u32 sizes[] = { 10, 1000, 100000 };
	unsigned int i, s;

	counters_open();
	put_processor();
	printf("about\tcore\tcompiler\tgcc %s\n", __VERSION__);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		make_load(sizes[i]);
		for (s = 0; s < ARRAY_SIZE(subjects); s++)
			measure(&subjects[s]);
	}
	put_uncounted();
	return 0;
}
