/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * funcgraph_parse: makes events of the words of a function_graph log.
 */
#ifndef FGAGG_FUNCGRAPH_PARSE_H
#define FGAGG_FUNCGRAPH_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "funcgraph_columns.h"
#include "funcgraph_lex.h"
#include "funcgraph_stack.h"

/* "name [module]" at its longest: KSYM_NAME_LEN and MODULE_NAME_LEN. */
#define FGAGG_FUNCGRAPH_NAME_SIZE	(512 + 56 + 3)

enum fgagg_funcgraph_kind {
	FGAGG_EVENT_NONE,
	FGAGG_EVENT_ENTRY,
	FGAGG_EVENT_LEAF,
	FGAGG_EVENT_EXIT,
};

/* What the next word is part of. */
enum fgagg_funcgraph_state {
	FGAGG_STATE_COLUMNS,
	FGAGG_STATE_ARGUMENTS,	/* those of a call */
	FGAGG_STATE_BRACE,	/* the { of a call, or nothing */
	FGAGG_STATE_COMMENT,
};

/**
 * struct fgagg_funcgraph_held - an event that the next word decides on
 * @kind: what it is
 * @event: its columns; its name is @name
 * @bare: there were no columns
 * @joined: but an event right before it
 * @name: the function, not terminated
 */
struct fgagg_funcgraph_held {
	enum fgagg_funcgraph_kind kind;
	struct fgagg_funcgraph_event event;
	bool bare;
	bool joined;
	char name[FGAGG_FUNCGRAPH_NAME_SIZE];
};

/**
 * struct fgagg_funcgraph_parse - a log, word by word; all zero at first
 * @stacks: calls that are open; NULL to find out @seen and nothing else
 * @layout: how its events stand out
 * @seen: what might be events, by layout
 * @state: what the next word is part of
 * @columns: of the next event
 * @from: the left side of a switch of tasks
 * @lost_cpu: a CPU that may have lost events
 * @lost_words: how many words may come before this is certain, 0 for none
 * @depth: open parentheses
 * @span: bytes since a comment or arguments have begun
 * @words: words of a comment
 * @name: the name that has been read
 * @len: bytes of @name
 * @indent: blanks before it
 * @held: an event that is complete but for a comment
 * @error: the first error
 */
struct fgagg_funcgraph_parse {
	struct fgagg_funcgraph_stacks *stacks;
	enum fgagg_funcgraph_layout layout;
	size_t seen[FGAGG_LAYOUT_NR];
	enum fgagg_funcgraph_state state;
	struct fgagg_funcgraph_columns columns;
	struct fgagg_funcgraph_event from;
	__u16 lost_cpu;
	unsigned int lost_words;
	size_t depth;
	size_t span;
	size_t words;
	char name[FGAGG_FUNCGRAPH_NAME_SIZE];
	size_t len;
	size_t indent;
	struct fgagg_funcgraph_held held;
	int error;
};

void fgagg_funcgraph_parse_word(void *parse, const struct fgagg_word *word);
void fgagg_funcgraph_parse_finish(struct fgagg_funcgraph_parse *parse);

#endif /* FGAGG_FUNCGRAPH_PARSE_H */
