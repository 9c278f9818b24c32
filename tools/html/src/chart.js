// SPDX-License-Identifier: GPL-2.0-only
//
// chart: what both charts have in common.

import { scaleLinear } from "d3-scale";
import uPlot from "uplot";
import { color } from "./theme.js";

// 1, 2 and 5 of each power of ten, or only 1 where these are too many; where a
// scale has less than two of them, whatever is round.
export function logSplits(u, index, low, high) {
	const splits = [];

	for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10)
		for (const digit of high / low > 3000 ? [1] : [1, 2, 5])
			if (digit * power >= low && digit * power <= high)
				splits.push(digit * power);
	return splits.length > 1 ? splits : scaleLinear([low, high], [0, 1]).ticks(4);
}

export function axis(options) {
	return {
		stroke: color("dim"),
		font: "11px system-ui, sans-serif",
		grid: { stroke: color("grid"), width: 1 },
		ticks: { stroke: color("grid"), width: 1, size: 4 },
		gap: 4,
		size: 26,
		...options,
	};
}

// Draws a chart as wide as its parent, and keeps it so; returns what ends that.
export function chart(parent, options, data) {
	const width = () => Math.max(160, parent.clientWidth);
	const plot = new uPlot({
		width: width(),
		legend: { show: false },
		cursor: { y: false, points: { show: false } },
		...options,
	}, data, parent);
	const observer = new ResizeObserver(() => {
		if (plot.width !== width())
			plot.setSize({ width: width(), height: options.height });
	});

	observer.observe(parent);
	return () => {
		observer.disconnect();
		plot.destroy();
	};
}
