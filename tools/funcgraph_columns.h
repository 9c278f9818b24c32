/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * funcgraph_columns: what stands before an event of function_graph, and whether
 * that is enough to tell it from prose.
 */
#ifndef FGAGG_FUNCGRAPH_COLUMNS_H
#define FGAGG_FUNCGRAPH_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "funcgraph_lex.h"
#include "funcgraph_task.h"

/*
 * How events stand out from prose: after a bar; after a CPU; or, with all
 * columns off, only by each other's company.  A log has one layout.
 */
enum fgagg_funcgraph_layout {
	FGAGG_LAYOUT_BARE,
	FGAGG_LAYOUT_CPU,
	FGAGG_LAYOUT_BAR,
	FGAGG_LAYOUT_NR
};

/**
 * struct fgagg_funcgraph_columns - the columns of the next event
 * @event: as far as it is known
 * @has_cpu: whether there was a CPU
 * @sound: there was something that function_graph prints
 * @bar: a bar was the last of it
 * @prose: bytes of words that belong to no column
 * @last: kind of the last word
 * @joined: the last word ended an event
 * @switching: the task is the right side of a switch of tasks
 */
struct fgagg_funcgraph_columns {
	struct fgagg_funcgraph_event event;
	bool has_cpu;
	bool sound;
	bool bar;
	size_t prose;
	enum fgagg_word_kind last;
	bool joined;
	bool switching;
};

void fgagg_funcgraph_columns_reset(struct fgagg_funcgraph_columns *columns);
bool fgagg_funcgraph_columns_take(struct fgagg_funcgraph_columns *columns,
				  const struct fgagg_word *word);
void fgagg_funcgraph_columns_prose(struct fgagg_funcgraph_columns *columns,
				   size_t len);
enum fgagg_funcgraph_layout
fgagg_funcgraph_columns_layout(const struct fgagg_funcgraph_columns *columns);

#endif /* FGAGG_FUNCGRAPH_COLUMNS_H */
