// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any text as patterns, as written to a file of the module.  Each pattern is
 * then matched, and shown as text, which has to be the same pattern again.
 */
#include "fuzz.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>

#include "error.h"
#include "pattern.h"

/* What kmod/error.c does, without its lock. */
int fgagg_error(int err, const char *fmt, ...)
{
	char text[FGAGG_ERROR_LEN];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return err;
}

static void check_text(const struct fgagg_pattern *p)
{
	const struct fgagg_pattern *again;
	LIST_HEAD(list);

	if (fgagg_pattern_parse(p->text, &list))
		abort();
	again = list_entry(list.next, struct fgagg_pattern, node);
	if (list.next->next != &list || strcmp(again->func, p->func) ||
	    strcmp(again->module, p->module) || again->exclude != p->exclude ||
	    again->set != p->set)
		abort();
	fgagg_pattern_free(&list);
}

/* As funcset.c does, which puts the patterns of sets in their place. */
static void drop_sets(struct list_head *list)
{
	struct fgagg_pattern *p, *next;

	list_for_each_entry_safe(p, next, list, node) {
		if (!p->set)
			continue;
		list_del(&p->node);
		free(p);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fgagg_matcher *matcher;
	struct fgagg_pattern *p;
	char *text = malloc(size + 1);
	LIST_HEAD(list);

	memcpy(text, data, size);
	text[size] = '\0';
	fgagg_pattern_parse(text, &list);
	list_for_each_entry(p, &list, node)
		check_text(p);
	drop_sets(&list);
	matcher = fgagg_matcher_new(&list);
	if (IS_ERR(matcher))
		abort();
	fgagg_matcher_match(matcher, "udp_sendmsg", NULL, NULL);
	fgagg_matcher_match(matcher, "ip_fragment.constprop.0", "nf_nat", NULL);
	list_for_each_entry(p, &list, node)
		fgagg_matcher_match(matcher, p->func, p->module, NULL);
	fgagg_matcher_free(matcher);
	fgagg_pattern_free(&list);
	free(text);
	return 0;
}
