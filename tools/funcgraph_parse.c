// SPDX-License-Identifier: GPL-2.0-only
#include "funcgraph_parse.h"

#include <string.h>

/* Comments and arguments that are longer have lost their end. */
#define COMMENT_SIZE	4096

/* Words between the two that say that events were lost. */
#define LOST_WORDS	3

static void note(struct fgagg_funcgraph_parse *p, int ret)
{
	if (!p->error)
		p->error = ret;
}

/* Hands an event over. */
static void commit(struct fgagg_funcgraph_parse *p)
{
	struct fgagg_funcgraph_held *held = &p->held;
	enum fgagg_funcgraph_kind kind = held->kind;

	held->kind = FGAGG_EVENT_NONE;
	held->event.name = held->name;
	if (!p->stacks)
		return;
	if (kind != FGAGG_EVENT_EXIT)
		note(p, fgagg_funcgraph_stack_enter(p->stacks, &held->event));
	if (kind != FGAGG_EVENT_ENTRY)
		note(p, fgagg_funcgraph_stack_leave(p->stacks, &held->event));
}

/* "[module](", of a name that stands before it. */
static bool is_module(const struct fgagg_word *word)
{
	return word->kind == FGAGG_WORD_CALL && *word->text == '[';
}

/* What stands next to a bare event, and not to prose. */
static bool is_company(const struct fgagg_word *word)
{
	switch (word->kind) {
	case FGAGG_WORD_CALL:
	case FGAGG_WORD_CLOSE:
	case FGAGG_WORD_COMMENT:
	case FGAGG_WORD_IRQ_ENTER:
	case FGAGG_WORD_IRQ_LEAVE:
	case FGAGG_WORD_RULE:
		return true;
	default:
		return false;
	}
}

/* A bare event needs company before it or after it; else it is prose. */
static void decide(struct fgagg_funcgraph_parse *p, const struct fgagg_word *word)
{
	bool after_name = p->columns.last == FGAGG_WORD_NAME;

	if (!p->held.kind)
		return;
	if (!p->held.bare || p->held.joined ||
	    (word && (after_name ? is_module(word) : is_company(word)))) {
		commit(p);
	} else if (!word || word->kind != FGAGG_WORD_NAME || after_name) {
		p->held.kind = FGAGG_EVENT_NONE;
		p->columns.joined = false;
	}
}

static void hold(struct fgagg_funcgraph_parse *p, enum fgagg_funcgraph_kind kind)
{
	enum fgagg_funcgraph_layout layout;
	struct fgagg_funcgraph_held *held = &p->held;

	layout = fgagg_funcgraph_columns_layout(&p->columns);
	p->seen[layout]++;
	if (layout >= p->layout) {
		held->kind = kind;
		held->event = p->columns.event;
		held->event.indent = p->indent;
		held->event.len = p->len;
		memcpy(held->name, p->name, p->len);
		held->bare = layout == FGAGG_LAYOUT_BARE;
		held->joined = p->columns.joined;
	}
	p->columns.joined = layout >= p->layout;
	p->columns.switching = false;
	fgagg_funcgraph_columns_reset(&p->columns);
}

static void append_name(struct fgagg_funcgraph_parse *p, const char *text, size_t len)
{
	if (len > FGAGG_FUNCGRAPH_NAME_SIZE - p->len)
		len = FGAGG_FUNCGRAPH_NAME_SIZE - p->len;
	memcpy(p->name + p->len, text, len);
	p->len += len;
}

/* What follows the parentheses says what it is: "name();", "name() {". */
static void after_arguments(struct fgagg_funcgraph_parse *p, const char *text,
			    size_t len)
{
	p->state = FGAGG_STATE_COLUMNS;
	if (!len)
		p->state = FGAGG_STATE_BRACE;
	else if (*text == ';')
		hold(p, FGAGG_EVENT_LEAF);
	else if (*text == '{')
		hold(p, FGAGG_EVENT_ENTRY);
	else
		fgagg_funcgraph_columns_prose(&p->columns, len);
}

static void take_arguments(struct fgagg_funcgraph_parse *p, const char *text,
			   size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		p->depth += text[i] == '(';
		p->depth -= text[i] == ')';
		if (!p->depth) {
			after_arguments(p, text + i + 1, len - i - 1);
			return;
		}
	}
}

/* "name(", or "[module](" after a name. */
static void take_call(struct fgagg_funcgraph_parse *p, const struct fgagg_word *word)
{
	const char *open = memchr(word->text, '(', word->len);
	size_t len = open - word->text;

	if (*word->text != '[') {
		p->len = 0;
		p->indent = word->blanks;
	} else if (p->columns.last == FGAGG_WORD_NAME) {
		append_name(p, " ", 1);
	} else {
		fgagg_funcgraph_columns_prose(&p->columns, word->len);
		return;
	}
	append_name(p, word->text, len);
	p->state = FGAGG_STATE_ARGUMENTS;
	p->depth = 0;
	p->span = 0;
	take_arguments(p, open, word->len - len);
}

/* The name, if there is one, of "} / * name [module] * /". */
static void take_comment(struct fgagg_funcgraph_parse *p,
			 const struct fgagg_word *word)
{
	const char *text = word->text;
	size_t len = word->len;
	bool last = len >= 2 && text[len - 1] == '/' && text[len - 2] == '*';

	p->span += len + word->blanks;
	p->words++;
	if (!last && p->words == 1 &&
	    fgagg_funcgraph_lex_name(text, len) == len) {
		append_name(p, text, len);
	} else if (!last && p->words == 2 && p->len && *text == '[' &&
		   text[len - 1] == ']') {
		append_name(p, " ", 1);
		append_name(p, text, len);
	}
	if (!last && p->span < COMMENT_SIZE)
		return;
	p->state = FGAGG_STATE_COLUMNS;
	p->columns.joined = last;
	if (p->held.kind) {
		p->held.event.len = p->len;
		memcpy(p->held.name, p->name, p->len);
		commit(p);
	}
}

static void begin_comment(struct fgagg_funcgraph_parse *p,
			  const struct fgagg_word *word)
{
	size_t len = word->len;

	p->state = FGAGG_STATE_COMMENT;
	p->len = 0;
	p->span = 0;
	p->words = 0;
	fgagg_funcgraph_columns_reset(&p->columns);
	/* One word of a comment, as it is not printed by the kernel. */
	if (len >= 4 && word->text[len - 2] == '*' && word->text[len - 1] == '/')
		p->state = FGAGG_STATE_COLUMNS;
}

static void take_irq(struct fgagg_funcgraph_parse *p, bool enter)
{
	if (p->stacks)
		note(p, fgagg_funcgraph_stack_irq(p->stacks,
						  &p->columns.event, enter));
	p->columns.joined = true;
	fgagg_funcgraph_columns_reset(&p->columns);
}

/* "----- 0) comm-1 => comm-2 -----" */
static void take_rule(struct fgagg_funcgraph_parse *p)
{
	if (p->columns.switching && p->columns.event.has_task && p->stacks)
		note(p, fgagg_funcgraph_stack_switch(p->stacks, &p->from,
						     &p->columns.event));
	p->columns.switching = false;
	p->columns.joined = true;
	fgagg_funcgraph_columns_reset(&p->columns);
}

static void take_switch(struct fgagg_funcgraph_parse *p)
{
	p->columns.switching = p->columns.event.has_task;
	p->from = p->columns.event;
	p->columns.event.has_task = false;
}

/* "CPU:3 [LOST 12 EVENTS]" */
static void take_lost(struct fgagg_funcgraph_parse *p)
{
	if (p->lost_words && p->stacks)
		fgagg_funcgraph_stack_lost(p->stacks, p->lost_cpu);
	p->columns.joined = p->lost_words;
	fgagg_funcgraph_columns_reset(&p->columns);
}

static void take_rare(struct fgagg_funcgraph_parse *p, const struct fgagg_word *word)
{
	switch (word->kind) {
	case FGAGG_WORD_COMMENT:
		begin_comment(p, word);
		break;
	case FGAGG_WORD_IRQ_ENTER:
	case FGAGG_WORD_IRQ_LEAVE:
		if (p->columns.prose)
			fgagg_funcgraph_columns_prose(&p->columns, word->len);
		else
			take_irq(p, word->kind == FGAGG_WORD_IRQ_ENTER);
		break;
	case FGAGG_WORD_SWITCH:
		take_switch(p);
		break;
	case FGAGG_WORD_RULE:
		take_rule(p);
		break;
	case FGAGG_WORD_LOST_CPU:
		p->lost_cpu = word->value;
		p->lost_words = LOST_WORDS + 1;
		break;
	case FGAGG_WORD_LOST:
		take_lost(p);
		break;
	default:
		fgagg_funcgraph_columns_prose(&p->columns, word->len);
	}
}

static void take_word(struct fgagg_funcgraph_parse *p, const struct fgagg_word *word)
{
	/* Unless a module follows, a name is only a word. */
	if (p->columns.last == FGAGG_WORD_NAME && !is_module(word))
		fgagg_funcgraph_columns_prose(&p->columns, p->len);
	if (word->kind == FGAGG_WORD_CALL) {
		take_call(p, word);
	} else if (word->kind == FGAGG_WORD_CLOSE) {
		p->len = 0;
		p->indent = word->blanks;
		hold(p, FGAGG_EVENT_EXIT);
	} else if (word->kind == FGAGG_WORD_NAME) {
		p->len = 0;
		p->indent = word->blanks;
		append_name(p, word->text, word->len);
	} else if (!fgagg_funcgraph_columns_take(&p->columns, word)) {
		take_rare(p, word);
	}
}

static bool is_no_argument(const struct fgagg_word *word)
{
	return word->kind == FGAGG_WORD_BAR || word->kind == FGAGG_WORD_OPEN ||
	       word->kind == FGAGG_WORD_CLOSE;
}

/**
 * fgagg_funcgraph_parse_word - take a word of a log
 * @parse: a struct fgagg_funcgraph_parse
 * @word: the word
 */
void fgagg_funcgraph_parse_word(void *parse, const struct fgagg_word *word)
{
	struct fgagg_funcgraph_parse *p = parse;

	if (p->lost_words)
		p->lost_words--;
	if (p->state == FGAGG_STATE_COMMENT) {
		take_comment(p, word);
		return;
	}
	if (p->state == FGAGG_STATE_ARGUMENTS && !is_no_argument(word) &&
	    p->span < COMMENT_SIZE) {
		p->span += word->len + word->blanks;
		take_arguments(p, word->text, word->len);
		return;
	}
	if (p->state == FGAGG_STATE_BRACE && word->kind == FGAGG_WORD_OPEN) {
		p->state = FGAGG_STATE_COLUMNS;
		hold(p, FGAGG_EVENT_ENTRY);
		return;
	}
	if (p->state != FGAGG_STATE_COLUMNS)
		fgagg_funcgraph_columns_prose(&p->columns, p->len);
	p->state = FGAGG_STATE_COLUMNS;
	if (p->held.kind != FGAGG_EVENT_EXIT || word->kind != FGAGG_WORD_COMMENT)
		decide(p, word);
	take_word(p, word);
	p->columns.last = word->kind;
}

/**
 * fgagg_funcgraph_parse_finish - no word is left
 * @parse: the log
 */
void fgagg_funcgraph_parse_finish(struct fgagg_funcgraph_parse *parse)
{
	/* A comment may have lost its end. */
	decide(parse, NULL);
}
