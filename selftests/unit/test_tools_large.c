// SPDX-License-Identifier: GPL-2.0-only
#include "test_tools_large.h"

#include <stdio.h>

#define NAMES	3000
#define FANOUT	4
#define BUCKETS	24	/* what a path with tens of thousands of calls has */

static void put(FILE *out, const void *data, size_t size)
{
	assert_int_equal(fwrite(data, 1, size, out), size);
}

/* A section whose content has a length that is a multiple of 8. */
static void put_section(FILE *out, __u32 type, __u64 size)
{
	const struct fgagg_section sec = { .type = type, .size = size };

	put(out, &sec, sizeof(sec));
}

#define NAME_LEN	32

static void put_strings(FILE *out)
{
	char name[NAME_LEN] = "";
	int i;

	put_section(out, FGAGG_SECTION_STRINGS, (NAMES + 1) * NAME_LEN);
	put(out, name, sizeof(name));
	for (i = 0; i < NAMES; i++) {
		memset(name, 0, sizeof(name));
		snprintf(name, sizeof(name), "function_%d", i);
		put(out, name, sizeof(name));
	}
}

/* Keys as a hash would give them: all over the 64 bits, none twice. */
static __u64 key_of(unsigned int path)
{
	return (path + 1) * 0x9e3779b97f4a7c15ULL;
}

static void put_record(FILE *out, unsigned int path, unsigned int cpu)
{
	struct fgagg_bucket bucket = { 0 };
	struct fgagg_record rec = {
		.size = sizeof(rec) + BUCKETS * sizeof(bucket),
		.header_size = sizeof(rec),
		.nr_buckets = BUCKETS,
		.cpu = cpu,
		.context = FGAGG_CTX_TASK,
		.key = key_of(path),
		.parent = path < FANOUT ? 1 : key_of(path / FANOUT - 1),
		.name = (path % NAMES + 1) * NAME_LEN,
		.total = 1000000000ULL / (path + 1),
		.self = 100000000ULL / (path + 1),
		.min = 1000 + path % 977,
	};
	__u32 first, i;

	rec.max = rec.min * 4;
	first = fgagg_bucket_index(rec.min, FGAGG_PRECISION_DEFAULT);
	put(out, &rec, sizeof(rec));
	for (i = 0; i < BUCKETS; i++) {
		bucket.index = first + i;
		bucket.count = 1 + (path + i * i) % 1000;
		put(out, &bucket, sizeof(bucket));
	}
}

void *large_bytes(unsigned int paths, unsigned int cpus, size_t *size)
{
	const size_t record = sizeof(struct fgagg_record) +
			      BUCKETS * sizeof(struct fgagg_bucket);
	struct fgagg_snapshot head = {
		.magic = FGAGG_SNAPSHOT_MAGIC,
		.version = FGAGG_SNAPSHOT_VERSION,
		.header_size = sizeof(head),
		.epoch = 1,
		.clock_khz = 1000000,
		.root_key = { 1, 2, 3, 4 },
		.precision = FGAGG_PRECISION_DEFAULT,
		.nr_records = paths * cpus,
	};
	unsigned int path, cpu;
	char *bytes = NULL;
	FILE *out;

	out = open_memstream(&bytes, size);
	assert_non_null(out);
	head.size = sizeof(head) + 2 * sizeof(struct fgagg_section) +
		    (NAMES + 1) * NAME_LEN + paths * cpus * record;
	put(out, &head, sizeof(head));
	put_strings(out);
	put_section(out, FGAGG_SECTION_RECORDS, paths * cpus * record);
	for (cpu = 0; cpu < cpus; cpu++)
		for (path = 0; path < paths; path++)
			put_record(out, path, cpu);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(*size, head.size);
	return bytes;
}
