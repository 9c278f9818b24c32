/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * funcgraph: what function_graph prints, counted as the module counts.
 *
 * The text may come from ftrace's trace or trace_pipe, trace-cmd report,
 * perf ftrace or perf-tools, with any columns, from any file that a user names:
 * it is hostile until proven sound.  Line breaks mean nothing to it.  What is no
 * event of function_graph (prompts, prose, comments, other events) is skipped.
 *
 *	time |  15)  comm-1  |  d.h1. | + 12.3 us |  func() {	columns, event
 *	comm-1 [015] d.h1. time: funcgraph_entry: | func() {	of trace-cmd
 *
 * A call is cut off if the log has one end of it only, because it begins or
 * ends in between, or events were lost.  A return is unmatched if there can be
 * no call that it belongs to.  Each entry and each return is in one of these or
 * belongs to a call that is counted.
 */
#ifndef FGAGG_FUNCGRAPH_H
#define FGAGG_FUNCGRAPH_H

#include <stddef.h>

#include "counter.h"

/**
 * struct fgagg_funcgraph_counts - what became of a log
 * @calls: calls that were counted
 * @cut_off: calls of which the log has one end
 * @unmatched: returns that belong to no call
 * @untimed: of @calls, those without a duration, which count as 0 ns
 */
struct fgagg_funcgraph_counts {
	__u64 calls;
	__u64 cut_off;
	__u64 unmatched;
	__u64 untimed;
};

struct fgagg_funcgraph;

struct fgagg_funcgraph *fgagg_funcgraph_new(struct fgagg_counter *counter);
void fgagg_funcgraph_free(struct fgagg_funcgraph *parser);
int fgagg_funcgraph_feed(struct fgagg_funcgraph *parser, const char *buf,
			 size_t len);
int fgagg_funcgraph_finish(struct fgagg_funcgraph *parser,
			   struct fgagg_funcgraph_counts *counts);

#endif /* FGAGG_FUNCGRAPH_H */
