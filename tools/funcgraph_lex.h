/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * funcgraph_lex: the words of a function_graph log.
 *
 * A word is what stands between blanks, and a line break is a blank like any
 * other: logs that were pasted into a mail may have lost theirs.  What a word
 * looks like says which column it may belong to; whether it does is for the
 * parser to say.
 */
#ifndef FGAGG_FUNCGRAPH_LEX_H
#define FGAGG_FUNCGRAPH_LEX_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* Longer words are cut; no name that the kernel prints comes near. */
#define FGAGG_WORD_MAX	1024

enum fgagg_word_kind {
	FGAGG_WORD_OTHER,
	FGAGG_WORD_CPU,		/* 15) */
	FGAGG_WORD_CORE,	/* [015], of trace-cmd */
	FGAGG_WORD_NUMBER,	/* 0.083, of a duration or a time */
	FGAGG_WORD_TIME,	/* 123.456789:, of trace-cmd */
	FGAGG_WORD_US,
	FGAGG_WORD_MARK,	/* + ! # * @ $ */
	FGAGG_WORD_BAR,		/* | */
	FGAGG_WORD_TASK,	/* comm-123 */
	FGAGG_WORD_FLAGS,	/* d.h1. */
	FGAGG_WORD_CORE_FLAGS,	/* 15d.h1., of trace-cmd report -l */
	FGAGG_WORD_EVENT,	/* funcgraph_entry: and _exit:, of trace-cmd */
	FGAGG_WORD_NAME,	/* might be a function */
	FGAGG_WORD_CALL,	/* name(..., or [module](... after a name */
	FGAGG_WORD_OPEN,	/* { */
	FGAGG_WORD_CLOSE,	/* } and what may stick to it */
	FGAGG_WORD_COMMENT,	/* begins a comment */
	FGAGG_WORD_IRQ_ENTER,	/* ==========> */
	FGAGG_WORD_IRQ_LEAVE,	/* <========== */
	FGAGG_WORD_SWITCH,	/* => */
	FGAGG_WORD_RULE,	/* ---------- */
	FGAGG_WORD_LOST_CPU,	/* CPU:3, of a line that says that events are lost */
	FGAGG_WORD_LOST,	/* EVENTS, EVENTS] */
};

/**
 * struct fgagg_word - a word
 * @kind: what it looks like
 * @blanks: how many precede it
 * @text: not terminated; lasts as long as the call that hands it over
 * @len: bytes of @text
 * @value: of a number with a fraction, in thousandths; of others the number in
 *	them; of flags &enum fgagg_context
 * @cpu: of a CPU that has flags
 */
struct fgagg_word {
	enum fgagg_word_kind kind;
	size_t blanks;
	const char *text;
	size_t len;
	__u64 value;
	__u16 cpu;
};

/**
 * struct fgagg_funcgraph_lex - text that comes in pieces; all zero at first
 * @blanks: before the word that has begun
 * @len: bytes of that word, also those that do not fit
 * @text: the word as far as it has come
 */
struct fgagg_funcgraph_lex {
	size_t blanks;
	size_t len;
	char text[FGAGG_WORD_MAX];
};

typedef void (*fgagg_funcgraph_lex_fn)(void *arg,
				       const struct fgagg_word *word);

void fgagg_funcgraph_lex_feed(struct fgagg_funcgraph_lex *lex, const char *buf,
			      size_t len, fgagg_funcgraph_lex_fn fn, void *arg);
void fgagg_funcgraph_lex_finish(struct fgagg_funcgraph_lex *lex,
				fgagg_funcgraph_lex_fn fn, void *arg);
size_t fgagg_funcgraph_lex_name(const char *text, size_t len);

#endif /* FGAGG_FUNCGRAPH_LEX_H */
