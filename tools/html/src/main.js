// SPDX-License-Identifier: GPL-2.0-only
//
// main: puts the page together.  What is selected, searched and coloured goes
// from here to the tree, the table and the details.

import { colors, modes } from "./colors.js";
import { Report } from "./data.js";
import { Detail } from "./detail.js";
import { $, element } from "./dom.js";
import { Flame } from "./flame.js";
import { change, clock, count, percent, split, time } from "./format.js";
import { search, share } from "./search.js";
import { Table } from "./table.js";
import { isDark, onChange, toggle } from "./theme.js";

const LINK_MS = 200;
const LEGEND = 120;

let report, flame, table, detail, linking;

// A link to the report can name a path: #[task];udp_sendmsg;ip_make_skb
function linkTo(path) {
	return `#${encodeURIComponent(report.ancestry(path).map((p) => report.name[p]).join(";"))}`;
}

function linked() {
	const hash = location.hash;

	for (let i = 0; hash && i < report.size; i++)
		if (hash.endsWith(encodeURIComponent(report.name[i])) && linkTo(i) === hash)
			return i;
	return table.rows[0] ?? -1;
}

function show(path) {
	flame.select(path);
	table.select(path);
	detail.show(path);
}

function select(path) {
	show(path);
	// Browsers do not like this to be done often, as when a key is held.
	clearTimeout(linking);
	linking = setTimeout(() => history.replaceState(null, "", linkTo(path)), LINK_MS);
	$("said").textContent = `${report.name[path]}, ${time(report.run.total[path])}`;
}

function zoom(path) {
	flame.zoom(path);
}

function identityOf(run) {
	const identity = run.identity ?? {};
	const started = new Date(identity.start_ns / 1e6);
	const words = [identity.label ?? identity.machine, identity.kernel]
		.filter((w) => typeof w === "string");

	if (!Number.isNaN(started.valueOf()))
		words.push(`${started.toISOString().slice(0, 19).replace("T", " ")} UTC`);
	if (run.intervals)
		words.push(`${run.intervals} intervals${run.duration ? ` in ${clock(run.duration)}` : ""}`);
	return words.join("  \u00b7  ") || run.file || "live module";
}

function showRuns() {
	$("runs").replaceChildren(...report.runs.map((run) => {
		const command = Array.isArray(run.identity?.command) ?
			run.identity.command.map(String).join(" ") : "";
		const role = !report.diff ? null : element("span", {
			class: `tag ${run === report.base ? "base" : "new"}`,
		}, run === report.base ? "base" : "new");

		return element("div", { class: "run", title: run.file ?? "" }, role,
			element("span", {}, identityOf(run)),
			command ? element("code", {}, command) : null);
	}));
	document.title = `fgagg: ${report.runs.map((run) => run.file ?? "live").join(" \u2192 ")}`;
}

function notesOf(run) {
	const lost = Object.entries(run.lost).filter(([, n]) => n);
	const sum = lost.reduce((all, [, n]) => all + n, 0);
	const notes = [];

	if (sum)
		notes.push(`${count(sum)} of ${count(run.entered)} calls were lost ` +
			`(${percent(sum / run.entered)}): ` +
			lost.map(([cause, n]) => `${cause} ${count(n)}`).join(", "));
	if (run.resets)
		notes.push(`counting began anew ${run.resets} times; calls just before are missing`);
	if (run.unread)
		notes.push("the end of the file is no whole interval and is left out");
	return notes;
}

function showNotes() {
	const notes = report.runs.flatMap((run) => notesOf(run).map((note) =>
		!report.diff ? note : `${run === report.base ? "Base" : "New"} run: ${note}`));

	$("notes").hidden = !notes.length;
	$("notes").replaceChildren(...notes.map((note) => element("p", {}, note)));
}

function showLegend({ ramp, ends: [low, high] }) {
	const canvas = element("canvas", { width: LEGEND, height: 1 });
	const context = canvas.getContext("2d");

	for (let x = 0; x < LEGEND; x++) {
		context.fillStyle = ramp(x / (LEGEND - 1));
		context.fillRect(x, 0, 1, 1);
	}
	$("legend").replaceChildren(low, canvas, high);
}

function paint() {
	flame.colors = colors(report, modes(report)[$("color").selectedIndex]);
	flame.draw();
	showLegend(flame.colors);
	$("theme").textContent = isDark() ? "\u2600" : "\u263e";
}

function find() {
	const found = search(report, $("search").value);

	flame.found = found;
	flame.draw();
	table.show(found);
	$("found").textContent = found ?
		`${count(table.rows.length)} of ${count(report.size - report.contexts)} paths, ` +
		`${percent(share(report, found, report.run.part))} of the time` :
		`${count(table.rows.length)} paths`;
}

function showTip(path, event) {
	const tip = $("tip");

	tip.hidden = path < 0 || !event;
	if (tip.hidden)
		return;
	const { base, run } = report;
	const [name, module] = split(report.name[path]);
	const line = (title, key, show) => element("tr", {}, element("th", {}, title),
		element("td", {}, show(run[key][path])),
		base ? element("td", {}, change(base[key][path], run[key][path])) : null);
	const lines = path < report.contexts ? [line("total", "total", time)] : [
		line("calls", "count", count), line("total", "total", time),
		line("self", "self", time), line("p50", "p50", time),
		line("p99", "p99", time), line("max", "max", time),
	];

	tip.replaceChildren(element("b", {}, name), module ? element("i", {}, ` ${module}`) : "",
		element("table", {}, ...lines));
	const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
	const top = event.clientY + 18 + tip.offsetHeight > innerHeight ?
		event.clientY - tip.offsetHeight - 10 : event.clientY + 18;

	tip.style.left = `${Math.max(4, left)}px`;
	tip.style.top = `${Math.max(4, top)}px`;
}

function showZoom() {
	$("out").disabled = flame.isWhole;
	$("whole").disabled = flame.isWhole;
}

function keys(event) {
	const typing = event.target.matches("input, select, textarea");

	if (event.ctrlKey || event.metaKey || event.altKey || $("help").open)
		return;
	if (event.key === "Escape" && event.target === $("search") && $("search").value) {
		$("search").value = "";
		find();
	} else if (event.key === "Escape" && event.target === $("search")) {
		$("table").focus();
	} else if (typing) {
		return;
	} else if (event.key === "/") {
		$("search").focus();
		$("search").select();
	} else if (event.key === "t") {
		toggle();
	} else if (event.key === "?") {
		$("help").showModal();
	} else if (event.key === "Escape") {
		flame.zoomOut();
	} else {
		return;
	}
	event.preventDefault();
}

function wire() {
	$("color").replaceChildren(...modes(report).map(({ name }) => element("option", {}, name)));
	$("color").addEventListener("change", paint);
	$("width-label").hidden = !report.diff;
	$("width").addEventListener("change", () => {
		flame.layOut(report.runs[$("width").value]);
		flame.zoom(-1);
	});
	$("search").addEventListener("input", find);
	$("theme").addEventListener("click", toggle);
	$("help-button").addEventListener("click", () => $("help").showModal());
	$("out").addEventListener("click", () => flame.zoomOut());
	$("whole").addEventListener("click", () => flame.zoom(-1));
	document.addEventListener("keydown", keys);
	onChange(() => {
		paint();
		detail.show(detail.path);
	});
}

async function start() {
	report = await Report.load($("data").textContent);
	const onSelect = select, onZoom = zoom;

	flame = new Flame($("flame"), report, { onSelect, onHover: showTip, onZoom: showZoom });
	table = new Table($("table"), report, { onSelect, onZoom });
	detail = new Detail($("detail"), report, { onSelect });
	showRuns();
	showNotes();
	wire();
	paint();
	find();
	show(linked());
	requestAnimationFrame(() => requestAnimationFrame(() => {
		performance.mark("fgagg-painted");
		document.documentElement.dataset.ready = "yes";
	}));
}

start().catch((error) => {
	$("notes").hidden = false;
	$("notes").textContent = `This report cannot be shown: ${error.message}`;
	throw error;
});
