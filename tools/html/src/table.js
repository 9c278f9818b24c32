// SPDX-License-Identifier: GPL-2.0-only
//
// table: all call paths, sorted.  Only the rows that can be seen are elements.

import { element } from "./dom.js";
import { change, count, direction, split, time } from "./format.js";

const ROW = 26;
const CALLERS = 4;

function columnsOf(report) {
	const per = report.rates ? "/s" : "";
	const plain = (key, title, show, hint) => ({
		key, title, hint,
		show: (path) => report.has(report.run, path) ? show(report.run[key][path]) : "\u2013",
		value: (path) => report.run[key][path],
	});
	const shift = (key, title) => ({
		key: `change-${key}`, title, change: true,
		hint: `Change of ${title.slice(2)} against the base run; sorted by how much that is`,
		show: (path) => key === "total" || report.runs.every((run) => report.has(run, path)) ?
			change(report.base[key][path], report.run[key][path]) : "",
		value: (path) => Math.abs(report.run[key][path] - report.base[key][path]),
		direction: (path) => key === "count" ? "" : direction(report.base[key][path], report.run[key][path]),
	});
	const columns = [
		{ key: "name", title: "Call path", hint: "Function, and who called it" },
		plain("count", `Calls${per}`, count, "Number of calls"),
		plain("total", `Total${per}`, time, "Time in the function and all that it called"),
		plain("self", `Self${per}`, time, "Time in the function, without traced callees"),
		plain("p50", "p50", time, "Median of a call"),
		plain("p90", "p90", time, "90 % of the calls were faster"),
		plain("p99", "p99", time, "99 % of the calls were faster"),
		plain("p999", "p99.9", time, "99.9 % of the calls were faster"),
		plain("max", "max", time, "The slowest call"),
	];

	if (!report.diff)
		return columns;
	const by = Object.fromEntries(columns.map((c) => [c.key, c]));

	return [by.name, by.count, shift("count", "\u0394 calls"), by.total,
		shift("total", "\u0394 total"), by.p50, shift("p50", "\u0394 p50"),
		by.p99, shift("p99", "\u0394 p99"), by.max];
}

export class Table {
	constructor(grid, report, { onSelect, onZoom }) {
		this.grid = grid;
		this.report = report;
		this.onSelect = onSelect;
		this.onZoom = onZoom;
		this.columns = columnsOf(report);
		this.sort = { key: report.diff ? "change-total" : "total", down: true };
		this.selected = -1;
		this.rows = [];
		this.place = new Map();
		this.#build();
	}

	#build() {
		this.heads = this.columns.map((column) => element("div", {
			role: "columnheader", class: column.key === "name" ? "name" : "number",
			title: column.hint, tabindex: "0", "data-key": column.key,
			onclick: () => this.#sortBy(column),
			onkeydown: (event) => {
				if (event.key !== "Enter" && event.key !== " ")
					return;
				this.#sortBy(column);
				event.preventDefault();
				event.stopPropagation();
			},
		}, column.title));
		this.head = element("div", { role: "row", class: "head" }, ...this.heads);
		this.body = element("div", { role: "rowgroup", class: "body" });
		this.grid.style.setProperty("--columns",
			`minmax(220px, 1fr) repeat(${this.columns.length - 1}, 72px)`);
		this.grid.classList.toggle("diff", this.report.diff);
		this.grid.replaceChildren(this.head, this.body);
		this.grid.addEventListener("scroll", () => this.#render());
		this.grid.addEventListener("keydown", (event) => this.#key(event));
		new ResizeObserver(() => this.#render()).observe(this.grid);
	}

	#sortBy(column) {
		const down = this.sort.key === column.key ? !this.sort.down : column.key !== "name";

		this.sort = { key: column.key, down };
		this.#order();
		this.grid.scrollTop = 0;
		this.#render();
	}

	// Shows the paths that were found, or all.
	show(found) {
		const { report } = this;

		this.rows = [];
		for (let i = report.contexts; i < report.size; i++)
			if ((!found || found[i]) && report.runs.some((run) => report.has(run, i)))
				this.rows.push(i);
		this.#order();
		this.grid.scrollTop = 0;
		this.#render();
	}

	#order() {
		const { name } = this.report;
		const column = this.columns.find(({ key }) => key === this.sort.key);
		const sign = this.sort.down ? -1 : 1;

		if (column.value) {
			const values = new Float64Array(this.report.size);

			for (const path of this.rows)
				values[path] = column.value(path);
			this.rows.sort((a, b) => sign * (values[a] - values[b]) || a - b);
		} else {
			this.rows.sort((a, b) => sign * (name[a] < name[b] ? -1 :
				name[a] > name[b] ? 1 : 0) || a - b);
		}
		this.heads.forEach((head) => {
			const sorted = head.dataset.key === this.sort.key;

			head.setAttribute("aria-sort", !sorted ? "none" :
				this.sort.down ? "descending" : "ascending");
		});
		this.body.style.height = `${this.rows.length * ROW}px`;
		this.grid.setAttribute("aria-rowcount", this.rows.length + 1);
		this.place = new Map(this.rows.map((path, i) => [path, i]));
	}

	#callers(path) {
		const chain = this.report.ancestry(path).slice(0, -1).reverse();
		const names = chain.slice(0, CALLERS).map((p) => split(this.report.name[p])[0]);

		return names.join(" \u2190 ") + (chain.length > CALLERS ? " \u2190 \u2026" : "");
	}

	#cell(column, path) {
		if (column.key === "name") {
			const [name, module] = split(this.report.name[path]);

			return element("div", { role: "gridcell", class: "name" },
				element("b", {}, name),
				module ? element("i", {}, ` ${module}`) : null,
				element("span", {}, ` \u2190 ${this.#callers(path)}`));
		}
		return element("div", {
			role: "gridcell",
			class: `number ${column.direction?.(path) ?? ""}`,
		}, column.show(path));
	}

	#row(i) {
		const path = this.rows[i];
		const row = element("div", {
			role: "row", id: `row-${path}`, "aria-rowindex": i + 2,
			"aria-selected": path === this.selected,
			onclick: () => this.onSelect(path),
			ondblclick: () => this.onZoom(path),
		}, ...this.columns.map((column) => this.#cell(column, path)));

		row.style.transform = `translateY(${i * ROW}px)`;
		return row;
	}

	#render() {
		const from = Math.max(0, Math.floor(this.grid.scrollTop / ROW) - 4);
		const to = Math.min(this.rows.length,
			Math.ceil((this.grid.scrollTop + this.grid.clientHeight) / ROW) + 4);
		const rows = [];

		for (let i = from; i < to; i++)
			rows.push(this.#row(i));
		if (!this.rows.length)
			rows.push(element("div", { class: "empty" }, "No call path of that name."));
		this.body.replaceChildren(...rows);
	}

	select(path) {
		const at = this.place.get(path);

		this.selected = path;
		if (at !== undefined) {
			const top = at * ROW, room = this.grid.clientHeight - this.head.offsetHeight;

			if (top < this.grid.scrollTop)
				this.grid.scrollTop = top;
			else if (top + ROW > this.grid.scrollTop + room)
				this.grid.scrollTop = top + ROW - room;
			this.grid.setAttribute("aria-activedescendant", `row-${path}`);
		}
		this.#render();
	}

	#key(event) {
		const at = this.place.get(this.selected) ?? -1;
		const page = Math.max(1, Math.floor(this.grid.clientHeight / ROW) - 2);
		const to = {
			ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page,
			Home: 0, End: this.rows.length - 1,
		}[event.key];

		if (event.key === "Enter" && this.selected >= 0)
			this.onZoom(this.selected);
		else if (to === undefined || !this.rows.length)
			return;
		else
			this.onSelect(this.rows[Math.min(Math.max(0, to), this.rows.length - 1)]);
		event.preventDefault();
	}
}
