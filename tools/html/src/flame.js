// SPDX-License-Identifier: GPL-2.0-only
//
// flame: the call tree, callers above their callees, as wide as their total time.
//
// Drawn on a canvas of the size of the screen; what is too narrow to be seen is
// skipped with all below it, so that the number of paths does not matter.

import { color, ink } from "./theme.js";

const ROW = 20;
const FONT = '11.5px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace';
const NARROWEST = 0.4;
const ZOOM_MS = 160;

const calm = matchMedia("(prefers-reduced-motion: reduce)");

export class Flame {
	constructor(element, report, { onSelect, onHover, onZoom }) {
		this.element = element;
		this.spacer = element.firstElementChild;
		this.canvas = this.spacer.firstElementChild;
		this.report = report;
		this.onSelect = onSelect;
		this.onHover = onHover;
		this.onZoom = onZoom;
		this.selected = -1;
		this.hovered = -1;
		this.zoomed = -1;
		this.found = null;
		this.view = [0, 1];
		this.layOut(report.run);
		this.#listen();
	}

	// Where each path begins and ends, as parts of the whole.
	layOut(run) {
		const { size, contexts, parent } = this.report;
		const next = new Float64Array(size);
		let x = 0;

		this.x0 = new Float64Array(size);
		this.x1 = new Float64Array(size);
		for (let i = 0; i < size; i++) {
			const width = run.part[i];

			if (i < contexts) {
				this.x0[i] = x;
				x += width;
			} else {
				this.x0[i] = next[parent[i]];
				next[parent[i]] += width;
			}
			this.x1[i] = this.x0[i] + width;
			next[i] = this.x0[i];
		}
	}

	#listen() {
		const { canvas, element } = this;
		const at = (event) => {
			const box = canvas.getBoundingClientRect();

			return this.pathAt(event.clientX - box.left, event.clientY - box.top);
		};

		new ResizeObserver(() => this.#resize()).observe(element);
		element.addEventListener("scroll", () => this.draw());
		canvas.addEventListener("mousemove", (event) => {
			this.#hover(at(event), event);
		});
		canvas.addEventListener("mouseleave", () => this.#hover(-1));
		canvas.addEventListener("click", (event) => {
			const path = at(event);

			if (path >= 0)
				this.onSelect(path);
		});
		canvas.addEventListener("dblclick", (event) => {
			const path = at(event);

			if (path >= 0)
				this.zoom(path);
		});
		element.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
		element.addEventListener("keydown", (event) => this.#key(event));
	}

	#hover(path, event) {
		if (path !== this.hovered) {
			this.hovered = path;
			this.canvas.style.cursor = path >= 0 ? "pointer" : "";
			this.draw();
		}
		this.onHover(path, event);
	}

	#wheel(event) {
		const box = this.canvas.getBoundingClientRect();
		const [a, b] = this.view;
		const width = b - a;

		if (event.ctrlKey || event.metaKey) {
			const x = a + (event.clientX - box.left) / box.width * width;
			const wanted = Math.min(1, Math.max(1e-6, width * Math.exp(event.deltaY * 0.004)));
			const start = x - (x - a) * wanted / width;

			this.#look(start, start + wanted);
		} else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
			const by = (event.deltaX || event.deltaY) / box.width * width;

			this.#look(a + by, b + by);
		} else {
			return;
		}
		event.preventDefault();
	}

	#look(start, end) {
		const width = Math.min(1, end - start);
		const a = Math.min(Math.max(0, start), 1 - width);

		this.view = [a, a + width];
		this.draw();
		this.onZoom();
	}

	#key(event) {
		const { report } = this;
		const here = this.selected;
		const siblings = () => {
			const parent = report.parent[here];
			const all = parent < 0 ? [...Array(report.contexts).keys()] :
				[...report.children(parent)];

			return all.filter((path) => this.x1[path] > this.x0[path]);
		};
		const beside = (step) => {
			const all = siblings();

			return all[all.indexOf(here) + step];
		};
		const widest = () => [...report.children(here)]
			.reduce((a, b) => a === undefined || this.#width(b) > this.#width(a) ? b : a,
				undefined);
		const moves = {
			ArrowUp: () => report.parent[here],
			ArrowDown: widest,
			ArrowLeft: () => beside(-1),
			ArrowRight: () => beside(1),
		};

		if (event.altKey || event.ctrlKey || event.metaKey)
			return;
		if (moves[event.key]) {
			const to = here < 0 ? this.#widestContext() : moves[event.key]();

			if (to !== undefined && to >= 0 && this.#width(to))
				this.onSelect(to);
		} else if (event.key === "Enter" && here >= 0) {
			this.zoom(here);
		} else if (event.key === "Escape") {
			this.zoomOut();
		} else {
			return;
		}
		event.preventDefault();
		event.stopPropagation();
	}

	#width(path) {
		return this.x1[path] - this.x0[path];
	}

	#widestContext() {
		return [...Array(this.report.contexts).keys()]
			.reduce((a, b) => this.#width(b) > this.#width(a) ? b : a);
	}

	get isWhole() {
		return this.view[0] <= 0 && this.view[1] >= 1;
	}

	zoom(path) {
		if (path >= 0 && !this.#width(path))
			return;
		this.zoomed = path;
		this.#moveTo(path < 0 ? [0, 1] : [this.x0[path], this.x1[path]]);
	}

	zoomOut() {
		this.zoom(this.zoomed < 0 ? -1 : this.report.parent[this.zoomed]);
	}

	#moveTo([a, b]) {
		const [from0, from1] = this.view;
		const begin = performance.now();
		const token = this.moving = {};
		const step = (now) => {
			if (token !== this.moving)
				return;
			const t = calm.matches ? 1 : Math.min(1, Math.max(0, (now - begin) / ZOOM_MS));
			const eased = 1 - (1 - t) ** 3;

			this.view = t === 1 ? [a, b] :
				[from0 + (a - from0) * eased, from1 + (b - from1) * eased];
			this.draw();
			if (t < 1)
				requestAnimationFrame(step);
			else
				this.onZoom();
		};

		requestAnimationFrame(step);
	}

	// Marks a path, and shows it if it is out of sight or too narrow to find.
	select(path) {
		this.selected = path;
		if (path >= 0 && this.#width(path)) {
			const [a, b] = this.view;
			const pixels = this.#width(path) / (b - a) * this.canvas.clientWidth;
			const top = this.report.depth[path] * ROW;

			if (this.x1[path] <= a || this.x0[path] >= b || pixels < 3)
				this.zoom(this.#roomy(path));
			if (top < this.element.scrollTop ||
			    top + ROW > this.element.scrollTop + this.element.clientHeight)
				this.element.scrollTop = top - this.element.clientHeight / 2;
		}
		this.draw();
	}

	// The widest caller in whose view a path has some pixels.
	#roomy(path) {
		const wanted = this.#width(path) * this.canvas.clientWidth / 24;

		return this.report.ancestry(path).find((p) => this.#width(p) <= wanted) ?? path;
	}

	pathAt(px, py) {
		const { report } = this;
		const row = Math.floor((py + this.element.scrollTop) / ROW);
		const x = this.view[0] + px / this.canvas.clientWidth * (this.view[1] - this.view[0]);
		const holds = (path) => this.x0[path] <= x && x < this.x1[path];
		let path = -1;

		for (let i = 0; i < report.contexts; i++)
			if (holds(i))
				path = i;
		while (path >= 0 && report.depth[path] < row) {
			let below = -1;

			for (const child of report.children(path))
				if (holds(child))
					below = child;
			path = below;
		}
		return path;
	}

	#resize() {
		const ratio = devicePixelRatio || 1;

		this.element.parentElement.style.setProperty("--rows", this.report.height);
		this.spacer.style.height = `${this.report.height * ROW}px`;
		this.canvas.style.height = `${this.element.clientHeight}px`;
		this.canvas.width = Math.round(this.element.clientWidth * ratio);
		this.canvas.height = Math.round(this.element.clientHeight * ratio);
		this.draw();
	}

	draw() {
		if (!this.colors || !this.canvas.width)
			return;
		const context = this.canvas.getContext("2d");
		const ratio = devicePixelRatio || 1;

		context.setTransform(ratio, 0, 0, ratio, 0, 0);
		context.clearRect(0, 0, this.canvas.width, this.canvas.height);
		context.font = FONT;
		context.textBaseline = "middle";
		this.#paint(context);
	}

	#paint(context) {
		const { report, canvas } = this;
		const [a, b] = this.view;
		const scale = canvas.clientWidth / (b - a);
		const top = this.element.scrollTop, height = canvas.clientHeight;
		const style = {
			plain: color("frame"), line: color("select"), text: color("ink"),
			letter: context.measureText("m").width,
		};
		const stack = [...Array(report.contexts).keys()];
		const outlined = [];

		while (stack.length) {
			const path = stack.pop();
			const left = Math.max(0, (this.x0[path] - a) * scale);
			const right = Math.min(canvas.clientWidth, (this.x1[path] - a) * scale);
			const y = report.depth[path] * ROW - top;

			if (right - left < NARROWEST || y > height)
				continue;
			if (y > -ROW)
				this.#frame(context, style, path, left, right - left, y);
			if (path === this.selected || path === this.hovered)
				outlined.push([path, left, right - left, y]);
			for (const child of report.children(path))
				stack.push(child);
		}
		for (const [path, x, w, y] of outlined) {
			context.strokeStyle = path === this.selected ? style.line : style.text;
			context.lineWidth = path === this.selected ? 2.5 : 1;
			context.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 2), ROW - 2);
		}
	}

	#frame(context, style, path, x, width, y) {
		const fill = this.colors.of(path);
		const dim = this.found && !this.found[path];

		context.globalAlpha = dim ? 0.22 : 1;
		context.fillStyle = fill ?? style.plain;
		context.fillRect(x, y, Math.max(NARROWEST, width - (width > 3 ? 1 : 0)), ROW - 1);
		const room = Math.floor((width - 9) / style.letter);

		if (room >= 3) {
			const name = this.report.name[path];

			context.globalAlpha = dim ? 0.5 : 1;
			context.fillStyle = fill && !dim ? ink(fill) : style.text;
			context.fillText(name.length <= room ? name :
				`${name.slice(0, room - 1)}\u2026`, x + 4, y + ROW / 2);
		}
		context.globalAlpha = 1;
	}
}
