// SPDX-License-Identifier: GPL-2.0-only
#include "pattern.h"

#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/glob.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringhash.h>

#include "error.h"
#include "sets.h"

#define SEPARATORS	" \t\n,"
#define GLOB_CHARS	"*?"

static bool name_valid(const char *s, size_t len, const char *extra)
{
	size_t i;

	if (!len)
		return false;
	for (i = 0; i < len; i++)
		if (!(isascii(s[i]) && isalnum(s[i])) && !strchr("_.-", s[i]) &&
		    !strchr(extra, s[i]))
			return false;
	return true;
}

/* Split "func:mod:module", or "func" and "[module]", into the two. */
static int pattern_fill(struct fgagg_pattern *p, const char *token, size_t len,
			const char *module, size_t module_len)
{
	const char *func = token, *mod;
	size_t func_len = len;

	p->exclude = *func == '!';
	if (p->exclude) {
		func++;
		func_len--;
	}
	p->set = func_len && *func == '@';
	if (p->set) {
		func++;
		func_len--;
	}

	mod = strnstr(func, ":mod:", func_len);
	if (mod && !module) {
		module = mod + strlen(":mod:");
		module_len = func + func_len - module;
		func_len = mod - func;
	}
	/* Each for itself, or what is shown as one word could not be written. */
	if (func_len >= FGAGG_NAME_LEN || module_len >= FGAGG_NAME_LEN)
		return -ENAMETOOLONG;
	if (!name_valid(func, func_len, p->set ? "" : GLOB_CHARS))
		return -EINVAL;
	if (module && (p->set || !name_valid(module, module_len, GLOB_CHARS)))
		return -EINVAL;

	memcpy(p->func, func, func_len);
	if (module)
		memcpy(p->module, module, module_len);
	p->prefix = strcspn(p->func, GLOB_CHARS);
	p->exact = !p->func[p->prefix];
	snprintf(p->text, sizeof(p->text), "%s%s%s%s%s", p->exclude ? "!" : "",
		 p->set ? "@" : "", p->func, module_len ? ":mod:" : "",
		 p->module);
	return 0;
}

/* The "[module]" that may follow a token. */
static const char *module_suffix(const char *s, size_t *len)
{
	s += strspn(s, " \t");
	if (*s != '[')
		return NULL;
	*len = strcspn(s + 1, "]" SEPARATORS);
	return s[*len + 1] == ']' ? s + 1 : NULL;
}

static int pattern_add(const char **text, struct list_head *patterns)
{
	size_t len = strcspn(*text, SEPARATORS), module_len = 0;
	const char *module = module_suffix(*text + len, &module_len);
	struct fgagg_pattern *p;
	int err;

	if (!module)
		module_len = 0;	/* of what is no module */
	p = kzalloc(sizeof(*p), GFP_KERNEL);
	if (!p)
		return fgagg_error(-ENOMEM, "no memory for patterns");
	err = pattern_fill(p, *text, len, module, module_len);
	if (!err && p->set && !fgagg_set_find(p->func))
		err = fgagg_error(-EINVAL, "unknown set \"%s\": the sets are " FGAGG_SET_NAMES,
				  p->text);
	else if (err == -ENAMETOOLONG)
		fgagg_error(err, "pattern \"%.20s...\" has a name of more than %d characters",
			    *text, FGAGG_NAME_LEN - 1);
	else if (err)
		err = fgagg_error(err, "malformed pattern \"%.*s\": write name, glob*, glob:mod:module, @set, or ! and one of these",
				  (int)len, *text);
	if (err) {
		kfree(p);
		return err;
	}
	list_add_tail(&p->node, patterns);
	*text = module ? module + module_len + 1 : *text + len;
	return 0;
}

/**
 * fgagg_pattern_parse - read patterns
 * @text: the patterns
 * @patterns: list that they are appended to
 *
 * Context: process, may sleep.
 * Return: 0, or a negative errno after fgagg_error(); then what is in
 * @patterns is for the caller to free.
 */
int fgagg_pattern_parse(const char *text, struct list_head *patterns)
{
	int err;

	for (text += strspn(text, SEPARATORS); *text;
	     text += strspn(text, SEPARATORS)) {
		err = pattern_add(&text, patterns);
		if (err)
			return err;
	}
	return 0;
}

/**
 * fgagg_pattern_free - free a list of patterns
 * @patterns: the list; empty afterwards
 */
void fgagg_pattern_free(struct list_head *patterns)
{
	struct fgagg_pattern *p, *next;

	list_for_each_entry_safe(p, next, patterns, node)
		kfree(p);
	INIT_LIST_HEAD(patterns);
}

static u32 name_hash(const char *name, size_t len)
{
	return full_name_hash(NULL, name, len) & ((1 << FGAGG_MATCHER_BITS) - 1);
}

/**
 * fgagg_matcher_new - prepare to match patterns
 * @patterns: the patterns, without sets; they must outlive the matcher
 *
 * Context: process, may sleep.
 * Return: the matcher, or an ERR_PTR().
 */
struct fgagg_matcher *fgagg_matcher_new(struct list_head *patterns)
{
	struct fgagg_matcher *m = kvzalloc(sizeof(*m), GFP_KERNEL);
	struct fgagg_pattern *p;
	unsigned int nr = 0;
	u32 h;

	if (!m)
		return ERR_PTR(-ENOMEM);
	list_for_each_entry(p, patterns, node)
		nr += !p->exact;
	m->globs = kvcalloc(nr, sizeof(*m->globs), GFP_KERNEL);
	if (nr && !m->globs) {
		kvfree(m);
		return ERR_PTR(-ENOMEM);
	}
	list_for_each_entry(p, patterns, node) {
		if (!p->exact) {
			m->globs[m->nr_globs++] = p;
			continue;
		}
		h = name_hash(p->func, strlen(p->func));
		p->hash_next = m->hash[h];
		m->hash[h] = p;
	}
	return m;
}

/**
 * fgagg_matcher_free - undo fgagg_matcher_new()
 * @m: the matcher
 */
void fgagg_matcher_free(struct fgagg_matcher *m)
{
	kvfree(m->globs);
	kvfree(m);
}

/**
 * struct match - what matching a symbol has come to
 * @module: the module the symbol is in
 * @include: a pattern matches
 * @exclude: a pattern excludes it
 * @note: called for each pattern that matches or excludes, unless NULL
 */
struct match {
	const char	*module;
	bool		include;
	bool		exclude;
	void		(*note)(struct fgagg_pattern *p);
};

/* A pattern's function matches. */
static void match_func(struct match *match, struct fgagg_pattern *p)
{
	if (p->module[0] &&
	    !(match->module && glob_match(p->module, match->module)))
		return;
	if (p->exclude)
		match->exclude = true;
	else
		match->include = true;
	if (match->note)
		match->note(p);
}

/**
 * fgagg_matcher_match - do patterns mean a symbol?
 * @m: the patterns
 * @symbol: its name
 * @module: the module it is in, NULL for the kernel itself
 * @note: called for each pattern that matches or excludes it, unless NULL
 *
 * Return: true if a pattern matches it and none excludes it.
 */
bool fgagg_matcher_match(struct fgagg_matcher *m, const char *symbol,
			 const char *module,
			 void (*note)(struct fgagg_pattern *p))
{
	struct match match = { .module = module, .note = note };
	size_t base = strchrnul(symbol, '.') - symbol;
	struct fgagg_pattern *p;
	unsigned int i;

	/* The name without a suffix, then, if it has one, the whole name. */
	for (p = m->hash[name_hash(symbol, base)]; p; p = p->hash_next)
		if (!strncmp(p->func, symbol, base) && !p->func[base])
			match_func(&match, p);
	if (symbol[base])
		for (p = m->hash[name_hash(symbol, strlen(symbol))]; p;
		     p = p->hash_next)
			if (!strcmp(p->func, symbol))
				match_func(&match, p);
	for (i = 0; i < m->nr_globs; i++) {
		p = m->globs[i];
		if (!strncmp(p->func, symbol, p->prefix) &&
		    glob_match(p->func, symbol))
			match_func(&match, p);
	}
	return match.include && !match.exclude;
}
