// SPDX-License-Identifier: GPL-2.0-only
//
// browser: Chromium, and a report in it, of which every complaint is a failure.

import { chromium } from "playwright-core";

// As root there is no sandbox; and it is to ask the network for nothing itself.
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"];

export function launch() {
	return chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
}

// Opens a report and waits until it is drawn; page.complaints is what it must not
// have at the end: console messages, errors, and requests besides for itself.
export async function open(browser, file, options = {}, ready = "html[data-ready]", hash = "") {
	const page = await browser.newPage({
		viewport: { width: 1440, height: 900 }, colorScheme: "light", ...options,
	});
	const url = `file://${file}`;

	page.complaints = [];
	page.on("console", (m) => page.complaints.push(`${m.type()}: ${m.text()}`));
	page.on("pageerror", (e) => page.complaints.push(`error: ${e.message}`));
	page.on("request", (r) => {
		if (r.url().split("#")[0] !== url && !r.url().startsWith("data:"))
			page.complaints.push(`request: ${r.url()}`);
	});
	await page.goto(url + hash);
	await page.waitForSelector(ready);
	return page;
}

export const text = (page, selector) => page.locator(selector).first().innerText();

// The names in the rows of the table that can be seen, from the top.
export async function rows(page) {
	const found = await page.$$eval("#table .body [role=row]", (all) => all
		.map((row) => [Number(row.getAttribute("aria-rowindex")),
			[...row.children].map((cell) => cell.textContent)]));

	return found.sort((a, b) => a[0] - b[0]).map(([, cells]) => cells);
}

// How many colours a canvas has; one or none is an empty one.
export function colorsOf(page, selector) {
	return page.locator(selector).first().evaluate((canvas) => {
		const copy = document.createElement("canvas");
		const { width, height } = Object.assign(copy,
			{ width: canvas.width, height: canvas.height });
		const context = copy.getContext("2d", { willReadFrequently: true });

		context.drawImage(canvas, 0, 0);
		const { data } = context.getImageData(0, 0, width, height);

		return new Set(new Uint32Array(data.buffer)).size;
	});
}

export async function settle(page) {
	await page.evaluate(() => new Promise((done) => {
		requestAnimationFrame(() => requestAnimationFrame(done));
	}));
}
