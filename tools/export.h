/* SPDX-License-Identifier: GPL-2.0-only */
/* export: trees in the formats of other programs. */
#ifndef FGAGG_EXPORT_H
#define FGAGG_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "compare.h"
#include "source.h"
#include "tree.h"

/**
 * struct fgagg_paths - the paths of one run that are exported
 * @rows: the paths, in the order to write them in
 * @nr: how many
 */
struct fgagg_paths {
	struct fgagg_node **rows;
	size_t nr;
};

/**
 * struct fgagg_export - what is exported
 * @src: the run, the newer one of two
 * @paths: its paths
 * @base: the older run of two, otherwise NULL
 * @base_paths: its paths
 * @path: the file of @src, NULL for the live module
 * @base_path: the file of @base
 * @sum: for a format of one distribution, that of all that is meant
 * @all_buckets: write the histogram's own buckets, not merged ones
 */
struct fgagg_export {
	const struct fgagg_source *src;
	struct fgagg_paths paths;
	const struct fgagg_source *base;
	struct fgagg_paths base_paths;
	const char *path;
	const char *base_path;
	const struct fgagg_node *sum;
	bool all_buckets;
};

/**
 * struct fgagg_format - a format
 * @name: what the user types
 * @suffix: of files in that format
 * @summary: for the help
 * @write: writes it; returns 0, or a negative errno if memory is out or jansson
 *	or zlib failed. Errors of @out itself stay in it
 * @min_runs: how many runs it needs; 0 if the live module will do
 * @max_runs: how many it can take
 * @one: of one distribution, for which a function or a path is named
 * @binary: not for terminals
 * @losses: it says itself how many calls were lost
 */
struct fgagg_format {
	const char *name;
	const char *suffix;
	const char *summary;
	int (*write)(FILE *out, const struct fgagg_export *ex);
	unsigned int min_runs;
	unsigned int max_runs;
	bool one;
	bool binary;
	bool losses;
};

const struct fgagg_format *fgagg_export_format(size_t i);
const struct fgagg_format *fgagg_export_named(const char *name);
const struct fgagg_format *fgagg_export_of_file(const char *path);

int fgagg_export_folded(FILE *out, const struct fgagg_export *ex);
int fgagg_export_folded_diff(FILE *out, const struct fgagg_export *ex);
int fgagg_export_pprof(FILE *out, const struct fgagg_export *ex);
int fgagg_export_speedscope(FILE *out, const struct fgagg_export *ex);
int fgagg_export_json(FILE *out, const struct fgagg_export *ex);
int fgagg_export_ndjson(FILE *out, const struct fgagg_export *ex);
int fgagg_export_csv(FILE *out, const struct fgagg_export *ex);
int fgagg_export_hgrm(FILE *out, const struct fgagg_export *ex);
int fgagg_export_openmetrics(FILE *out, const struct fgagg_export *ex);
int fgagg_export_prometheus(FILE *out, const struct fgagg_export *ex);
int fgagg_export_diff(FILE *out, const struct fgagg_compare *cmp,
		      const struct fgagg_pair *const *rows, size_t nr);
int fgagg_export_html(FILE *out, const struct fgagg_export *ex);

#endif /* FGAGG_EXPORT_H */
