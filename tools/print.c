// SPDX-License-Identifier: GPL-2.0-only
#include "print.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "macros.h"

/**
 * struct unit - a unit that values are scaled to
 * @size: in units of the first
 * @name: what is printed
 */
struct unit {
	__u64 size;
	const char *name;
};

static const struct unit times[] = {
	{ 1, "ns" }, { 1000, "us" }, { 1000000, "ms" }, { 1000000000, "s" },
};

static const struct unit sizes[] = {
	{ 1, "B" }, { 1 << 10, "KiB" }, { 1 << 20, "MiB" }, { 1 << 30, "GiB" },
};

/* Rounding can reach the next unit: 999.6 us is 1.00 ms, so round first. */
static const char *scaled(char *buf, const struct unit *unit, size_t nr,
			  __u64 value)
{
	static const unsigned int tens[] = { 1, 10, 100 };
	unsigned int places;
	__u64 digits;
	size_t i;

	if (value < 1000) {
		snprintf(buf, FGAGG_PRINT_LEN, "%llu %s", value, unit[0].name);
		return buf;
	}
	for (i = 1; ; i++) {
		for (places = 3; places--; ) {
			digits = ((__uint128_t)value * tens[places] +
				  unit[i].size / 2) / unit[i].size;
			if (digits < 1000 || (i + 1 == nr && !places))
				goto found;
		}
	}
found:
	if (places)
		snprintf(buf, FGAGG_PRINT_LEN, "%llu.%0*llu %s",
			 digits / tens[places], places, digits % tens[places],
			 unit[i].name);
	else
		snprintf(buf, FGAGG_PRINT_LEN, "%llu %s", digits, unit[i].name);
	return buf;
}

/**
 * fgagg_print_time - a time with three digits and its unit
 * @buf: where to
 * @ns: the time
 *
 * Return: @buf.
 */
const char *fgagg_print_time(char buf[FGAGG_PRINT_LEN], __u64 ns)
{
	return scaled(buf, times, ARRAY_SIZE(times), ns);
}

/**
 * fgagg_print_bytes - an amount of memory with three digits and its unit
 * @buf: where to
 * @bytes: the amount
 *
 * Return: @buf.
 */
const char *fgagg_print_bytes(char buf[FGAGG_PRINT_LEN], __u64 bytes)
{
	return scaled(buf, sizes, ARRAY_SIZE(sizes), bytes);
}

/**
 * fgagg_print_mark - the mark that function_graph puts beside a time
 * @ns: the time of one call
 *
 * Return: the mark, a blank for 10 us and less.
 */
char fgagg_print_mark(__u64 ns)
{
	static const struct {
		__u64 above;
		char mark;
	} marks[] = {
		{ 1000000000, '$' }, { 100000000, '@' }, { 10000000, '*' },
		{ 1000000, '#' }, { 100000, '!' }, { 10000, '+' },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(marks); i++)
		if (ns > marks[i].above)
			return marks[i].mark;
	return ' ';
}

/**
 * fgagg_print_in_color - whether to write colours
 * @color: what the user asked for
 * @out: where to
 *
 * Return: true if so.  Without a wish a terminal gets colours, unless NO_COLOR
 * (no-color.org) is set.
 */
bool fgagg_print_in_color(enum fgagg_color color, FILE *out)
{
	const char *no = getenv("NO_COLOR");

	if (color == FGAGG_COLOR_AUTO)
		return isatty(fileno(out)) && !(no && *no);
	return color == FGAGG_COLOR_ALWAYS;
}

/**
 * fgagg_print_call_time - the time of one call in a column of 11, marked
 * @out: where to
 * @ns: the time
 * @color: whether to paint what is slow: above 100 us yellow, 1 ms red
 */
void fgagg_print_call_time(FILE *out, __u64 ns, bool color)
{
	char buf[FGAGG_PRINT_LEN], mark = fgagg_print_mark(ns);
	const char *paint = "";

	if (color && mark == '!')
		paint = "\033[33m";
	else if (color && strchr("#*@$", mark))
		paint = "\033[31m";
	fprintf(out, "%s%c %9s%s", paint, mark, fgagg_print_time(buf, ns),
		*paint ? "\033[0m" : "");
}

/**
 * fgagg_print_parse_time - parse a time that a user gave
 * @text: a number, whole or with a point, and a unit of "ns us ms s"; seconds
 *	without one
 * @ns: set to the time
 *
 * Return: 0, or -EINVAL if @text is not such a time, or above a year.
 */
int fgagg_print_parse_time(const char *text, __u64 *ns)
{
	double value, scale = 1e9;
	char *end;
	size_t i;

	if (!isdigit((unsigned char)*text) && *text != '.')
		return -EINVAL;
	value = strtod(text, &end);
	if (end == text)
		return -EINVAL;
	end += strspn(end, " ");
	if (*end) {
		for (i = 0; i < ARRAY_SIZE(times); i++)
			if (!strcmp(end, times[i].name))
				break;
		if (i == ARRAY_SIZE(times))
			return -EINVAL;
		scale = times[i].size;
	}
	if (!(value * scale <= 366 * 86400e9))
		return -EINVAL;
	*ns = llround(value * scale);
	return 0;
}
