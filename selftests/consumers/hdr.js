#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/*
 * hdr.js MODULES HGRM JSON FUNCTION: compare percentiles with those that
 * HdrHistogram writes of the same calls.
 *
 * Its buckets are narrower than a ten thousandth; ours it gets as their
 * greatest values.
 */
"use strict";
const assert = require("assert");
const fs = require("fs");
const path = require("path");

const [modules, file, json, name] = process.argv.slice(2);
const hdr = require(path.join(modules, "hdr-histogram-js"));

function parse(text) {
	const lines = text.trimEnd().split("\n");
	const rows = lines.slice(2).filter((line) => !line.startsWith("#"));
	const notes = [...text.matchAll(/(\w+(?: \w+)*) += +([\d.]+)/g)];

	assert.deepStrictEqual(lines[0].trim().split(/ +/),
		["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]);
	return {
		rows: rows.map((row) => row.trim().split(/ +/).map(Number)),
		notes: Object.fromEntries(
			notes.map(([, key, value]) => [key, Number(value)])),
	};
}

/* The greatest value of a bucket is one less than its end, or the maximum. */
function build(paths) {
	const max = Math.max(...paths.map((row) => row.max_ns));
	const histogram = hdr.build({
		bitBucketSize: "packed",
		highestTrackableValue: 2 * max,
		lowestDiscernibleValue: 1,
		numberOfSignificantValueDigits: 4,
	});

	for (const row of paths)
		for (const [, end, count] of row.hist)
			histogram.recordValueWithCount(Math.min(end - 1, max),
						       count);
	return histogram;
}

function near(got, want, what, slack) {
	assert(Math.abs(got - want) <= slack,
	       `${what} is ${got}, not ${want} +- ${slack}`);
}

const paths = JSON.parse(fs.readFileSync(json)).paths.filter(
	(row) => row.path[row.path.length - 1] === name);
const got = parse(fs.readFileSync(file, "utf8"));
const want = parse(build(paths).outputPercentileDistribution(5, 1000));
const total = paths.reduce((sum, row) => sum + row.total_ns, 0);
const count = paths.reduce((sum, row) => sum + row.count, 0);

assert(got.rows.length > 10, "few rows");
assert.strictEqual(got.rows.length, want.rows.length);
got.rows.forEach((row, i) => {
	/* A bucket's end is rounded down to a nanosecond, to one either way. */
	near(row[0], want.rows[i][0], `value ${i}`,
	     0.002 + want.rows[i][0] / 1e4);
	assert.deepStrictEqual(row.slice(1), want.rows[i].slice(1));
});
near(got.notes.Mean, total / count / 1000, "mean", 0.001);
near(got.notes.Max, Math.max(...paths.map((row) => row.max_ns)) / 1000, "max",
     1e-9);
assert.strictEqual(got.notes["Total count"], count);
/* Ours is of the middles of the buckets. */
near(got.notes.StdDeviation, want.notes.StdDeviation, "deviation",
     want.notes.StdDeviation * 0.07);
