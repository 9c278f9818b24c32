// SPDX-License-Identifier: GPL-2.0-only
#include "export.h"

#include <string.h>

#include "macros.h"

/* A suffix that ends in another one comes before it. */
static const struct fgagg_format formats[] = {
	{
		.name = "folded",
		.suffix = ".folded",
		.summary = "stacks and self times in ns, for flamegraph.pl",
		.write = fgagg_export_folded,
		.max_runs = 1,
	}, {
		.name = "folded-diff",
		.suffix = ".folded-diff",
		.summary = "the same of two runs, as of difffolded.pl",
		.write = fgagg_export_folded_diff,
		.min_runs = 2,
		.max_runs = 2,
	}, {
		.name = "pprof",
		.suffix = ".pb.gz",
		.summary = "a profile for 'go tool pprof'",
		.write = fgagg_export_pprof,
		.max_runs = 1,
		.binary = true,
		.losses = true,
	}, {
		.name = "speedscope",
		.suffix = ".speedscope.json",
		.summary = "self times for speedscope",
		.write = fgagg_export_speedscope,
		.max_runs = 1,
	}, {
		.name = "json",
		.suffix = ".json",
		.summary = "one object, with histograms and losses",
		.write = fgagg_export_json,
		.max_runs = 1,
		.losses = true,
	}, {
		.name = "ndjson",
		.suffix = ".ndjson",
		.summary = "an object on a line for each path",
		.write = fgagg_export_ndjson,
		.max_runs = 1,
	}, {
		.name = "csv",
		.suffix = ".csv",
		.summary = "a table, without histograms (RFC 4180)",
		.write = fgagg_export_csv,
		.max_runs = 1,
	}, {
		.name = "hgrm",
		.suffix = ".hgrm",
		.summary = "HdrHistogram percentiles in us, of one path",
		.write = fgagg_export_hgrm,
		.max_runs = 1,
		.one = true,
	}, {
		.name = "openmetrics",
		.suffix = ".om",
		.summary = "histograms in seconds, with exemplars",
		.write = fgagg_export_openmetrics,
		.max_runs = 1,
		.losses = true,
	}, {
		.name = "prometheus",
		.suffix = ".prom",
		.summary = "the same as a textfile of the node exporter",
		.write = fgagg_export_prometheus,
		.max_runs = 1,
		.losses = true,
	}, {
		.name = "html",
		.suffix = ".html",
		.summary = "a page to explore a run, or to compare two",
		.write = fgagg_export_html,
		.max_runs = 2,
		.losses = true,
	},
};

/**
 * fgagg_export_format - one of all formats
 * @i: its number, from 0 on
 *
 * Return: the format; NULL past the last.
 */
const struct fgagg_format *fgagg_export_format(size_t i)
{
	return i < ARRAY_SIZE(formats) ? &formats[i] : NULL;
}

/**
 * fgagg_export_named - find a format by name
 * @name: the name
 *
 * Return: the format; NULL if there is none.
 */
const struct fgagg_format *fgagg_export_named(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	return NULL;
}

/**
 * fgagg_export_of_file - find a format by the name of a file
 * @path: the file
 *
 * Return: the format; NULL if the suffix is of none.
 */
const struct fgagg_format *fgagg_export_of_file(const char *path)
{
	size_t i, len = strlen(path), suffix;

	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		suffix = strlen(formats[i].suffix);
		if (len > suffix &&
		    !strcmp(path + len - suffix, formats[i].suffix))
			return &formats[i];
	}
	return NULL;
}
