// SPDX-License-Identifier: GPL-2.0-only
#include "snapwriter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"

/**
 * struct section - the content of a section, in memory
 * @type: &enum fgagg_section_type
 * @out: appends to @data
 * @data: valid after fflush()
 * @size: bytes of @data
 */
struct section {
	__u32 type;
	FILE *out;
	char *data;
	size_t size;
};

/**
 * struct fgagg_snapwriter - a snapshot on its way
 * @stats: text
 * @strings: names, each terminated; the first one is empty
 * @records: with their buckets
 * @nr: number of records
 */
struct fgagg_snapwriter {
	struct section stats;
	struct section strings;
	struct section records;
	__u32 nr;
};

static bool open_section(struct section *sec, __u32 type)
{
	sec->type = type;
	sec->out = open_memstream(&sec->data, &sec->size);
	return sec->out;
}

static void close_section(struct section *sec)
{
	if (sec->out)
		fclose(sec->out);
	free(sec->data);
}

/**
 * fgagg_snapwriter_new - begin a snapshot
 *
 * Return: the writer, or NULL without memory.
 */
struct fgagg_snapwriter *fgagg_snapwriter_new(void)
{
	struct fgagg_snapwriter *writer = calloc(1, sizeof(*writer));

	if (!writer)
		return NULL;
	if (!open_section(&writer->stats, FGAGG_SECTION_STATS) ||
	    !open_section(&writer->strings, FGAGG_SECTION_STRINGS) ||
	    !open_section(&writer->records, FGAGG_SECTION_RECORDS)) {
		fgagg_snapwriter_free(writer);
		return NULL;
	}
	fputc('\0', writer->strings.out);
	return writer;
}

/**
 * fgagg_snapwriter_free - give back a writer
 * @writer: the writer, or NULL
 */
void fgagg_snapwriter_free(struct fgagg_snapwriter *writer)
{
	if (!writer)
		return;
	close_section(&writer->stats);
	close_section(&writer->strings);
	close_section(&writer->records);
	free(writer);
}

/**
 * fgagg_snapwriter_name - add the name of a function
 * @writer: the writer
 * @name: "name" or "name [module]"
 *
 * Return: its offset, for the member name of records.
 */
__u32 fgagg_snapwriter_name(struct fgagg_snapwriter *writer, const char *name)
{
	long at = ftell(writer->strings.out);

	fwrite(name, 1, strlen(name) + 1, writer->strings.out);
	return at;
}

/**
 * fgagg_snapwriter_record - add a record
 * @writer: the writer
 * @rec: the record; its sizes get set
 * @buckets: its histogram, by rising index, none empty
 * @nr: number of @buckets
 */
void fgagg_snapwriter_record(struct fgagg_snapwriter *writer,
			     struct fgagg_record *rec,
			     const struct fgagg_bucket *buckets, size_t nr)
{
	rec->header_size = sizeof(*rec);
	rec->nr_buckets = nr;
	rec->size = sizeof(*rec) + nr * sizeof(*buckets);
	fwrite(rec, sizeof(*rec), 1, writer->records.out);
	fwrite(buckets, sizeof(*buckets), nr, writer->records.out);
	writer->nr++;
}

/* The bytes that a section takes in the snapshot, or 0 without memory. */
static size_t whole_size(struct section *sec)
{
	if (fflush(sec->out) || ferror(sec->out))
		return 0;
	return sizeof(struct fgagg_section) + sec->size + (-sec->size & 7);
}

static char *put(char *to, const void *data, size_t size)
{
	memcpy(to, data, size);
	return to + size;
}

static char *put_section(char *to, const struct section *sec)
{
	const struct fgagg_section head = {
		.type = sec->type, .size = sec->size,
	};

	to = put(to, &head, sizeof(head));
	to = put(to, sec->data, sec->size);
	return put(to, "\0\0\0\0\0\0\0", -sec->size & 7);
}

/**
 * fgagg_snapwriter_finish - end a snapshot
 * @writer: the writer, to which nothing may be added any more
 * @head: the header; magic, version, sizes and number of records get set
 * @stats: text, as of the module's file of that name
 * @snap: set to the snapshot
 * @err: set on failure
 *
 * Return: 0; -EFBIG if no run file could hold it; -EINVAL if what was added is
 * not sound; -ENOMEM.
 */
int fgagg_snapwriter_finish(struct fgagg_snapwriter *writer,
			    struct fgagg_snapshot *head, const char *stats,
			    struct fgagg_snap **snap, struct fgagg_error *err)
{
	struct section *secs[] = {
		&writer->stats, &writer->strings, &writer->records,
	};
	char *data, *to;
	size_t i, size;

	fputs(stats, writer->stats.out);
	head->size = sizeof(*head);
	for (i = 0; i < 3; i++) {
		size = whole_size(secs[i]);
		if (!size)
			return fgagg_error_nomem(err);
		head->size += size;
	}
	if (head->size > FGAGG_FILE_MAX)
		return fgagg_error_set(err, -EFBIG,
				       "snapshot of %llu bytes is too large: %u call paths",
				       head->size, writer->nr);
	head->magic = FGAGG_SNAPSHOT_MAGIC;
	head->version = FGAGG_SNAPSHOT_VERSION;
	head->header_size = sizeof(*head);
	head->nr_records = writer->nr;
	data = malloc(head->size);
	if (!data)
		return fgagg_error_nomem(err);
	to = put(data, head, sizeof(*head));
	for (i = 0; i < 3; i++)
		to = put_section(to, secs[i]);
	return fgagg_snapshot_parse(data, head->size, snap, err);
}
