// SPDX-License-Identifier: GPL-2.0-only
//
// theme: light or dark, as the system says until the reader says otherwise.

import { interpolateRgbBasis } from "d3-interpolate";

const dark = matchMedia("(prefers-color-scheme: dark)");
const root = document.documentElement;
const listeners = [];

export function isDark() {
	return (root.dataset.theme ?? (dark.matches ? "dark" : "light")) === "dark";
}

export function toggle() {
	root.dataset.theme = isDark() ? "light" : "dark";
	listeners.forEach((f) => f());
}

export function onChange(f) {
	listeners.push(f);
	dark.addEventListener("change", f);
}

// A colour of style.css, as a canvas takes it: as it is for the theme.
export function color(name) {
	const { style } = root.firstElementChild;

	style.color = `var(--${name})`;
	return getComputedStyle(root.firstElementChild).color;
}

// Little to much, and less to more; readable by those who do not see red from green.
const RAMPS = {
	light: {
		heat: ["#fdf3d8", "#fdd9a0", "#fbb066", "#f07c4a", "#d4483e", "#a01d45", "#6b0f4c"],
		change: ["#1b5f9e", "#5b9bd0", "#b5d3ea", "#eceef1", "#f7c4ad", "#e0715a", "#a81f34"],
	},
	dark: {
		heat: ["#2b2f4a", "#4a3568", "#7a3b78", "#b04571", "#e0655a", "#f59a4c", "#fbd871"],
		change: ["#7cc0f5", "#4588c4", "#2f5478", "#3a3f4b", "#7a4442", "#c4605a", "#f59a90"],
	},
};

export function ramp(name) {
	return interpolateRgbBasis(RAMPS[isDark() ? "dark" : "light"][name]);
}

// Black or white, whichever can be read on a colour.
export function ink(rgb) {
	const [r, g, b] = rgb.match(/\d+/g).map(Number);

	return 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#15181e" : "#ffffff";
}
