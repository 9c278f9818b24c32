// SPDX-License-Identifier: GPL-2.0-only
//
// build: template.html from index.html, style.css and src/, and what these use
// from node_modules.  The same sources give the same bytes.
//
//	node build.js [OUTPUT]

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const here = new URL(".", import.meta.url).pathname;
const read = (path) => readFileSync(here + path, "utf8");

async function bundle(entry) {
	const result = await build({
		absWorkingDir: here,
		entryPoints: [entry],
		bundle: true,
		minify: true,
		write: false,
		metafile: true,
		charset: "ascii",
		legalComments: "none",
		target: "es2022",
		format: "iife",
		outdir: "unused",
		logLevel: "warning",
	});
	return {
		text: result.outputFiles[0].text.trim(),
		inputs: Object.keys(result.metafile.inputs),
	};
}

// What is bundled asks for its notice to be kept.
function licenses(inputs) {
	const found = inputs.map((path) =>
		path.match(/^node_modules\/((?:@[^/]*\/)?[^/]*)\//)?.[1]);
	const names = [...new Set(found.filter(Boolean))].sort();
	const texts = new Map();

	for (const name of names) {
		const { version } = JSON.parse(read(`node_modules/${name}/package.json`));
		const text = read(`node_modules/${name}/LICENSE`).trim();

		texts.set(text, [...texts.get(text) ?? [], `${name} ${version}`]);
	}
	return [...texts].map(([text, of]) => `${of.join(", ")}:\n\n${text}`)
		.join("\n\n").replaceAll("--", "- -");
}

const hash = (text) =>
	`'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const script = await bundle("src/main.js");
const style = await bundle("style.css");

// Nothing but these two may run or style, and nothing may be fetched.
const policy = `default-src 'none'; img-src data:; script-src ${hash(script.text)}; ` +
	`style-src ${hash(style.text)}; base-uri 'none'; form-action 'none'`;
const parts = {
	LICENSES: licenses([...script.inputs, ...style.inputs]),
	POLICY: policy,
	STYLE: style.text,
	SCRIPT: script.text,
};

if (/<\/(script|style)/i.test(script.text + style.text))
	throw new Error("a bundle ends its own element");
const page = read("index.html").replace(/@([A-Z]+)@/g,
	(marker, name) => parts[name] ?? marker);

writeFileSync(process.argv[2] ?? here + "template.html", page);
