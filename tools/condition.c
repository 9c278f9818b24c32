// SPDX-License-Identifier: GPL-2.0-only
#include "condition.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GRAMMAR \
	"write METRIC > or < a change or a value, as in 'p99 > +10%%' or 'udp_sendmsg: max > 2ms'"

/* The colon between path and metric; a module's is not followed by a blank. */
static const char *find_colon(const char *text)
{
	const char *colon = NULL, *next = text;

	while ((next = strstr(next, ": ")))
		colon = next++;
	return colon;
}

static int parse_path(struct fgagg_condition *cond, const char *text,
		      const char *colon, struct fgagg_error *err)
{
	cond->path = strndup(text, colon - text);
	if (!cond->path)
		return fgagg_error_nomem(err);
	return fgagg_query_parse(&cond->query, cond->path, err);
}

static const char *parse_operator(struct fgagg_condition *cond,
				  const char *text)
{
	text += strspn(text, " ");
	if (*text != '<' && *text != '>')
		return NULL;
	cond->less = *text++ == '<';
	cond->or_equal = *text == '=';
	text += cond->or_equal;
	return text + strspn(text, " ");
}

static bool parse_threshold(struct fgagg_condition *cond, const char *text)
{
	size_t len = strlen(text);
	char *end;
	__u64 ns;

	/* Without a unit a time would be seconds, which nobody means. */
	if (len && isalpha((unsigned char)text[len - 1])) {
		if (cond->metric == FGAGG_METRIC_COUNT ||
		    fgagg_print_parse_time(text, &ns))
			return false;
		cond->threshold = (double)ns;
		return true;
	}
	cond->threshold = strtod(text, &end);
	if (end == text || !isfinite(cond->threshold))
		return false;
	cond->relative = !strcmp(end, "%");
	if (cond->relative)
		cond->threshold /= 100;
	return cond->relative ||
	       (cond->metric == FGAGG_METRIC_COUNT && !*end &&
		isdigit((unsigned char)*text));
}

/**
 * fgagg_condition_parse - parse a condition
 * @cond: set; to be given back also on failure
 * @text: what the user wrote, which has to live as long as @cond
 * @err: set on failure
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int fgagg_condition_parse(struct fgagg_condition *cond, const char *text,
			  struct fgagg_error *err)
{
	const char *colon = find_colon(text), *rest = text;
	size_t len;
	int ret;

	memset(cond, 0, sizeof(*cond));
	cond->text = text;
	if (colon) {
		ret = parse_path(cond, text, colon, err);
		if (ret)
			return ret;
		rest = colon + 1;
	}
	rest += strspn(rest, " ");
	len = strcspn(rest, " <>=");
	if (fgagg_metric_parse(rest, len, &cond->metric))
		return fgagg_error_set(err, -EINVAL,
				       "'%.*s' in '%s' is none of count, total, self, mean, p50, p90, p99, p99.9 and max",
				       (int)len, rest, text);
	rest = parse_operator(cond, rest + len);
	if (!rest || !parse_threshold(cond, rest))
		return fgagg_error_set(err, -EINVAL,
				       "'%s' is no condition: " GRAMMAR, text);
	return 0;
}

/**
 * fgagg_condition_free - give back a condition
 * @cond: set by fgagg_condition_parse()
 */
void fgagg_condition_free(struct fgagg_condition *cond)
{
	free(cond->path);
}

/**
 * fgagg_condition_is_about - whether a condition is about a path
 * @cond: the condition
 * @pair: the path
 *
 * Return: true if so.
 */
bool fgagg_condition_is_about(const struct fgagg_condition *cond,
			      const struct fgagg_pair *pair)
{
	return !cond->path ||
	       fgagg_query_matches(&cond->query, fgagg_compare_node(pair));
}

/**
 * fgagg_condition_holds - whether a condition holds for a path
 * @cond: the condition
 * @cmp: the comparison, tested
 * @pair: the path
 *
 * A change counts only if the path is in both runs, and if it is told from
 * noise, where that is tested at all.  A value is what it is.
 *
 * Return: true if it holds.
 */
bool fgagg_condition_holds(const struct fgagg_condition *cond,
			   const struct fgagg_compare *cmp,
			   const struct fgagg_pair *pair)
{
	double value;

	if (!fgagg_condition_is_about(cond, pair) || !pair->now->sum.count)
		return false;
	value = pair->is[cond->metric];
	if (cond->relative) {
		if (!fgagg_compare_in_both(pair) ||
		    (fgagg_compare_is_tested(cmp, cond->metric) &&
		     !fgagg_compare_is_shift(cmp, pair, cond->metric)))
			return false;
		value = fgagg_compare_change(pair, cond->metric);
	}
	if (value == cond->threshold)
		return cond->or_equal;
	return cond->less ? value < cond->threshold : value > cond->threshold;
}
