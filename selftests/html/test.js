// SPDX-License-Identifier: GPL-2.0-only
//
// test: uses the report as a reader does, and compares with "fgagg report --json".
//
//	node test.js DIRECTORY TEMPLATE

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { colorsOf, launch, open, rows, settle, text } from "./browser.js";

const [directory, template] = process.argv.slice(2);
const json = (name) => JSON.parse(readFileSync(`${directory}/${name}.json`));
const file = (name) => `${directory}/${name}.html`;
const run = json("run");
const nameOf = (path) => path.path.at(-1);
const by = (key) => [...run.paths].sort((a, b) => b[key] - a[key]);
const cellOf = (row) => row[0].split(" \u2190 ")[0];
const calls = (n) => n.toLocaleString("en");
const tests = [];
const test = (name, f) => tests.push([name, f]);

// Of a report that is open: moves to the frame at a part of the width of a row.
async function frame(page, row, part) {
	const box = await page.locator("#flame canvas").boundingBox();

	return [box.x + box.width * part, box.y + row * 20 + 10];
}

test("the template is what its sources make", () => {
	assert.equal(readFileSync(`${directory}/template.html`, "utf8"),
		readFileSync(template, "utf8"),
		"tools/html/template.html differs: run 'npm ci && npm run build' in tools/html");
	assert.ok(readFileSync(template).length < 200000);
});

test("the table has what fgagg report has", async (use) => {
	const page = await use("run");
	const shown = (await rows(page)).slice(0, 8);
	const want = by("total_ns").slice(0, 8);

	assert.deepEqual(shown.map(cellOf), want.map(nameOf));
	assert.deepEqual(shown.map((row) => row[1]), want.map((p) => calls(p.count)));
	assert.equal(await text(page, "#found"), `${run.paths.length} paths`);
	assert.match(await text(page, "#runs"), /lab1.*6\.12\.95.*60 intervals.*iperf3 -u -c lab2/s);
	assert.match(await text(page, "#notes"), /1,020 of .* calls were lost .*overrun 1,020/);
});

test("a header sorts, and sorts the other way", async (use) => {
	const page = await use("run");
	const head = page.locator("[role=columnheader][data-key=p99]");

	await head.click();
	assert.equal(await head.getAttribute("aria-sort"), "descending");
	const most = by("p99_ns").map((p) => p.p99_ns);
	const p99 = async () => (await rows(page)).slice(0, 5).map((row) => row[6]);
	const shown = (ns) => `${(ns / 1000).toPrecision(3)}\u2009\u00b5s`;

	assert.deepEqual(await p99(), most.slice(0, 5).map(shown));
	await head.click();
	assert.equal(await head.getAttribute("aria-sort"), "ascending");
	assert.deepEqual(await p99(), most.reverse().slice(0, 5)
		.map((ns) => ns < 999.5 ? `${ns}\u2009ns` : shown(ns)));
	await page.locator("[role=columnheader][data-key=name]").focus();
	await page.keyboard.press("Enter");
	assert.equal(cellOf((await rows(page))[0]), run.paths.map(nameOf).sort()[0]);
});

test("a click on a frame selects its path", async (use) => {
	const page = await use("run");

	await page.mouse.move(...await frame(page, 4, 0.25));
	const name = await text(page, "#tip b");

	await page.mouse.click(...await frame(page, 4, 0.25));
	assert.equal(await text(page, "#detail h2"), name);
	const path = run.paths.find((p) => nameOf(p).startsWith(name) && p.path.length === 4);

	assert.ok(path, name);
	assert.deepEqual((await text(page, ".crumbs")).split(/\s+/),
		[`[${path.context}]`, ...path.path.slice(0, -1)]);
	assert.equal(await text(page, ".tile dd"), calls(path.count));
	assert.equal(cellOf([await text(page, "#table [aria-selected=true] .name")]), name);
	await page.mouse.move(5, 5);
	assert.equal(await page.locator("#tip").isHidden(), true);
});

test("a double click zooms in, Escape zooms out", async (use) => {
	const page = await use("run");
	const whole = page.locator("#whole");

	assert.equal(await whole.isDisabled(), true);
	await page.mouse.dblclick(...await frame(page, 2, 0.25));
	await page.waitForSelector("#whole:not(:disabled)");
	const name = await text(page, "#detail h2");

	for (const part of [0.02, 0.98]) {
		await page.mouse.move(...await frame(page, 2, part));
		assert.equal(await text(page, "#tip b"), name);
	}
	for (let i = 0; i < 4 && await whole.isEnabled(); i++) {
		await page.keyboard.press("Escape");
		await page.waitForTimeout(250);
	}
	assert.equal(await whole.isDisabled(), true);
});

test("search finds names, globs and callees", async (use) => {
	const page = await use("run");
	const count = (found) => `${found.length} of ${run.paths.length} paths`;
	const find = async (query) => {
		await page.locator("#search").fill(query);
		return text(page, "#found");
	};
	const before = await colorsOf(page, "#flame canvas");
	const conntrack = run.paths.filter((p) => nameOf(p).includes("conntrack"));

	await page.keyboard.press("/");
	await page.keyboard.type("conntrack");
	assert.ok((await text(page, "#found")).startsWith(count(conntrack)));
	assert.ok((await rows(page)).every((row) => cellOf(row).includes("conntrack")));
	assert.notEqual(await colorsOf(page, "#flame canvas"), before);
	await page.keyboard.press("Escape");
	assert.equal(await text(page, "#found"), `${run.paths.length} paths`);
	assert.ok((await find("nf_*_slow")).startsWith(
		count(run.paths.filter((p) => nameOf(p) === "nf_hook_slow"))));
	assert.ok((await find("udp_sendmsg > nf_hook")).startsWith(
		count(run.paths.filter((p) => p.path[0] === "udp_sendmsg" && nameOf(p) === "nf_hook_slow"))));
	await find("nothing like it");
	assert.match(await text(page, "#table"), /No call path of that name/);
});

test("the charts say what is under the pointer", async (use) => {
	const page = await use("run");

	await page.locator("#table .body [role=row]", { hasText: /^udp_sendmsg \u2190 \[task\]/ })
		.click();
	const path = run.paths.find((p) => p.path.join() === "udp_sendmsg");
	const plots = page.locator(".plot .u-over");

	assert.equal(await plots.count(), 2);
	for (const i of [1, 2])
		assert.ok(await colorsOf(page, `figure:nth-of-type(${i}) canvas`) > 10);
	const seen = new Map();
	const box = await plots.first().boundingBox();

	for (let x = 0; x < box.width; x += 2) {
		await page.mouse.move(box.x + x, box.y + 40);
		const said = await text(page, "figure .say");
		const found = said.match(/^(.*): ([\d,]+) calls/);

		assert.ok(found, said);
		seen.set(found[1], Number(found[2].replaceAll(",", "")));
	}
	const most = Math.max(...path.hist.map(([, , n]) => n));

	assert.equal(Math.max(...seen.values()), most);
	// The slow fifth in the middle of the run has calls where the rest has none.
	const heat = await plots.nth(1).boundingBox();
	const above = async (part) => {
		await page.mouse.move(heat.x + heat.width * part, heat.y + heat.height * 0.2);
		return text(page, "figure:nth-of-type(2) .say");
	};

	assert.match(await above(0.5), /^0:\d\d.* [\d,]+ calls$/);
	assert.match(await above(0.2), /^0:\d\d.*: none$/);
	await page.locator(".plot .u-over").nth(1).hover();
	assert.match(await text(page, "figure:nth-of-type(2) .say"), /^0:\d\d.*(calls|none)$/);
	await page.locator("#log").check();
	assert.equal(await page.locator("#log").isChecked(), true);
	assert.match(await text(page, "#detail .note"), /CPU 0, in pid 812 \(iperf3\)/);
});

test("the keyboard is enough", async (use) => {
	const page = await use("run");
	const selected = () => text(page, "#detail h2");
	const order = by("total_ns").map(nameOf);

	await page.locator("#table").focus();
	await page.keyboard.press("ArrowDown");
	assert.equal((await selected()).split(" ")[0], order[1].split(" ")[0]);
	await page.keyboard.press("End");
	assert.equal((await selected()).split(" ")[0], order.at(-1).split(" ")[0]);
	await page.keyboard.press("Home");
	assert.equal(await selected(), order[0]);
	await page.locator("#flame").focus();
	await page.keyboard.press("ArrowUp");
	assert.equal(await selected(), "[softirq]");
	await page.keyboard.press("ArrowLeft");
	assert.equal(await selected(), "[task]");
	await page.keyboard.press("ArrowDown");
	assert.equal(await selected(), "udp_sendmsg");
	await page.keyboard.press("Enter");
	await page.waitForSelector("#whole:not(:disabled)");
	await page.keyboard.press("?");
	assert.equal(await page.locator("#help").isVisible(), true);
	await page.keyboard.press("Escape");
	assert.equal(await page.locator("#help").isVisible(), false);
});

test("a link names a path", async (use) => {
	const page = await use("run");

	await page.locator("#search").fill("ip_make_skb");
	await page.locator("#table .body [role=row]").first().click();
	await page.waitForFunction(() => location.hash.includes("ip_make_skb"));
	const hash = await page.evaluate(() => location.hash);

	assert.equal(decodeURIComponent(hash), "#[task];udp_sendmsg;ip_make_skb");
	assert.match(await page.locator("#said").textContent(), /^ip_make_skb, /);
	const other = await use("run", {}, undefined, hash);

	assert.equal(await text(other, "#detail h2"), "ip_make_skb");
	assert.equal(await text(await use("run", {}, undefined, "#%E0%A4%A"), "#detail h2"),
		by("total_ns")[0].path.at(-1));
});

test("light and dark", async (use) => {
	const page = await use("run");
	const back = (p) => p.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const brightness = async (p) => Number((await back(p)).match(/\d+/)[0]);
	const light = await colorsOf(page, ".plot canvas");

	assert.ok(await brightness(page) > 200);
	await page.keyboard.press("t");
	assert.ok(await brightness(page) < 60);
	assert.ok(await colorsOf(page, ".plot canvas") > 10, `${light} when light`);
	await page.locator("#theme").click();
	assert.ok(await brightness(page) > 200);
	const dark = await use("run", { colorScheme: "dark" });

	assert.ok(await brightness(dark) < 60);
});

test("colour by self time", async (use) => {
	const page = await use("run");
	const before = await page.locator("#flame canvas").screenshot();

	await page.locator("#color").selectOption("self time");
	await settle(page);
	assert.notDeepEqual(await page.locator("#flame canvas").screenshot(), before);
	assert.match(await text(page, "#legend"), /^0/);
});

test("two runs are compared", async (use) => {
	const page = await use("diff");
	const find = async (query) => {
		await page.locator("#search").fill(query);
		return (await rows(page))[0];
	};

	assert.match(await text(page, "#runs"), /base.*1:00.*new.*0:30/s);
	const slower = await find("ipv4_conntrack_local");

	assert.match(slower[4], /^\+[67]\d\u2009%$/);
	assert.match(slower[2], /^([+\u2212]\d\.\d|0)\u2009%$/);
	assert.deepEqual((await find("ip_do_fragment")).slice(1, 5), ["\u2013", "", "\u2013", "gone"]);
	assert.equal((await find("ip_route_input_noref"))[4], "new");
	await page.locator("#table .body [role=row]").first().click();
	assert.match(await text(page, "#detail h2"), /new$/);
	await find("ipv4_conntrack_local");
	await page.locator("#table .body [role=row]").first().click();
	assert.equal(await page.locator(".plot").count(), 3);
	assert.match(await text(page, ".tiles"), /\+\d+\u2009%.*was/s);
	await page.locator(".plot .u-over").first().hover();
	assert.match(await text(page, "figure .say"), /base .*%, new .*%/);
	await find("");
	const narrow = await page.locator("#flame canvas").screenshot();

	await page.locator("#width").selectOption("base run");
	await page.waitForTimeout(300);
	assert.notDeepEqual(await page.locator("#flame canvas").screenshot(), narrow);
});

test("a selection has its callers, and nothing else", async (use) => {
	const page = await use("part");
	const names = new Set((await rows(page)).map(cellOf));

	assert.ok(names.has("nf_hook_slow"));
	assert.ok(names.has("udp_sendmsg"));
	assert.ok(!names.has("ip_make_skb"));
});

test("a page of nothing", async (use) => {
	const page = await use("nothing");

	assert.equal(await text(page, "#found"), "0 paths");
	assert.match(await text(page, "#table"), /No call path/);
	assert.equal(await text(page, "#detail"), "");
	for (const key of ["ArrowDown", "Enter", "Escape", "End"]) {
		await page.locator("#table").press(key);
		await page.locator("#flame").press(key);
	}
});

test("a snapshot has no times", async (use) => {
	const page = await use("snapshot");

	assert.equal(await page.locator(".plot").count(), 1);
	assert.match(await text(page, "#detail"), /No heatmap: a snapshot by itself/);
	assert.match(await text(page, "#runs"), /snapshot$/);
});

test("nothing in a run file gets out of its place", async (use) => {
	const page = await use("hostile");

	assert.equal(await page.evaluate(() => window.pwned), undefined);
	assert.equal(await page.locator("body :is(img, svg, iframe, b b)").count(), 0);
	assert.equal(await page.locator("script").count(), 2);
	assert.match(await text(page, "#runs"), /<\/script><script>window\.pwned=1<\/script>/);
	await page.locator("#search").fill("</script>");
	await page.locator("#table .body [role=row]").first().click();
	assert.equal(await text(page, "#detail h2"), "</script><script>window.pwned=1</script>");
	assert.match(await text(page, "#detail .note"), /\(<\/script><b>\?\?\?\)/);
	await page.mouse.move(...await frame(page, 1, 0.3));
	assert.ok(await page.locator("#tip").isVisible());
	for (const query of ["__proto__", "constructor", "((", "[", "\\"])
		await page.locator("#search").fill(query);
	assert.equal(await page.evaluate(() => window.pwned), undefined);
});

test("the policy lets no other script run", async (use) => {
	const page = await use("hostile");

	await page.evaluate(() => {
		const script = document.createElement("script");

		script.textContent = "window.pwned = 1";
		document.body.append(script);
	});
	assert.equal(await page.evaluate(() => window.pwned), undefined);
	assert.match(page.complaints.join(), /Content Security Policy/);
	page.complaints = [];
});

// By the time on the processor, since the machine may have other things to do.
test("50,000 paths are drawn in two seconds", async (use) => {
	const page = await use("big");
	const session = await page.context().newCDPSession(page);

	const used = async () => {
		const { metrics } = await session.send("Performance.getMetrics");

		return metrics.find(({ name }) => name === "ProcessTime").value * 1000;
	};

	await session.send("Performance.enable");
	const before = await used();

	await page.reload();
	await page.waitForSelector("html[data-ready]");
	const computing = await used() - before;
	const [first, drawn] = await page.evaluate(() => ["first-contentful-paint", "fgagg-painted"]
		.map((name) => performance.getEntriesByName(name)[0].startTime));

	console.log(`# first paint after ${Math.round(first)} ms, drawn after ` +
		`${Math.round(drawn)} ms, ${Math.round(computing)} ms of them computing`);
	assert.ok(computing > 100 && computing < 2000, `${computing} ms`);
});

test("50,000 paths can be used", async (use) => {
	const page = await use("big");
	const big = json("big");
	const elements = await page.evaluate(() => document.querySelectorAll("*").length);

	assert.ok(big.paths.length > 49000);
	assert.equal(await text(page, "#found"), `${calls(big.paths.length)} paths`);
	assert.ok(elements < 1500, `${elements} elements`);
	await page.locator("#table").focus();
	await page.keyboard.press("End");
	const last = (await rows(page)).at(-1);
	const least = Math.min(...big.paths.map((p) => p.total_ns));

	assert.ok(big.paths.some((p) => p.total_ns === least && nameOf(p) === cellOf(last)));
	const time = await page.evaluate(async () => {
		const search = document.getElementById("search");
		const begin = performance.now();

		search.value = "made_up_1*";
		search.dispatchEvent(new Event("input"));
		await new Promise(requestAnimationFrame);
		return performance.now() - begin;
	});

	console.log(`# searched in ${Math.round(time)} ms`);
	assert.ok(time < 1000, `${time} ms`);
	assert.ok((await rows(page)).every((row) => /^made_up_1/.test(row[0])));
});

test("a damaged page says so", async (use) => {
	const whole = readFileSync(file("run"), "utf8");

	writeFileSync(file("damaged"), whole.replace(/(id="data">.{2000}).*?</s, "$1<"));
	const page = await use("damaged", {}, "#notes:not([hidden])");

	assert.match(await text(page, "#notes"), /^This report cannot be shown: /);
	page.complaints = [];
});

test("a narrow window is enough", async (use) => {
	const page = await use("run", { viewport: { width: 640, height: 800 } });
	const width = await page.evaluate(() => document.documentElement.scrollWidth);

	assert.ok(width <= 640, `${width}`);
	assert.ok(await colorsOf(page, ".plot canvas") > 10);
});

test("the screenshots are not empty", async (use) => {
	for (const [name, theme] of [["run", "light"], ["run", "dark"], ["diff", "light"],
		["diff", "dark"], ["big", "dark"], ["hostile", "light"]]) {
		const page = await use(name, { colorScheme: theme });
		const picture = await page.screenshot();

		if (process.env.SCREENSHOTS)
			writeFileSync(`${process.env.SCREENSHOTS}/${name}-${theme}.png`, picture);
		assert.equal(picture.toString("latin1", 1, 4), "PNG");
		assert.deepEqual([picture.readUInt32BE(16), picture.readUInt32BE(20)], [1440, 900]);
		assert.ok(picture.length > 60000, `${name}-${theme}: ${picture.length} bytes`);
		assert.ok(await colorsOf(page, "#flame canvas") > 50);
	}
});

const browser = await launch();
let failed = 0;

console.log(`1..${tests.length}`);
for (const [i, [name, f]] of tests.entries()) {
	const pages = [];
	const use = async (report, ...rest) => {
		const page = await open(browser, file(report), ...rest);

		pages.push(page);
		return page;
	};

	try {
		await f(use);
		for (const page of pages)
			assert.deepEqual(page.complaints, []);
		console.log(`ok ${i + 1} - ${name}`);
	} catch (error) {
		failed++;
		console.log(error.stack.replace(/^/gm, "# "));
		console.log(`not ok ${i + 1} - ${name}`);
	}
	await Promise.all(pages.map((page) => page.close()));
}
await browser.close();
console.log(`${tests.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed ? 1 : 0;
