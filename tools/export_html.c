// SPDX-License-Identifier: GPL-2.0-only
/*
 * HTML: html/template.html with the data in the place of its marker.
 *
 * The template is built from html/src and is part of the program.  The data are
 * one JSON object, packed; arrays rather than objects a path, which is smaller
 * and faster to parse.  See html/src/data.js for the other end.
 */
#include "export.h"

#include <ctype.h>
#include <errno.h>
#include <jansson.h>
#include <stddef.h>
#include <string.h>

#include "macros.h"
#include "packed.h"
#include "page.h"
#include "template.h"

/* In the page, the contexts are counted before the paths. */
static size_t number_of(const struct fgagg_page *page,
			const struct fgagg_node *node)
{
	return node->depth ? FGAGG_CTX_NR + page->numbers[node->order] :
			     node->context;
}

/* What a run has of a path, NULL for nothing. */
static const struct fgagg_node *node_of(const struct fgagg_page *page,
					const struct fgagg_part *part, size_t i)
{
	return part->nodes[page->paths[i]->order];
}

/* Takes @value over; what cannot be had is null. */
static void write_json(FILE *out, json_t *value)
{
	if (!value || json_dumpf(value, out, JSON_COMPACT | JSON_ENSURE_ASCII |
					     JSON_ENCODE_ANY))
		fputs("null", out);
	json_decref(value);
}

static void write_paths(FILE *out, const struct fgagg_page *page)
{
	size_t i;

	fputs("\"parent\":[", out);
	for (i = 0; i < page->nr_paths; i++)
		fprintf(out, "%s%zu", i ? "," : "",
			number_of(page, page->paths[i]->parent));
	fputs("],\n\"name\":[", out);
	for (i = 0; i < page->nr_paths; i++) {
		fputs(i ? "," : "", out);
		write_json(out, json_string(page->paths[i]->name));
	}
	fputs("]", out);
}

static void write_summaries(FILE *out, const struct fgagg_page *page,
			    const struct fgagg_part *part)
{
	static const struct {
		const char *name;
		size_t offset;
	} members[] = {
		{ "count", offsetof(struct fgagg_summary, count) },
		{ "total", offsetof(struct fgagg_summary, total) },
		{ "self", offsetof(struct fgagg_summary, self) },
		{ "min", offsetof(struct fgagg_summary, min) },
		{ "p50", offsetof(struct fgagg_summary, p50) },
		{ "p90", offsetof(struct fgagg_summary, p90) },
		{ "p99", offsetof(struct fgagg_summary, p99) },
		{ "p999", offsetof(struct fgagg_summary, p999) },
		{ "max", offsetof(struct fgagg_summary, max) },
	};
	size_t m, i;

	for (m = 0; m < ARRAY_SIZE(members); m++) {
		fprintf(out, ",\n\"%s\":[", members[m].name);
		for (i = 0; i < page->nr_paths; i++) {
			const struct fgagg_node *node = node_of(page, part, i);
			const char *sum = node ? (const char *)&node->sum : NULL;

			fprintf(out, "%s%llu", i ? "," : "",
				sum ? *(const __u64 *)(sum + members[m].offset) :
				      0);
		}
		fputc(']', out);
	}
}

/* Indexes are differences to the one before, which are short. */
static void write_buckets(FILE *out, const struct fgagg_page *page,
			  const struct fgagg_part *part, bool counts)
{
	const struct fgagg_node *node;
	const char *comma = "";
	long long last = 0;
	size_t i, j;

	for (i = 0; i < page->nr_paths; i++) {
		node = node_of(page, part, i);
		for (j = 0; node && j < node->dist.nr; j++) {
			const struct fgagg_bucket *b = &node->dist.buckets[j];

			fprintf(out, "%s%lld", comma,
				counts ? (long long)b->count : b->index - last);
			last = b->index;
			comma = ",";
		}
	}
}

/* How many buckets each path has, and those of all paths. */
static void write_histograms(FILE *out, const struct fgagg_page *page,
			     const struct fgagg_part *part)
{
	const struct fgagg_node *node;
	size_t i;

	fputs(",\n\"hist\":{\"nr\":[", out);
	for (i = 0; i < page->nr_paths; i++) {
		node = node_of(page, part, i);
		fprintf(out, "%s%zu", i ? "," : "", node ? node->dist.nr : 0);
	}
	fputs("],\n\"index\":[", out);
	write_buckets(out, page, part, false);
	fputs("],\n\"count\":[", out);
	write_buckets(out, page, part, true);
	fputs("]}", out);
}

/* A task's name is what the task makes it. */
static json_t *comm_of(const struct fgagg_record *rec)
{
	char comm[sizeof(rec->max_comm) + 1] = "";
	size_t i;

	for (i = 0; i < sizeof(rec->max_comm) && rec->max_comm[i]; i++)
		comm[i] = isprint(rec->max_comm[i]) ? rec->max_comm[i] : '?';
	return json_string(comm);
}

/* [number, cpu, pid, comm], ... of paths whose slowest call is known. */
static void write_slowest(FILE *out, const struct fgagg_page *page,
			  const struct fgagg_part *part)
{
	const char *comma = "";
	size_t i;

	fputs(",\n\"slowest\":[", out);
	for (i = 0; i < page->nr_paths; i++) {
		const struct fgagg_node *node = node_of(page, part, i);

		/* A run may have only the time of its slowest call. */
		if (!node || !node->slowest.size || node->slowest.max != node->max)
			continue;
		fprintf(out, "%s[%zu,%u,%u,", comma, i,
			node->slowest.cpu, node->slowest.max_pid);
		write_json(out, comm_of(&node->slowest));
		fputc(']', out);
		comma = ",";
	}
	fputc(']', out);
}

static __u64 member_of(const struct fgagg_page *page,
		       const struct fgagg_heat_cell *cell, unsigned int member)
{
	const __u64 members[] = {
		page->numbers[cell->path->order], cell->column, cell->row,
		cell->count,
	};

	return members[member];
}

/* All but the counts as differences to the cell before, which deflate well. */
static void write_heat(FILE *out, const struct fgagg_page *page,
		       const struct fgagg_heat *heat)
{
	static const char *const members[] = { "path", "column", "row", "count" };
	__u64 value, last;
	size_t m, i;

	fprintf(out, ",\n\"heat\":{\"precision\":%u,\"edges\":[",
		heat->precision);
	for (i = 0; i <= heat->columns; i++)
		fprintf(out, "%s%llu", i ? "," : "", heat->edges[i]);
	for (m = 0; m < ARRAY_SIZE(members); m++) {
		fprintf(out, "],\n\"%s\":[", members[m]);
		for (i = 0, last = 0; i < heat->nr; i++) {
			value = member_of(page, &heat->cells[i], m);
			fprintf(out, "%s%lld", i ? "," : "",
				(long long)(value - last));
			if (m != 3)
				last = value;
		}
	}
	fputs("]}", out);
}

static void write_run(FILE *out, const struct fgagg_page *page,
		      const struct fgagg_part *part)
{
	const struct fgagg_source *src = part->src;
	const struct fgagg_totals *totals = fgagg_tree_totals(src->tree);
	unsigned int i;

	fputs("{\"file\":", out);
	write_json(out, part->path ? json_string(part->path) : NULL);
	fputs(",\"identity\":", out);
	write_json(out, src->identity ? json_loads(src->identity, 0, NULL) :
					NULL);
	fputs(",\"hook\":", out);
	write_json(out, json_string(totals->hook));
	fprintf(out, ",\"clock_khz\":%llu,\"precision\":%u,\"entered\":%llu",
		totals->clock_khz, totals->precision, totals->entered);
	fprintf(out, ",\"intervals\":%zu,\"duration\":%llu,\"resets\":%u,\"unread\":%llu",
		src->intervals, src->duration, src->resets, src->unread);
	fputs(",\"lost\":{", out);
	for (i = 0; i < FGAGG_LOST_NR; i++)
		fprintf(out, "%s\"%s\":%llu", i ? "," : "", fgagg_tree_loss(i),
			totals->lost[i]);
	fputc('}', out);
	write_summaries(out, page, part);
	write_histograms(out, page, part);
	write_slowest(out, page, part);
	if (part->heat.columns)
		write_heat(out, page, &part->heat);
	fputc('}', out);
}

static int write_data(FILE *out, const struct fgagg_page *page)
{
	FILE *data = fgagg_packed_open(out);
	unsigned int i;

	if (!data)
		return -ENOMEM;
	fputs("{\"version\":1,\"context\":[", data);
	for (i = 0; i < FGAGG_CTX_NR; i++)
		fprintf(data, "%s\"%s\"", i ? "," : "", fgagg_tree_context(i));
	fputs("],\n", data);
	write_paths(data, page);
	for (i = 0; i < page->nr_parts; i++) {
		fputs(i ? ",\n" : ",\n\"runs\":[", data);
		write_run(data, page, &page->parts[i]);
	}
	fputs("]}\n", data);
	return fclose(data) ? -EIO : 0;
}

/**
 * fgagg_export_html - write a page that shows a run, or compares two
 * @out: where to
 * @ex: what
 *
 * Return: 0; -ENOMEM; -EIO if zlib failed or @out cannot be written; as
 * fgagg_page_fill().
 */
int fgagg_export_html(FILE *out, const struct fgagg_export *ex)
{
	const char *marker = strstr(fgagg_template, FGAGG_TEMPLATE_MARKER);
	struct fgagg_page page = { 0 };
	int ret;

	ret = fgagg_page_fill(&page, ex);
	if (!ret) {
		fwrite(fgagg_template, 1, marker - fgagg_template, out);
		ret = write_data(out, &page);
		fputs(marker + strlen(FGAGG_TEMPLATE_MARKER), out);
	}
	fgagg_page_empty(&page);
	return ret;
}
