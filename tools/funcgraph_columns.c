// SPDX-License-Identifier: GPL-2.0-only
#include "funcgraph_columns.h"

#include <string.h>

/* Blanks where a duration would be: a bar after them is a column's. */
#define EMPTY_COLUMN	8

/* Names of tasks may have blanks; more text is prose. */
#define COMM_SIZE	16

/**
 * fgagg_funcgraph_columns_reset - another event begins
 * @columns: the columns; what is known of the last word stays
 */
void fgagg_funcgraph_columns_reset(struct fgagg_funcgraph_columns *columns)
{
	memset(&columns->event, 0, sizeof(columns->event));
	columns->has_cpu = false;
	columns->sound = false;
	columns->bar = false;
	columns->prose = 0;
}

static void take_cpu(struct fgagg_funcgraph_columns *columns,
		     const struct fgagg_word *word)
{
	fgagg_funcgraph_columns_reset(columns);
	columns->event.cpu = word->value;
	columns->has_cpu = true;
	columns->sound = true;
}

static void take_task(struct fgagg_funcgraph_columns *columns,
		      const struct fgagg_word *word)
{
	struct fgagg_funcgraph_event *event = &columns->event;
	const char *dash = memrchr(word->text, '-', word->len);
	size_t len = dash - word->text;

	if (event->has_task && !columns->switching)
		fgagg_funcgraph_columns_reset(columns);
	if (len > sizeof(event->comm) - 1)
		len = sizeof(event->comm) - 1;
	memset(event->comm, 0, sizeof(event->comm));
	memcpy(event->comm, word->text, len);
	event->pid = word->value;
	event->has_task = true;
	columns->sound = true;
	columns->prose = 0;
}

static void take_bar(struct fgagg_funcgraph_columns *columns,
		     const struct fgagg_word *word)
{
	/* "# |   |" is below the titles of columns. */
	if (columns->last == FGAGG_WORD_MARK)
		columns->prose++;
	else if (columns->prose && word->blanks >= EMPTY_COLUMN)
		fgagg_funcgraph_columns_reset(columns);
	columns->bar = !columns->prose &&
		       (columns->sound || columns->bar || columns->joined ||
			word->blanks >= EMPTY_COLUMN);
}

/**
 * fgagg_funcgraph_columns_take - take a word that may belong to a column
 * @columns: the columns
 * @word: the word
 *
 * Return: whether it does.
 */
bool fgagg_funcgraph_columns_take(struct fgagg_funcgraph_columns *columns,
				  const struct fgagg_word *word)
{
	switch (word->kind) {
	case FGAGG_WORD_CPU:
		take_cpu(columns, word);
		break;
	case FGAGG_WORD_NUMBER:
		/* Without other columns, a duration begins them. */
		if (columns->prose && (columns->last == FGAGG_WORD_MARK ||
				       word->blanks > 1))
			fgagg_funcgraph_columns_reset(columns);
		columns->event.ns = word->value;
		columns->sound = true;
		break;
	case FGAGG_WORD_US:
		columns->event.has_time = columns->last == FGAGG_WORD_NUMBER;
		break;
	case FGAGG_WORD_BAR:
		take_bar(columns, word);
		break;
	case FGAGG_WORD_TASK:
		take_task(columns, word);
		break;
	case FGAGG_WORD_CORE:
		if (columns->last != FGAGG_WORD_TASK)
			return false;
		columns->event.cpu = word->value;
		columns->has_cpu = true;
		break;
	case FGAGG_WORD_CORE_FLAGS:
		if (columns->last != FGAGG_WORD_TASK)
			return false;
		columns->event.cpu = word->cpu;
		columns->has_cpu = true;
		columns->event.context = word->value;
		columns->event.has_context = true;
		break;
	case FGAGG_WORD_FLAGS:
		columns->event.context = word->value;
		columns->event.has_context = true;
		columns->sound = true;
		break;
	case FGAGG_WORD_EVENT:
		columns->prose = 0;
		columns->sound = true;
		break;
	case FGAGG_WORD_MARK:
	case FGAGG_WORD_TIME:
		break;
	default:
		return false;
	}
	columns->joined = false;
	return true;
}

/**
 * fgagg_funcgraph_columns_prose - take a word that belongs to no column
 * @columns: the columns
 * @len: bytes of it
 */
void fgagg_funcgraph_columns_prose(struct fgagg_funcgraph_columns *columns,
				   size_t len)
{
	columns->joined = false;
	columns->prose += len;
	if (columns->prose > COMM_SIZE)
		fgagg_funcgraph_columns_reset(columns);
}

/**
 * fgagg_funcgraph_columns_layout - in which layout an event may stand here
 * @columns: the columns before it
 *
 * Return: the layout; in a log of a higher one it is prose.
 */
enum fgagg_funcgraph_layout
fgagg_funcgraph_columns_layout(const struct fgagg_funcgraph_columns *columns)
{
	if (columns->prose)
		return FGAGG_LAYOUT_BARE;
	if (columns->bar)
		return FGAGG_LAYOUT_BAR;
	return columns->has_cpu ? FGAGG_LAYOUT_CPU : FGAGG_LAYOUT_BARE;
}
