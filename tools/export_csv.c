// SPDX-License-Identifier: GPL-2.0-only
/* CSV as in RFC 4180: lines end in CRLF, quotes only where they are needed. */
#include "export.h"

#include <string.h>

#include "view.h"

/* What stands between quotes: a quote is written twice. */
static void put_quoted(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
}

static void write_path(FILE *out, const struct fgagg_node *node)
{
	const struct fgagg_node *path[FGAGG_TREE_DEPTH_MAX];
	size_t i, n = fgagg_view_path(node, path);
	bool quote = false;

	for (i = 0; i < n; i++)
		quote |= !!strpbrk(path[i]->name, "\",\r\n");
	fputs(quote ? "\"" : "", out);
	for (i = 0; i < n; i++) {
		fputs(i ? ";" : "", out);
		put_quoted(out, path[i]->name);
	}
	fputs(quote ? "\"" : "", out);
}

/**
 * fgagg_export_csv - write paths as a table
 * @out: where to
 * @ex: what
 *
 * The first line names the columns.  Times are in nanoseconds.
 *
 * Return: 0.
 */
int fgagg_export_csv(FILE *out, const struct fgagg_export *ex)
{
	const struct fgagg_summary *sum;
	size_t i;

	fputs("context,path,count,total_ns,self_ns,raw_total_ns,min_ns,max_ns,p50_ns,p90_ns,p99_ns,p999_ns\r\n",
	      out);
	for (i = 0; i < ex->paths.nr; i++) {
		sum = &ex->paths.rows[i]->sum;
		fprintf(out, "%s,",
			fgagg_tree_context(ex->paths.rows[i]->context));
		write_path(out, ex->paths.rows[i]);
		fprintf(out, ",%llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu\r\n",
			sum->count, sum->total, sum->self, sum->raw_total,
			sum->min, sum->max, sum->p50, sum->p90, sum->p99,
			sum->p999);
	}
	return 0;
}
