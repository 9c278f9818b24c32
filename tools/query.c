// SPDX-License-Identifier: GPL-2.0-only
#include "query.h"

#include <errno.h>
#include <string.h>

#include "sum.h"

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " ");
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		text[--len] = '\0';
	return text;
}

/* Takes "[context]" and what separates it from the path. */
static int parse_context(struct fgagg_query *query, char **text,
			 struct fgagg_error *err)
{
	char *name = *text + 1, *end = strchr(name, ']');
	unsigned int context;

	if (end)
		*end = '\0';
	if (!end || fgagg_view_context(name, &context))
		return fgagg_error_set(err, -EINVAL,
				       "a path starts with [task], [softirq], [hardirq], [nmi] or a function, not '%s'",
				       *text);
	if (query->filter.some_context && query->filter.context != context)
		return fgagg_error_set(err, -EINVAL,
				       "a path that starts with [%s] is none of context %s: leave one of them out",
				       name, fgagg_tree_context(query->filter.context));
	query->filter.context = context;
	query->filter.some_context = true;
	query->whole = true;
	*text = end + 1 + strspn(end + 1, " ;>");
	return 0;
}

/**
 * fgagg_query_parse - parse a function or a path
 * @query: set, except for its filter, of which only the context may be set
 * @text: what the user typed; gets cut in pieces, which @query points to
 * @err: set on failure
 *
 * Return: 0, or -EINVAL if @text is neither.
 */
int fgagg_query_parse(struct fgagg_query *query, char *text,
		      struct fgagg_error *err)
{
	char *name;

	query->nr = 0;
	query->whole = false;
	text = trim(text);
	if (*text == '[' && parse_context(query, &text, err))
		return -EINVAL;
	while ((name = strsep(&text, ";>"))) {
		if (query->nr == FGAGG_TREE_DEPTH_MAX)
			return fgagg_error_set(err, -EINVAL,
					       "the path is longer than %d functions",
					       FGAGG_TREE_DEPTH_MAX);
		name = trim(name);
		if (!*name)
			return fgagg_error_set(err, -EINVAL,
					       "a function of the path is empty: write 'a;b;c' or 'a > b > c'");
		query->names[query->nr++] = name;
	}
	if (query->nr > 1)
		query->whole = true;
	return 0;
}

/**
 * fgagg_query_matches - whether a path is one that is meant
 * @query: the query
 * @node: the path
 *
 * Return: true if it is, and has calls.
 */
bool fgagg_query_matches(const struct fgagg_query *query,
			 const struct fgagg_node *node)
{
	const struct fgagg_filter *filter = &query->filter;
	size_t i;

	if (!node->sum.count ||
	    (filter->some_context && node->context != filter->context) ||
	    (query->whole && node->depth != query->nr))
		return false;
	for (i = query->nr; i--; node = node->parent)
		if (!fgagg_view_matches(node->name, query->names[i]))
			return false;
	return true;
}

/**
 * fgagg_query_sum - add up all paths that are meant
 * @query: the query
 * @tree: a tree, finished
 * @sum: all zero; set to a path of all their calls, of which the field dist is
 *	to be given back also on failure
 * @err: set on failure
 *
 * Return: 0; -ENOENT if there is none; -EOVERFLOW; -ENOMEM.
 */
int fgagg_query_sum(const struct fgagg_query *query, struct fgagg_tree *tree,
		    struct fgagg_node *sum, struct fgagg_error *err)
{
	const struct fgagg_node *node;
	size_t i;
	int ret;

	for (i = 0; i < fgagg_tree_count(tree); i++) {
		node = fgagg_tree_node(tree, i);
		if (!fgagg_query_matches(query, node))
			continue;
		ret = fgagg_sum_add(sum, node);
		if (ret)
			return fgagg_error_set(err, ret, "%s", strerror(-ret));
	}
	if (!sum->dist.count)
		return fgagg_error_set(err, -ENOENT,
				       "no path with calls matches: 'fgagg report' lists those that there are");
	fgagg_tree_summarize(fgagg_tree_totals(tree), sum, &sum->sum);
	return 0;
}
