// SPDX-License-Identifier: GPL-2.0-only
#include "funcgraph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "funcgraph_lex.h"
#include "funcgraph_parse.h"
#include "funcgraph_stack.h"

/* What is looked at before it is decided how the log is laid out. */
#define PROBE_SIZE	65536

/* One in so many is an exception. */
#define ODD		8

/**
 * struct fgagg_funcgraph - a log that comes in pieces
 * @counts: what became of it
 * @stacks: calls that are open
 * @lex: its words
 * @parse: its events
 * @probe: its beginning, to find out its layout; then NULL
 * @probe_len: bytes of @probe
 */
struct fgagg_funcgraph {
	struct fgagg_funcgraph_counts counts;
	struct fgagg_funcgraph_stacks *stacks;
	struct fgagg_funcgraph_lex lex;
	struct fgagg_funcgraph_parse parse;
	char *probe;
	size_t probe_len;
};

/**
 * fgagg_funcgraph_new - begin a log
 * @counter: where its calls are counted; other logs may have been counted there
 *
 * Return: the parser, or NULL without memory.
 */
struct fgagg_funcgraph *fgagg_funcgraph_new(struct fgagg_counter *counter)
{
	struct fgagg_funcgraph *parser = calloc(1, sizeof(*parser));

	if (!parser)
		return NULL;
	parser->probe = malloc(PROBE_SIZE);
	parser->stacks = fgagg_funcgraph_stack_new(counter, &parser->counts);
	if (!parser->probe || !parser->stacks) {
		fgagg_funcgraph_free(parser);
		return NULL;
	}
	return parser;
}

/**
 * fgagg_funcgraph_free - give back a parser
 * @parser: the parser, or NULL
 */
void fgagg_funcgraph_free(struct fgagg_funcgraph *parser)
{
	if (!parser)
		return;
	fgagg_funcgraph_stack_free(parser->stacks);
	free(parser->probe);
	free(parser);
}

static void feed(struct fgagg_funcgraph *p, const char *buf, size_t len)
{
	fgagg_funcgraph_lex_feed(&p->lex, buf, len, fgagg_funcgraph_parse_word,
				 &p->parse);
}

/*
 * Prose can only look like events of a lower layout than those of the log; but
 * there may be an odd bar below the titles of columns.
 */
static enum fgagg_funcgraph_layout layout_of(const struct fgagg_funcgraph_parse *probe)
{
	const size_t *seen = probe->seen;

	if (seen[FGAGG_LAYOUT_BAR] * ODD > seen[FGAGG_LAYOUT_CPU] +
					   seen[FGAGG_LAYOUT_BARE])
		return FGAGG_LAYOUT_BAR;
	if (seen[FGAGG_LAYOUT_CPU] * ODD > seen[FGAGG_LAYOUT_BARE])
		return FGAGG_LAYOUT_CPU;
	return FGAGG_LAYOUT_BARE;
}

/* Reads the beginning twice: for the layout, and then in earnest. */
static void end_probe(struct fgagg_funcgraph *p)
{
	enum fgagg_funcgraph_layout layout;

	feed(p, p->probe, p->probe_len);
	layout = layout_of(&p->parse);
	memset(&p->lex, 0, sizeof(p->lex));
	memset(&p->parse, 0, sizeof(p->parse));
	p->parse.layout = layout;
	p->parse.stacks = p->stacks;
	feed(p, p->probe, p->probe_len);
	free(p->probe);
	p->probe = NULL;
}

/**
 * fgagg_funcgraph_feed - take a piece of a log
 * @parser: the parser
 * @buf: the piece, which may begin and end anywhere
 * @len: bytes of it
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_feed(struct fgagg_funcgraph *parser, const char *buf,
			 size_t len)
{
	size_t part;

	if (parser->probe) {
		part = PROBE_SIZE - parser->probe_len;
		if (part > len)
			part = len;
		memcpy(parser->probe + parser->probe_len, buf, part);
		parser->probe_len += part;
		if (parser->probe_len < PROBE_SIZE)
			return 0;
		end_probe(parser);
		buf += part;
		len -= part;
	}
	feed(parser, buf, len);
	return parser->parse.error;
}

/**
 * fgagg_funcgraph_finish - end a log
 * @parser: the parser, which then can only be given back
 * @counts: set to what became of the log
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_funcgraph_finish(struct fgagg_funcgraph *parser,
			   struct fgagg_funcgraph_counts *counts)
{
	if (parser->probe)
		end_probe(parser);
	fgagg_funcgraph_lex_finish(&parser->lex, fgagg_funcgraph_parse_word,
				   &parser->parse);
	fgagg_funcgraph_parse_finish(&parser->parse);
	fgagg_funcgraph_stack_finish(parser->stacks);
	*counts = parser->counts;
	return parser->parse.error;
}
