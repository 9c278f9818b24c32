/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Builds snapshots in memory, call by call, as the module would have counted
 * them.  Path keys are a hash of the path; self time is given, not computed.
 */
#ifndef TEST_TOOLS_HELPER_H
#define TEST_TOOLS_HELPER_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "snapshot.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/**
 * struct build - a snapshot that is being built
 * @head: to be changed at will; sizes are set by build_bytes()
 * @stats: content of the section of that name, NULL for none
 * @record_size: of the head of a record; less than it is now for an old module
 * @nodes: one for every path and CPU
 * @nr: number of @nodes
 */
struct build {
	struct fgagg_snapshot head;
	const char *stats;
	size_t record_size;
	struct build_node *nodes;
	size_t nr;
};

void build_init(struct build *b);
void build_free(struct build *b);
struct fgagg_record *build_path(struct build *b, unsigned int cpu,
				unsigned int context, const char *path);
void build_call(struct build *b, unsigned int cpu, unsigned int context,
		const char *path, __u64 ticks, __u64 self, __u64 times);
void build_wait(struct build *b, __u64 ns);
void *build_bytes(struct build *b, size_t *size);
struct fgagg_snap *build_snapshot(struct build *b);
void build_example(struct build *b);

#endif /* TEST_TOOLS_HELPER_H */
