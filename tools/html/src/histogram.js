// SPDX-License-Identifier: GPL-2.0-only
//
// histogram: how long the calls of a path took; of both runs, if there are two.

import uPlot from "uplot";
import { axis, chart, logSplits } from "./chart.js";
import { count, percent, tick, time } from "./format.js";
import { color } from "./theme.js";

const QUANTILES = [["p50", "p50"], ["p90", "p90"], ["p99", "p99"], ["p999", "p99.9"]];

// Runs of machines with different clocks have different buckets.  Those of the
// base then count where their middle is among those of the new run.
function edgesOf(all) {
	const edges = new Set();

	for (const buckets of all)
		for (const { low, high } of buckets)
			edges.add(low).add(high);
	return [...edges].sort((a, b) => a - b);
}

function align(buckets, grid) {
	const aligned = new Map();

	for (const { low, high, count: n } of buckets) {
		const middle = (low + high) / 2;
		const to = grid.find((b) => b.low <= middle && middle < b.high) ?? { low, high };
		const sum = aligned.get(to.low)?.count ?? 0;

		aligned.set(to.low, { low: to.low, high: to.high, count: sum + n });
	}
	return [...aligned.values()].sort((a, b) => a.low - b.low);
}

// Steps: at each edge what is counted up to the next one.
function stepsOf(buckets, edges) {
	const at = new Map(buckets.map((b) => [b.low, b.count]));
	let until = -Infinity, value = 0;

	return edges.map((edge) => {
		if (at.has(edge)) {
			value = at.get(edge);
			until = buckets.find((b) => b.low === edge).high;
		} else if (edge >= until) {
			value = 0;
		}
		return value;
	});
}

function drawQuantiles(plot, run, path) {
	const { ctx, bbox } = plot;
	let last = -Infinity;

	ctx.save();
	ctx.strokeStyle = color("mark");
	ctx.fillStyle = color("dim");
	ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
	ctx.font = `${10.5 * devicePixelRatio}px system-ui, sans-serif`;
	ctx.textAlign = "center";
	for (const [key, title] of QUANTILES) {
		const x = plot.valToPos(run[key][path], "x", true);

		if (x < bbox.left || x > bbox.left + bbox.width)
			continue;
		ctx.beginPath();
		ctx.moveTo(x, bbox.top);
		ctx.lineTo(x, bbox.top + bbox.height);
		ctx.stroke();
		if (x - last > 34 * devicePixelRatio) {
			ctx.fillText(title, x, bbox.top - 4 * devicePixelRatio);
			last = x;
		}
	}
	ctx.restore();
}

// On the axis of counts, and of parts of a hundred.
const powers = {
	splits: (u, index, low, high) => [-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
		.map((e) => 10 ** e).filter((x) => x >= high / 1e6 && x <= high),
	filter: (u, splits) => splits,
};

export function histogram(parent, report, path, say, height, logarithmic) {
	const runs = report.runs.filter((run) => report.has(run, path));
	const own = runs.map((run) => run.buckets(path));
	const grid = own.at(-1);
	const all = own.map((buckets, i) =>
		i < own.length - 1 && runs[i].clock_khz !== runs.at(-1).clock_khz ?
			align(buckets, grid) : buckets);
	const edges = edgesOf(all);
	const sums = all.map((buckets) => buckets.reduce((n, b) => n + b.count, 0));
	const parts = (values, i) => report.diff ? values.map((n) => n / sums[i] * 100) : values;
	const series = all.map((buckets, i) => parts(stepsOf(buckets, edges), i));
	const names = runs.map((run) => !report.diff ? "calls" : run === report.base ? "base" : "new");
	const show = (x) => report.diff ? percent(x / 100) : `${count(x)} calls`;

	const cursor = (plot) => {
		const { left, idx } = plot.cursor;

		if (left < 0 || idx === null || idx === undefined)
			return say("");
		const x = plot.posToVal(left, "x");
		let i = edges.findIndex((edge) => edge > x) - 1;

		i = i < 0 ? 0 : i;
		say(`${time(edges[i])} \u2013 ${time(edges[i + 1])}: ` + series.map((values, s) =>
			report.diff ? `${names[s]} ${show(values[i])}` :
				`${show(values[i])} (${percent(values[i] / sums[s])})`).join(", "));
	};

	return chart(parent, {
		height,
		padding: [18, 22, 0, 0],
		scales: {
			x: { time: false, distr: 3, range: (u, min, max) =>
				min === max ? [min / 2, max * 2] : [min, max] },
			y: { distr: logarithmic ? 4 : 1, range: (u, min, max) => [0, max * 1.04 || 1] },
		},
		series: [{}, ...series.map((_, i) => {
			const base = runs[i] === report.base;

			return {
				label: names[i],
				paths: uPlot.paths.stepped({ align: 1 }),
				stroke: color(base ? "base" : "accent"),
				fill: color(base ? "base-fill" : "accent-fill"),
				width: 1.4,
				points: { show: false },
			};
		})],
		axes: [
			axis({ splits: logSplits, filter: (u, splits) => splits,
				values: (u, splits) => splits.map(tick) }),
			axis({ size: 54, ...(logarithmic ? powers : {}), values: (u, splits) => splits.map((x) =>
				x === null ? "" : report.diff ? `${Number(x.toPrecision(3))}\u2009%` : count(x)) }),
		],
		hooks: {
			draw: [(plot) => drawQuantiles(plot, runs.at(-1), path)],
			setCursor: [cursor],
		},
	}, [edges, ...series]);
}
