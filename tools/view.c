// SPDX-License-Identifier: GPL-2.0-only
#include "view.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "macros.h"
#include "print.h"

/* Kernel symbols are not longer, and snapshot.c lets nothing longer pass. */
#define SYMBOL_LEN	640

static bool glob(const char *pattern, size_t len, const char *name)
{
	char copy[SYMBOL_LEN];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, pattern, len);
	copy[len] = '\0';
	return !fnmatch(copy, name, 0);
}

/**
 * fgagg_view_matches - whether a function is the one that a user means
 * @name: "name" or "name [module]"
 * @pattern: a name or a glob, which may be followed by " [module]"
 *
 * A pattern also matches a name to which the compiler added a suffix, so that
 * "ip_fragment" finds "ip_fragment.constprop.0".
 *
 * Return: true if it is.
 */
bool fgagg_view_matches(const char *name, const char *pattern)
{
	const char *name_module = strstr(name, " [");
	const char *module = strstr(pattern, " [");
	size_t len = module ? (size_t)(module - pattern) : strlen(pattern);
	char bare[SYMBOL_LEN];

	if (module && (!name_module || strcmp(module, name_module)))
		return false;
	snprintf(bare, sizeof(bare), "%.*s",
		 name_module ? (int)(name_module - name) : SYMBOL_LEN, name);
	if (glob(pattern, len, bare))
		return true;
	bare[strcspn(bare, ".")] = '\0';
	return *bare && glob(pattern, len, bare);
}

/**
 * fgagg_view_context - parse the name of a context
 * @name: "task" and so on
 * @context: set to &enum fgagg_context
 *
 * Return: 0, or -EINVAL if there is none of that name.
 */
int fgagg_view_context(const char *name, unsigned int *context)
{
	unsigned int i;

	for (i = 0; i < FGAGG_CTX_NR; i++) {
		if (!strcmp(name, fgagg_tree_context(i))) {
			*context = i;
			return 0;
		}
	}
	return -EINVAL;
}

static const struct {
	const char *name;
	size_t offset;
} sort_keys[] = {
	{ "total", offsetof(struct fgagg_summary, total) },
	{ "self", offsetof(struct fgagg_summary, self) },
	{ "count", offsetof(struct fgagg_summary, count) },
	{ "max", offsetof(struct fgagg_summary, max) },
	{ "p99", offsetof(struct fgagg_summary, p99) },
};

static const size_t *find_sort(const char *key)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sort_keys); i++)
		if (!strcmp(sort_keys[i].name, key))
			return &sort_keys[i].offset;
	return NULL;
}

/**
 * fgagg_view_is_sort - whether paths can be sorted by a key
 * @key: the key
 *
 * Return: true if so.
 */
bool fgagg_view_is_sort(const char *key)
{
	return find_sort(key);
}

/**
 * fgagg_view_sort - the keys that paths can be sorted by
 * @i: which, from 0
 *
 * Return: the key, or NULL if there are no more than @i.
 */
const char *fgagg_view_sort(size_t i)
{
	return i < ARRAY_SIZE(sort_keys) ? sort_keys[i].name : NULL;
}

/* Greatest first; equal ones by context and names, for output to be stable. */
static int by_key(const struct fgagg_node *a, const struct fgagg_node *b,
		  const void *arg)
{
	size_t offset = *(const size_t *)arg;
	__u64 x = *(const __u64 *)((const char *)&a->sum + offset);
	__u64 y = *(const __u64 *)((const char *)&b->sum + offset);

	if (x != y)
		return x > y ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static int by_key_qsort(const void *a, const void *b, void *arg)
{
	return by_key(*(struct fgagg_node *const *)a,
		      *(struct fgagg_node *const *)b, arg);
}

static bool has_calls(const struct fgagg_node *node,
		      const struct fgagg_filter *filter)
{
	__u64 least = filter->min_count ? filter->min_count : 1;

	return node->sum.count >= least &&
	       (!filter->some_context || node->context == filter->context);
}

/**
 * fgagg_view_selects - whether a filter lets a path pass
 * @node: the path
 * @filter: which; @func is the last function of the path
 *
 * Return: true if it does.
 */
bool fgagg_view_selects(const struct fgagg_node *node,
			const struct fgagg_filter *filter)
{
	return has_calls(node, filter) &&
	       (!filter->depth || node->depth <= filter->depth) &&
	       (!filter->func || fgagg_view_matches(node->name, filter->func));
}

/**
 * fgagg_view_rows - paths as a list
 * @tree: a tree, finished
 * @filter: which, see fgagg_view_selects()
 * @sort: by what, see fgagg_view_is_sort()
 * @rows: set to the list; the caller frees it
 * @nr: set to its length
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_view_rows(const struct fgagg_tree *tree,
		    const struct fgagg_filter *filter, const char *sort,
		    struct fgagg_node ***rows, size_t *nr)
{
	size_t i, n = 0, count = fgagg_tree_count(tree);
	struct fgagg_node **list, *node;

	list = calloc(count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	for (i = 0; i < count; i++) {
		node = fgagg_tree_node(tree, i);
		if (fgagg_view_selects(node, filter))
			list[n++] = node;
	}
	qsort_r(list, n, sizeof(*list), by_key_qsort, (void *)find_sort(sort));
	*rows = list;
	*nr = n;
	return 0;
}

/**
 * fgagg_view_mark - select what a tree shows, and sort callees
 * @tree: a tree, finished; the field shown of its nodes is set
 * @filter: which; @func is any function on the path
 * @sort: by what, see fgagg_view_is_sort()
 *
 * Callers of paths that are shown are shown, even if no call of theirs has
 * returned yet.
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_view_mark(struct fgagg_tree *tree, const struct fgagg_filter *filter,
		    const char *sort)
{
	size_t i, nr = fgagg_tree_count(tree);
	struct fgagg_node *node;
	bool *inside, *below;

	/* By node->order: on a path that matches; calls at it or below it. */
	inside = calloc(2 * nr + 1, sizeof(*inside));
	if (!inside)
		return -ENOMEM;
	below = inside + nr;
	for (i = 0; i < nr; i++) {
		node = fgagg_tree_node(tree, i);
		inside[node->order] = !filter->func ||
			(node->depth > 1 && inside[node->parent->order]) ||
			fgagg_view_matches(node->name, filter->func);
	}
	for (i = nr; i--; ) {
		node = fgagg_tree_node(tree, i);
		if (inside[node->order] && has_calls(node, filter))
			below[node->order] = true;
		if (below[node->order] && node->depth > 1)
			below[node->parent->order] = true;
		node->shown = below[node->order] &&
			      (!filter->depth || node->depth <= filter->depth);
	}
	free(inside);
	return fgagg_tree_sort(tree, by_key, find_sort(sort));
}

/**
 * fgagg_view_path - the functions of a call path
 * @node: a node
 * @path: set to its nodes from the outermost caller on
 *
 * Return: their number.
 */
size_t fgagg_view_path(const struct fgagg_node *node,
		       const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX])
{
	size_t depth = node->depth;

	for (; node->depth; node = node->parent)
		path[node->depth - 1] = node;
	return depth;
}

/**
 * fgagg_view_print_path - print a call path as "[context] a > b > c"
 * @out: where to
 * @node: a node
 */
void fgagg_view_print_path(FILE *out, const struct fgagg_node *node)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	size_t i, n = fgagg_view_path(node, path);

	fprintf(out, "[%s]", fgagg_tree_context(node->context));
	for (i = 0; i < n; i++)
		fprintf(out, "%s%s", i ? " > " : " ", path[i]->name);
}

/**
 * fgagg_view_print_titles - print the titles of fgagg_view_print_columns()
 * @out: where to
 * @last: title of what follows the columns
 */
void fgagg_view_print_titles(FILE *out, const char *last)
{
	fprintf(out, "# %10s %9s %9s %11s %11s %11s  %s\n", "count", "total",
		"self", "p50", "p99", "max", last);
}

/**
 * fgagg_view_print_columns - print the numbers of a path
 * @out: where to
 * @sum: its summary
 * @color: whether to paint slow calls
 */
void fgagg_view_print_columns(FILE *out, const struct fgagg_summary *sum,
			      bool color)
{
	char total[FGAGG_PRINT_LEN], self[FGAGG_PRINT_LEN];

	if (!sum->count) {
		fprintf(out, "%12d %9s %9s %11s %11s %11s", 0, "-", "-", "-",
			"-", "-");
		return;
	}
	fprintf(out, "%12llu %9s %9s ", sum->count,
		fgagg_print_time(total, sum->total),
		fgagg_print_time(self, sum->self));
	fgagg_print_call_time(out, sum->p50, color);
	fputc(' ', out);
	fgagg_print_call_time(out, sum->p99, color);
	fputc(' ', out);
	fgagg_print_call_time(out, sum->max, color);
}

/**
 * fgagg_view_print_slowest - say who made the slowest call of a path
 * @out: where to
 * @node: the path; nothing is said if that call was before what it counts
 */
void fgagg_view_print_slowest(FILE *out, const struct fgagg_node *node)
{
	const struct fgagg_record *rec = &node->slowest;
	size_t i;

	if (!rec->size || rec->max != node->max)
		return;
	fprintf(out, "  slowest on cpu %u, pid %u (", rec->cpu, rec->max_pid);
	for (i = 0; i < sizeof(rec->max_comm) && rec->max_comm[i]; i++)
		fputc(isprint(rec->max_comm[i]) ? rec->max_comm[i] : '?', out);
	fputs(")\n", out);
}

/**
 * fgagg_view_print_losses - say what is missing, if anything is
 * @out: where to
 * @totals: of the tree
 */
void fgagg_view_print_losses(FILE *out, const struct fgagg_totals *totals)
{
	__u64 lost = 0;
	unsigned int i;

	for (i = 0; i < FGAGG_LOST_NR; i++)
		lost += totals->lost[i];
	if (!lost)
		return;
	fprintf(out, "# lost %llu of %llu calls:", lost, totals->entered);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		if (totals->lost[i])
			fprintf(out, " %s %llu", fgagg_tree_loss(i),
				totals->lost[i]);
	fputc('\n', out);
}
