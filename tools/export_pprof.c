// SPDX-License-Identifier: GPL-2.0-only
/*
 * pprof: the message Profile of profile.proto, compressed as gzip does.
 *
 * A sample is a call path, from the innermost function outwards, with its
 * calls, its inclusive and its exclusive time.  pprof adds up the samples below
 * a function by itself, so what it shows as cumulative is right for exclusive
 * times, which is why they are its default; of calls and of inclusive times
 * only what it shows as flat means something.  The context is a label:
 * "-tagfocus" selects it, "-tagroot" makes it a root.
 */
#include "export.h"

#include <errno.h>
#include <stdlib.h>
#include <zlib.h>

#include "macros.h"
#include "names.h"
#include "protobuf.h"
#include "view.h"

/* Numbers of fields, as profile.proto has them. */
enum {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE = 2,
	PROFILE_MAPPING = 3,
	PROFILE_LOCATION = 4,
	PROFILE_FUNCTION = 5,
	PROFILE_STRING = 6,
	PROFILE_DURATION_NANOS = 10,
	PROFILE_COMMENT = 13,
	PROFILE_DEFAULT_SAMPLE_TYPE = 14,

	VALUE_TYPE = 1,
	VALUE_UNIT = 2,

	SAMPLE_LOCATION = 1,
	SAMPLE_VALUE = 2,
	SAMPLE_LABEL = 3,

	LABEL_KEY = 1,
	LABEL_STRING = 2,

	MAPPING_ID = 1,
	MAPPING_FILENAME = 5,
	MAPPING_HAS_FUNCTIONS = 7,

	LOCATION_ID = 1,
	LOCATION_MAPPING = 2,
	LOCATION_LINE = 4,

	LINE_FUNCTION = 1,

	FUNCTION_ID = 1,
	FUNCTION_NAME = 2,
	FUNCTION_SYSTEM_NAME = 3,
};

/* Without a mapping that has functions, pprof looks for symbols itself. */
#define KERNEL_MAPPING	1

/* The table of strings: these, the contexts, the functions, the comment. */
enum {
	TEXT_EMPTY,
	TEXT_CALLS,
	TEXT_COUNT,
	TEXT_TOTAL,
	TEXT_SELF,
	TEXT_NANOSECONDS,
	TEXT_KERNEL,
	TEXT_CONTEXT,
	TEXT_CONTEXTS,
	TEXT_FUNCTIONS = TEXT_CONTEXTS + FGAGG_CTX_NR,
};

static const char *const texts[] = {
	[TEXT_EMPTY] = "",
	[TEXT_CALLS] = "calls",
	[TEXT_COUNT] = "count",
	[TEXT_TOTAL] = "total",
	[TEXT_SELF] = "self",
	[TEXT_NANOSECONDS] = "nanoseconds",
	[TEXT_KERNEL] = "[kernel.kallsyms]",
	[TEXT_CONTEXT] = "context",
};

/**
 * struct profile - a profile that is being written
 * @msg: the message
 * @part: a field of @msg that is being written
 * @list: a field of @part that is being written
 */
struct profile {
	struct fgagg_protobuf msg;
	struct fgagg_protobuf part;
	struct fgagg_protobuf list;
};

static void put_sample_type(struct profile *p, __u64 type, __u64 unit)
{
	fgagg_protobuf_number(&p->part, VALUE_TYPE, type);
	fgagg_protobuf_number(&p->part, VALUE_UNIT, unit);
	fgagg_protobuf_message(&p->msg, PROFILE_SAMPLE_TYPE, &p->part);
}

static void put_sample(struct profile *p, const struct fgagg_names *names,
		       const struct fgagg_node *node)
{
	const struct fgagg_node *caller;

	for (caller = node; caller->depth; caller = caller->parent)
		fgagg_protobuf_put(&p->list, names->of[caller->order] + 1);
	fgagg_protobuf_message(&p->part, SAMPLE_LOCATION, &p->list);
	fgagg_protobuf_put(&p->list, node->sum.count);
	fgagg_protobuf_put(&p->list, node->sum.total);
	fgagg_protobuf_put(&p->list, node->sum.self);
	fgagg_protobuf_message(&p->part, SAMPLE_VALUE, &p->list);
	fgagg_protobuf_number(&p->list, LABEL_KEY, TEXT_CONTEXT);
	fgagg_protobuf_number(&p->list, LABEL_STRING,
			      TEXT_CONTEXTS + node->context);
	fgagg_protobuf_message(&p->part, SAMPLE_LABEL, &p->list);
	fgagg_protobuf_message(&p->msg, PROFILE_SAMPLE, &p->part);
}

/* A location for each function, both numbered from 1 on. */
static void put_functions(struct profile *p, const struct fgagg_names *names)
{
	size_t i;

	fgagg_protobuf_number(&p->part, MAPPING_ID, KERNEL_MAPPING);
	fgagg_protobuf_number(&p->part, MAPPING_FILENAME, TEXT_KERNEL);
	fgagg_protobuf_number(&p->part, MAPPING_HAS_FUNCTIONS, true);
	fgagg_protobuf_message(&p->msg, PROFILE_MAPPING, &p->part);
	for (i = 0; i < names->nr; i++) {
		fgagg_protobuf_number(&p->part, LOCATION_ID, i + 1);
		fgagg_protobuf_number(&p->part, LOCATION_MAPPING,
				      KERNEL_MAPPING);
		fgagg_protobuf_number(&p->list, LINE_FUNCTION, i + 1);
		fgagg_protobuf_message(&p->part, LOCATION_LINE, &p->list);
		fgagg_protobuf_message(&p->msg, PROFILE_LOCATION, &p->part);

		fgagg_protobuf_number(&p->part, FUNCTION_ID, i + 1);
		fgagg_protobuf_number(&p->part, FUNCTION_NAME,
				      TEXT_FUNCTIONS + i);
		fgagg_protobuf_number(&p->part, FUNCTION_SYSTEM_NAME,
				      TEXT_FUNCTIONS + i);
		fgagg_protobuf_message(&p->msg, PROFILE_FUNCTION, &p->part);
	}
}

static void put_texts(struct profile *p, const struct fgagg_names *names)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		fgagg_protobuf_string(&p->msg, PROFILE_STRING, texts[i]);
	for (i = 0; i < FGAGG_CTX_NR; i++)
		fgagg_protobuf_string(&p->msg, PROFILE_STRING,
				      fgagg_tree_context(i));
	for (i = 0; i < names->nr; i++)
		fgagg_protobuf_string(&p->msg, PROFILE_STRING, names->name[i]);
}

/* What was lost has no field of its own: it is a comment, the last string. */
static int put_losses(struct profile *p, const struct fgagg_names *names,
		      const struct fgagg_totals *totals)
{
	char *text = NULL;
	size_t size;
	FILE *out;

	out = open_memstream(&text, &size);
	if (!out)
		return -ENOMEM;
	fgagg_view_print_losses(out, totals);
	if (fclose(out)) {
		free(text);
		return -ENOMEM;
	}
	if (size) {
		text[size - 1] = '\0';
		fgagg_protobuf_string(&p->msg, PROFILE_STRING, text + 2);
		fgagg_protobuf_number(&p->msg, PROFILE_COMMENT,
				      TEXT_FUNCTIONS + names->nr);
	}
	free(text);
	return 0;
}

static int put_profile(struct profile *p, const struct fgagg_names *names,
		       const struct fgagg_export *ex)
{
	size_t i;
	int ret;

	put_sample_type(p, TEXT_CALLS, TEXT_COUNT);
	put_sample_type(p, TEXT_TOTAL, TEXT_NANOSECONDS);
	put_sample_type(p, TEXT_SELF, TEXT_NANOSECONDS);
	for (i = 0; i < ex->paths.nr; i++)
		put_sample(p, names, ex->paths.rows[i]);
	put_functions(p, names);
	put_texts(p, names);
	ret = put_losses(p, names, fgagg_tree_totals(ex->src->tree));
	if (ex->src->duration)
		fgagg_protobuf_number(&p->msg, PROFILE_DURATION_NANOS,
				      ex->src->duration);
	fgagg_protobuf_number(&p->msg, PROFILE_DEFAULT_SAMPLE_TYPE, TEXT_SELF);
	return ret ? ret : fgagg_protobuf_error(&p->msg);
}

/* No time in the head, so that the same run gives the same file. */
static int compress_to(FILE *out, const struct fgagg_protobuf *msg)
{
	unsigned char chunk[1 << 14] = { 0 };
	z_stream z = { .next_in = msg->data };
	size_t left = msg->size;
	int ret;

	ret = deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
			   MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
	while (ret == Z_OK) {
		if (!z.avail_in) {
			z.avail_in = left < 1 << 30 ? left : 1 << 30;
			left -= z.avail_in;
		}
		z.next_out = chunk;
		z.avail_out = sizeof(chunk);
		ret = deflate(&z, left ? Z_NO_FLUSH : Z_FINISH);
		fwrite(chunk, 1, sizeof(chunk) - z.avail_out, out);
	}
	deflateEnd(&z);
	return ret == Z_STREAM_END ? 0 : -ENOMEM;
}

/**
 * fgagg_export_pprof - write paths as a profile for pprof
 * @out: where to
 * @ex: what
 *
 * Return: 0 or -ENOMEM.
 */
int fgagg_export_pprof(FILE *out, const struct fgagg_export *ex)
{
	struct fgagg_names names;
	struct profile p = { 0 };
	int ret;

	ret = fgagg_names_init(&names, ex->src->tree);
	if (!ret)
		ret = put_profile(&p, &names, ex);
	if (!ret)
		ret = compress_to(out, &p.msg);
	fgagg_names_free(&names);
	fgagg_protobuf_free(&p.list);
	fgagg_protobuf_free(&p.part);
	fgagg_protobuf_free(&p.msg);
	return ret;
}
