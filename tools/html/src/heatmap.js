// SPDX-License-Identifier: GPL-2.0-only
//
// heatmap: when the calls of a path took how long, darker where there are more.

import { scaleSequentialLog } from "d3-scale";
import { axis, chart, logSplits } from "./chart.js";
import { clock, count, tick, time } from "./format.js";
import { ramp } from "./theme.js";

function paint(plot, cells, scale) {
	const { ctx, bbox } = plot;

	ctx.save();
	ctx.beginPath();
	ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
	ctx.clip();
	for (const { from, to, low, high, count: n } of cells) {
		const x0 = Math.round(plot.valToPos(from, "x", true));
		const x1 = Math.round(plot.valToPos(to, "x", true));
		const y0 = Math.round(plot.valToPos(high, "y", true));
		const y1 = Math.round(plot.valToPos(Math.max(low, 0.5), "y", true));

		ctx.fillStyle = scale(n);
		ctx.fillRect(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0));
	}
	ctx.restore();
}

// The same axes for both runs, so that they can be compared by eye.
export function limits(all) {
	const cells = all.flat();
	let low = Infinity, high = 0, most = 1;

	for (const cell of cells) {
		low = Math.min(low, Math.max(cell.low, 0.5));
		high = Math.max(high, cell.high);
		most = Math.max(most, cell.count);
	}
	return { low, high, most };
}

export function heatmap(parent, run, cells, { low, high, most }, say, height) {
	const scale = scaleSequentialLog([1, Math.max(2, most)], ramp("heat"));
	const { edges } = run.heat;

	const cursor = (plot) => {
		const { left, top } = plot.cursor;

		if (left < 0)
			return say("");
		const x = plot.posToVal(left, "x"), y = plot.posToVal(top, "y");
		const cell = cells.find((c) => c.from <= x && x < c.to && c.low <= y && y < c.high);

		say(cell ? `${clock(cell.from)} \u2013 ${clock(cell.to)}, ${time(cell.low)} \u2013 ` +
			`${time(cell.high)}: ${count(cell.count)} calls` : `${clock(x)}, ${time(y)}: none`);
	};

	return chart(parent, {
		height,
		padding: [8, 22, 0, 0],
		scales: {
			x: { time: false, range: (u, min, max) => [min, Math.max(max, min + 1)] },
			y: { distr: 3, range: () => [low, high] },
		},
		series: [{}, { paths: () => null, points: { show: false } }],
		axes: [
			axis({ values: (u, splits) => splits.map(clock), incrs:
				[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]
					.map((s) => s * 1e9) }),
			axis({ size: 54, splits: logSplits, filter: (u, splits) => splits,
				values: (u, splits) => splits.map(tick) }),
		],
		hooks: {
			drawAxes: [(plot) => paint(plot, cells, scale)],
			setCursor: [cursor],
		},
	}, [edges, edges.map((_, i) => i ? high : low)]);
}
