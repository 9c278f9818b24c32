// SPDX-License-Identifier: GPL-2.0-only
//
// format: numbers as people read them.

const UNITS = [["s", 1e9], ["ms", 1e6], ["\u00b5s", 1e3], ["ns", 1]];

function digits(x) {
	return x >= 999.5 ? Math.round(x).toString() : x.toPrecision(3);
}

export function time(ns) {
	if (!ns)
		return "0";
	const [unit, factor] = UNITS.find(([, f]) => ns >= f * 0.9995) ?? UNITS[3];

	return `${factor === 1 ? Math.round(ns) : digits(ns / factor)}\u2009${unit}`;
}

export function count(n) {
	return n < 100 && n % 1 ? n.toPrecision(3) : Math.round(n).toLocaleString("en");
}

export function percent(part) {
	const p = part * 100;

	if (p && p < 0.05)
		return "<0.1\u2009%";
	return `${p >= 99.95 || p < 0.05 ? p.toFixed(0) : p.toFixed(1)}\u2009%`;
}

// A time on an axis, where most are round.
export function tick(ns) {
	return time(ns).replace(/\.0+(?=\u2009)/, "");
}

// By how much a number changed: "+12 %", "\u00d73.1".
export function change(base, now) {
	if (!base)
		return now ? "new" : "";
	const ratio = now / base;

	if (!now)
		return "gone";
	if (ratio >= 3)
		return `\u00d7${digits(ratio)}`;
	const p = (ratio - 1) * 100;
	const shown = Math.abs(p) < 10 ? p.toFixed(1) : p.toFixed(0);

	if (Number(shown) === 0)
		return "0\u2009%";
	return `${p > 0 ? "+" : "\u2212"}${shown.replace("-", "")}\u2009%`;
}

// Whether a change is one for the worse, for colouring; less than 1 % is none.
export function direction(base, now) {
	if (Math.abs(now - base) < 0.01 * base)
		return "";
	return now > base ? "worse" : now < base ? "better" : "";
}

export function clock(ns) {
	const seconds = Math.round(ns / 1e9);
	const pad = (n) => String(n).padStart(2, "0");
	const minutes = Math.floor(seconds / 60);

	return minutes >= 60 ?
		`${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(seconds % 60)}` :
		`${minutes}:${pad(seconds % 60)}`;
}

// A name and, apart, the module that it is from.
export function split(name) {
	const at = name.indexOf(" [");

	return at < 0 ? [name, ""] : [name.slice(0, at), name.slice(at + 1)];
}
