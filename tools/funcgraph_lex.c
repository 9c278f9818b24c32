// SPDX-License-Identifier: GPL-2.0-only
#include "funcgraph_lex.h"

#include <string.h>

#include "../kmod/uapi/fgagg.h"

/* PID_MAX_LIMIT of the kernel. */
#define PID_LIMIT	4194304

/* Records have 16 bits for a CPU. */
#define CPU_LIMIT	65535

/* Years in us: what has more digits is no time. */
#define NUMBER_LIMIT	1000000000000000ULL

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What symbols are made of; compilers add dots, Rust adds dollars. */
static bool is_name(char c)
{
	static const bool names[256] = {
		['a' ... 'z'] = true, ['A' ... 'Z'] = true,
		['0' ... '9'] = true, ['_'] = true, ['.'] = true, ['$'] = true,
	};

	return names[(unsigned char)c];
}

/**
 * fgagg_funcgraph_lex_name - how much of a text may be a name
 * @text: the text
 * @len: bytes of it
 *
 * Return: bytes at its beginning.
 */
size_t fgagg_funcgraph_lex_name(const char *text, size_t len)
{
	size_t n = 0;

	while (n < len && is_name(text[n]))
		n++;
	return n;
}

static size_t digits(const char *text, size_t len, __u64 *value)
{
	size_t n = 0;

	for (*value = 0; n < len && is_digit(text[n]); n++)
		if (*value < NUMBER_LIMIT)
			*value = *value * 10 + text[n] - '0';
	return n;
}

/* "0.083" is 83; more digits than three are below the clock's resolution. */
static size_t thousandths(const char *text, size_t len, __u64 *value)
{
	__u64 unit = 1000;
	size_t n;

	n = digits(text, len, value);
	*value *= 1000;
	if (!n || n == len || text[n] != '.')
		return n;
	for (n++; n < len && is_digit(text[n]); n++) {
		unit /= 10;
		*value += unit * (text[n] - '0');
	}
	return n;
}

/* Interrupts off, reschedule, context, depth of preempt_disable(), migration. */
static bool is_flags(const char *t, size_t len, __u64 *context)
{
	static const char contexts[] = ".sHhZz";
	static const __u8 values[] = {
		FGAGG_CTX_TASK, FGAGG_CTX_SOFTIRQ, FGAGG_CTX_HARDIRQ,
		FGAGG_CTX_HARDIRQ, FGAGG_CTX_NMI, FGAGG_CTX_NMI,
	};
	const char *found;
	size_t i;

	if (len < 4 || len > 6 || !strchr("dDbBX.", t[0]) ||
	    !strchr("NnpPLlbB.", t[1]))
		return false;
	found = strchr(contexts, t[2]);
	if (!found)
		return false;
	for (i = 3; i < len; i++)
		if (!is_digit(t[i]) && t[i] != '.' && (t[i] < 'a' || t[i] > 'f'))
			return false;
	*context = values[found - contexts];
	return true;
}

static enum fgagg_word_kind
classify_number(struct fgagg_word *word)
{
	__u64 cpu;
	size_t n;

	n = digits(word->text, word->len, &word->value);
	if (n + 1 == word->len && word->text[n] == ')')
		return word->value <= CPU_LIMIT ? FGAGG_WORD_CPU :
						  FGAGG_WORD_OTHER;
	n = thousandths(word->text, word->len, &word->value);
	if (n == word->len)
		return FGAGG_WORD_NUMBER;
	if (n + 1 == word->len && word->text[n] == ':')
		return FGAGG_WORD_TIME;
	n = digits(word->text, word->len, &cpu);
	word->cpu = cpu;
	return cpu <= CPU_LIMIT && is_flags(word->text + n, word->len - n,
					    &word->value) ?
	       FGAGG_WORD_CORE_FLAGS : FGAGG_WORD_OTHER;
}

/* "comm-123", where comm may end in anything. */
static bool is_task(struct fgagg_word *word)
{
	size_t n = word->len;

	while (n && is_digit(word->text[n - 1]))
		n--;
	if (n < 2 || n == word->len || word->text[n - 1] != '-')
		return false;
	digits(word->text + n, word->len - n, &word->value);
	return word->value <= PID_LIMIT;
}

/* "[001]", "[module](...": what follows a task or a name. */
static enum fgagg_word_kind
classify_bracket(struct fgagg_word *word)
{
	size_t n;

	n = 1 + digits(word->text + 1, word->len - 1, &word->value);
	if (n > 1 && n + 1 == word->len && word->text[n] == ']')
		return word->value <= CPU_LIMIT ? FGAGG_WORD_CORE :
						  FGAGG_WORD_OTHER;
	n = 1 + fgagg_funcgraph_lex_name(word->text + 1, word->len - 1);
	if (n > 1 && n + 1 < word->len && word->text[n] == ']' &&
	    word->text[n + 1] == '(')
		return FGAGG_WORD_CALL;
	return FGAGG_WORD_OTHER;
}

static bool is(const struct fgagg_word *word, const char *text)
{
	return word->len == strlen(text) && !memcmp(word->text, text, word->len);
}

static bool begins(const struct fgagg_word *word, const char *text)
{
	size_t len = strlen(text);

	return word->len >= len && !memcmp(word->text, text, len);
}

static enum fgagg_word_kind
classify_letters(struct fgagg_word *word)
{
	size_t n = fgagg_funcgraph_lex_name(word->text, word->len);

	if (n && n < word->len && word->text[n] == '(')
		return FGAGG_WORD_CALL;
	if (is_flags(word->text, word->len, &word->value))
		return FGAGG_WORD_FLAGS;
	if (is(word, "us"))
		return FGAGG_WORD_US;
	if (is(word, "EVENTS") || is(word, "EVENTS]"))
		return FGAGG_WORD_LOST;
	if (n == word->len)
		return FGAGG_WORD_NAME;
	if (is(word, "funcgraph_entry:") || is(word, "funcgraph_exit:"))
		return FGAGG_WORD_EVENT;
	if (begins(word, "CPU:") &&
	    digits(word->text + 4, word->len - 4, &word->value) ==
	    word->len - 4 && word->len > 4 && word->value <= CPU_LIMIT)
		return FGAGG_WORD_LOST_CPU;
	return is_task(word) ? FGAGG_WORD_TASK : FGAGG_WORD_OTHER;
}

static bool is_rule(const struct fgagg_word *word)
{
	size_t i;

	for (i = 0; i < word->len && word->text[i] == '-'; i++)
		;
	return i == word->len && i >= 10;
}

static enum fgagg_word_kind
classify_sign(struct fgagg_word *word)
{
	if (begins(word, "/*"))
		return FGAGG_WORD_COMMENT;
	if (is(word, "==========>"))
		return FGAGG_WORD_IRQ_ENTER;
	if (is(word, "<=========="))
		return FGAGG_WORD_IRQ_LEAVE;
	if (is(word, "=>"))
		return FGAGG_WORD_SWITCH;
	if (is_rule(word))
		return FGAGG_WORD_RULE;
	return is_task(word) ? FGAGG_WORD_TASK : FGAGG_WORD_OTHER;
}

static void classify(struct fgagg_word *word)
{
	char c = *word->text;

	if (word->len == 1 && c == '|') {
		word->kind = FGAGG_WORD_BAR;
	} else if (c == '}') {
		word->kind = FGAGG_WORD_CLOSE;
	} else if (word->len == 1 && c == '{') {
		word->kind = FGAGG_WORD_OPEN;
	} else if (word->len == 1 && strchr("+!#*@$", c)) {
		word->kind = FGAGG_WORD_MARK;
	} else if (is_digit(c)) {
		word->kind = classify_number(word);
		/* An address for a name, a task by the name of 9p. */
		if (word->kind == FGAGG_WORD_OTHER)
			word->kind = classify_letters(word);
	} else if (is_name(c)) {
		word->kind = classify_letters(word);
	} else if (c == '[') {
		word->kind = classify_bracket(word);
	} else {
		word->kind = classify_sign(word);
	}
}

static void emit(struct fgagg_funcgraph_lex *lex, const char *text, size_t len,
		 fgagg_funcgraph_lex_fn fn, void *arg)
{
	struct fgagg_word word = {
		.blanks = lex->blanks, .text = text, .len = len,
	};

	classify(&word);
	fn(arg, &word);
	lex->blanks = 0;
	lex->len = 0;
}

/* Keeps a word that the end of a piece has cut. */
static void keep(struct fgagg_funcgraph_lex *lex, const char *text, size_t len)
{
	size_t room = lex->len < sizeof(lex->text) ?
		      sizeof(lex->text) - lex->len : 0;

	memcpy(lex->text + lex->len, text, len < room ? len : room);
	lex->len += len < room ? len : room;
}

/* Control characters are blanks too. */
static bool is_blank(char c)
{
	return (unsigned char)c <= ' ';
}

/**
 * fgagg_funcgraph_lex_feed - take the words of a piece of text
 * @lex: the text so far
 * @buf: the piece, which may begin and end anywhere
 * @len: bytes of it
 * @fn: called for each word that is known to be whole
 * @arg: passed to @fn
 */
void fgagg_funcgraph_lex_feed(struct fgagg_funcgraph_lex *lex, const char *buf,
			      size_t len, fgagg_funcgraph_lex_fn fn, void *arg)
{
	const char *end = buf + len, *start;

	while (buf < end) {
		start = buf;
		while (buf < end && is_blank(*buf))
			buf++;
		if (buf > start && lex->len)
			emit(lex, lex->text, lex->len, fn, arg);
		lex->blanks += buf - start;
		start = buf;
		while (buf < end && !is_blank(*buf))
			buf++;
		if (lex->len || buf == end)
			keep(lex, start, buf - start);
		else
			emit(lex, start, buf - start < FGAGG_WORD_MAX ?
					 (size_t)(buf - start) :
					 FGAGG_WORD_MAX, fn, arg);
	}
}

/**
 * fgagg_funcgraph_lex_finish - take the last word, which nothing follows
 * @lex: the text
 * @fn: called for it
 * @arg: passed to @fn
 */
void fgagg_funcgraph_lex_finish(struct fgagg_funcgraph_lex *lex,
				fgagg_funcgraph_lex_fn fn, void *arg)
{
	if (lex->len)
		emit(lex, lex->text, lex->len, fn, arg);
	lex->blanks = 0;
}
