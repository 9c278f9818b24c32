/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests of logs of function_graph share. */
#ifndef TEST_TOOLS_LOG_H
#define TEST_TOOLS_LOG_H

#include "test_tools_helper.h"

#include "counter.h"
#include "funcgraph.h"

/* Counts a log that comes in pieces of so many bytes, 0 for one piece. */
void log_feed(struct fgagg_counter *counter, const char *text, size_t len,
	      size_t piece, struct fgagg_funcgraph_counts *counts);
/* A line "count total self [context] a;b" for each path, in ns, in order. */
char *log_paths(struct fgagg_counter *counter);
/* A snapshot of what has been counted, but for the time at which it was taken. */
char *log_snapshot(struct fgagg_counter *counter, size_t *size);

#endif /* TEST_TOOLS_LOG_H */
