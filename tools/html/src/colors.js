// SPDX-License-Identifier: GPL-2.0-only
//
// colors: what the colour of a call path in the tree says.

import { scaleDiverging, scaleSequentialLog, scaleSequentialSqrt } from "d3-scale";
import { change, time } from "./format.js";
import { ramp } from "./theme.js";

const p99 = { name: "p99", key: "p99", scale: scaleSequentialLog };
const self = { name: "self time", key: "self", scale: scaleSequentialSqrt };
const p50 = { name: "p50", key: "p50", scale: scaleSequentialLog };
const max = { name: "max", key: "max", scale: scaleSequentialLog };
const changes = [
	{ name: "change of p99", key: "p99", change: true },
	{ name: "change of total", key: "total", change: true },
	{ name: "change of self", key: "self", change: true },
	{ name: "change of p50", key: "p50", change: true },
	{ name: "change of calls", key: "count", change: true },
];

export function modes(report) {
	return report.diff ? [...changes, p99, self] : [p99, self, p50, max];
}

// The change that has the full colour: doubled, or halved.
const FULL = 2;

function changeColors(report, mode) {
	const before = report.base[mode.key], now = report.run[mode.key];
	const scale = scaleDiverging([-1, 0, 1], ramp("change")).clamp(true);

	return {
		of: (path) => {
			if (!before[path])
				return scale(now[path] ? 1 : 0);
			return scale(now[path] ?
				Math.log(now[path] / before[path]) / Math.log(FULL) : -1);
		},
		ramp: scale.interpolator(),
		ends: [change(FULL, 1), change(1, FULL)],
	};
}

// The extremes of what is not 0; contexts have times, but no quantiles.
function extent(report, values) {
	let low = Infinity, high = 0;

	for (let i = report.contexts; i < report.size; i++)
		if (values[i]) {
			low = Math.min(low, values[i]);
			high = Math.max(high, values[i]);
		}
	return high ? [low, high] : [1, 10];
}

// The colour of a path, null for none; and for the legend the colours from one end
// to the other, and what the ends stand for.
export function colors(report, mode) {
	if (mode.change)
		return changeColors(report, mode);
	const values = report.run[mode.key];
	const [low, high] = extent(report, values);
	const domain = mode.scale === scaleSequentialLog ? [low, Math.max(high, low * 2)] : [0, high];
	const scale = mode.scale(domain, ramp("heat")).clamp(true);

	return {
		of: (path) => values[path] ? scale(values[path]) : null,
		ramp: scale.interpolator(),
		ends: domain.map(time),
	};
}
