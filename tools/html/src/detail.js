// SPDX-License-Identifier: GPL-2.0-only
//
// detail: everything about the call path that is selected.

import { element } from "./dom.js";
import { change, count, direction, percent, split, time } from "./format.js";
import { heatmap, limits } from "./heatmap.js";
import { histogram } from "./histogram.js";

export class Detail {
	constructor(pane, report, { onSelect }) {
		this.pane = pane;
		this.report = report;
		this.onSelect = onSelect;
		this.path = -1;
		this.logarithmic = false;
		this.ends = [];
	}

	show(path) {
		this.path = path;
		this.#clear();
		if (path < 0)
			return;
		this.pane.append(this.#crumbs(), this.#title(), this.#numbers());
		if (path < this.report.contexts)
			this.pane.append(this.#note(
				"A context. Select a function for its histogram and heatmap."));
		else
			this.#charts();
		this.pane.scrollTop = 0;
	}

	#clear() {
		this.ends.forEach((end) => end());
		this.ends = [];
		this.pane.replaceChildren();
	}

	#note(text) {
		return element("p", { class: "note" }, text);
	}

	#crumbs() {
		const callers = this.report.ancestry(this.path).slice(0, -1);

		return element("nav", { class: "crumbs", "aria-label": "Callers" },
			...callers.map((path) => element("button", {
				onclick: () => this.onSelect(path), title: this.report.name[path],
			}, split(this.report.name[path])[0])));
	}

	#title() {
		const [name, module] = split(this.report.name[this.path]);
		const { base, run } = this.report;
		const state = !base ? "" : !this.report.has(base, this.path) ? "new" :
			!this.report.has(run, this.path) ? "gone" : "";

		return element("h2", {}, name,
			module ? element("i", {}, ` ${module}`) : null,
			state && this.path >= this.report.contexts ?
				element("span", { class: `tag ${state}` }, state) : null);
	}

	#tile(title, key, show, hint) {
		const { base, run } = this.report;
		const now = run[key][this.path];
		const before = base?.[key][this.path];
		const worse = key === "count" ? "" : direction(before, now);

		return element("div", { class: "tile", title: hint },
			element("dt", {}, title,
				base ? element("span", { class: worse }, change(before, now)) : null),
			element("dd", {}, now ? show(now) : "\u2013"),
			base ? element("dd", { class: "before" }, before ? `was ${show(before)}` : "\u2013") :
				null);
	}

	#numbers() {
		const { report, path } = this;
		const per = report.rates ? "/s" : "";
		const slowest = report.run.slowest.get(path);
		const context = path < report.contexts;

		return element("div", {},
			element("dl", { class: "tiles" },
				...(context ? [] : [this.#tile(`calls${per}`, "count", count, "Number of calls")]),
				this.#tile(`total${per}`, "total", time, "Time with all that it called"),
				...(context ? [] : [
					this.#tile(`self${per}`, "self", time, "Time without traced callees"),
					this.#tile("min", "min", time, "The fastest call"),
					this.#tile("p50", "p50", time, "Median"),
					this.#tile("p90", "p90", time, "90 % were faster"),
					this.#tile("p99", "p99", time, "99 % were faster"),
					this.#tile("p99.9", "p999", time, "99.9 % were faster"),
					this.#tile("max", "max", time, "The slowest call"),
				]),
				element("div", { class: "tile", title: "Part of the time of all contexts" },
					element("dt", {}, "share"), element("dd", {}, percent(report.run.part[path])))),
			slowest ? this.#note(`The slowest call was on CPU ${slowest.cpu}, in pid ` +
				`${slowest.pid} (${slowest.comm}).`) : null);
	}

	// As high as lets all charts be seen, within limits.
	#height() {
		return Math.min(320, Math.max(165,
			(this.pane.clientHeight - 220) / (this.report.runs.length + 1) - 34));
	}

	// A chart with its title and the line that says what is under the pointer.
	#figure(title, draw, ...tools) {
		const say = element("output", { class: "say" });
		const room = element("div", { class: "plot" });

		this.pane.append(element("figure", {},
			element("figcaption", {}, element("h3", {}, title), say, ...tools), room));
		this.ends.push(draw(room, (text) => { say.textContent = text; }));
	}

	#charts() {
		const { report, path } = this;
		const box = element("input", { type: "checkbox", id: "log",
			onchange: () => {
				this.logarithmic = box.checked;
				this.show(path);
			} });

		box.checked = this.logarithmic;
		if (!report.runs.some((run) => report.has(run, path)))
			return this.pane.append(this.#note("No call has returned."));
		this.#figure(report.diff ? "Latency, % of calls" : "Latency",
			(room, say) => histogram(room, report, path, say, this.#height(), this.logarithmic),
			report.diff ? this.#key() : null, element("label", {}, box, " log"));
		this.#heatmaps();
	}

	#key() {
		return element("span", { class: "key" },
			element("span", { class: "base" }, "base"), element("span", { class: "new" }, "new"));
	}

	#heatmaps() {
		const { report, path } = this;
		const shown = report.runs.map((run) => [run, run.cells(path)])
			.filter(([, cells]) => cells);
		const shared = limits(shown.map(([, cells]) => cells));

		for (const [run, cells] of shown)
			this.#figure(`Latency over time${!report.diff ? "" :
				run === report.base ? ", base run" : ", new run"}`,
			(room, say) => heatmap(room, run, cells, shared, say, this.#height()));
		if (!shown.length)
			this.pane.append(this.#note(report.runs.some((run) => run.heat) ?
				"No heatmap: it is kept for the 1000 paths with the most time." :
				"No heatmap: a snapshot by itself has no intervals."));
	}
}
