/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Patterns: which functions are meant.
 *
 *	name			a function, with its suffixed forms
 *				(name.isra.0, name.constprop.0, name.part.0)
 *	glob*			* and ? as in the shell
 *	glob:mod:module		in that module only, which may be a glob too;
 *	'glob [module]'		the same, as function_graph prints it
 *	@set			the patterns of a set, see sets.c
 *	!pattern		not these, whatever else matches them
 *
 * Blanks, commas and newlines separate patterns.
 */
#ifndef FGAGG_PATTERN_H
#define FGAGG_PATTERN_H

#include <linux/list.h>
#include <linux/types.h>

#define FGAGG_NAME_LEN	128

/**
 * struct fgagg_pattern - one pattern
 * @node: in a list of patterns
 * @exclude: !pattern
 * @set: @set, and then @module is empty
 * @exact: @func has no * and no ?
 * @prefix: length of @func up to its first * or ?
 * @matched: number of functions that it has matched so far
 * @hash_next: private to fgagg_matcher
 * @text: the pattern as it is shown
 * @func: function or glob, or name of the set
 * @module: module or glob; empty for any, and for none
 */
struct fgagg_pattern {
	struct list_head	node;
	bool			exclude;
	bool			set;
	bool			exact;
	unsigned int		prefix;
	unsigned int		matched;
	struct fgagg_pattern	*hash_next;
	char			text[2 * FGAGG_NAME_LEN + 8];
	char			func[FGAGG_NAME_LEN];
	char			module[FGAGG_NAME_LEN];
};

int fgagg_pattern_parse(const char *text, struct list_head *patterns);
void fgagg_pattern_free(struct list_head *patterns);

#define FGAGG_MATCHER_BITS	9

/**
 * struct fgagg_matcher - patterns, arranged to be matched against every symbol
 * @hash: heads of the chains of exact patterns, by name
 * @globs: the others
 * @nr_globs: how many
 */
struct fgagg_matcher {
	struct fgagg_pattern	*hash[1 << FGAGG_MATCHER_BITS];
	struct fgagg_pattern	**globs;
	unsigned int		nr_globs;
};

struct fgagg_matcher *fgagg_matcher_new(struct list_head *patterns);
void fgagg_matcher_free(struct fgagg_matcher *m);
bool fgagg_matcher_match(struct fgagg_matcher *m, const char *symbol,
			 const char *module,
			 void (*note)(struct fgagg_pattern *p));

#endif /* FGAGG_PATTERN_H */
