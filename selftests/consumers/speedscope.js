#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/*
 * speedscope.js MODULES FILE JSON: import a file as speedscope does, and
 * compare the self times of its stacks with the paths in JSON.
 *
 * The package holds the program as a browser gets it.  Its importers are run
 * here; the code that starts the program is cut off.
 */
"use strict";
const assert = require("assert");
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [modules, file, json] = process.argv.slice(2);
const release = path.join(modules, "speedscope", "dist", "release");

function find(pattern, text) {
	const match = pattern.exec(text);

	assert(match, `speedscope is not as expected: no ${pattern}`);
	return match[1];
}

/* All that a browser has is itself, but for a class that it may lack. */
const browser = new Proxy(function () {}, {
	get: (target, key) => {
		if (key === "Long" || key === "dcodeIO")
			return undefined;
		return key === Symbol.toPrimitive ? () => "" : browser;
	},
	apply: () => browser,
	construct: () => browser,
});

function loadImporter() {
	const name = fs.readdirSync(release).find(
		(entry) => /^speedscope-.*\.js$/.test(entry));
	const text = fs.readFileSync(path.join(release, name), "utf8");
	const start = text.lastIndexOf("console.log(`speedscope v");
	const exported = find(
		/([\w$]+)=\{\};[\w$]+\(\1,\{importFromFileSystemDirectoryEntry:/,
		text);
	const getter = find(
		new RegExp(`=>(\\([\\w$]+\\(\\),${exported.replace("$", "\\$")}\\))`),
		text);

	for (const object of ["window", "document", "localStorage", "location"])
		globalThis[object] = browser;
	vm.runInThisContext(
		`${text.slice(0, start)}globalThis.importer=${getter};})();`);
	return globalThis.importer;
}

function checkSchema() {
	const Ajv = require(path.join(modules, "ajv"));
	const schema = path.join(release, "file-format-schema.json");
	const ajv = new Ajv({ strict: false });
	const valid = ajv.validate(JSON.parse(fs.readFileSync(schema)),
				   JSON.parse(fs.readFileSync(file)));

	assert(valid, JSON.stringify(ajv.errors));
}

function add(stacks, stack, weight) {
	if (weight)
		stacks[stack] = (stacks[stack] || 0) + weight;
}

function addNode(stacks, stack, node) {
	for (const child of node.children) {
		const callee = `${stack};${child.frame.name}`;

		add(stacks, callee, child.getSelfWeight());
		addNode(stacks, callee, child);
	}
}

/* How each format shows the context: as a root, as a profile, or not. */
function root(context) {
	if (file.endsWith(".folded"))
		return `;[${context}]`;
	return file.endsWith(".speedscope.json") ? context : "";
}

async function main() {
	const { importProfilesFromArrayBuffer } = loadImporter();
	/* It says what it takes the file for. */
	console.log = () => {};
	const bytes = new Uint8Array(fs.readFileSync(file));
	const group = await importProfilesFromArrayBuffer(path.basename(file),
							  bytes.buffer);
	const got = {}, want = {};

	for (const profile of group.profiles)
		addNode(got, file.endsWith(".speedscope.json") ?
			     profile.getName() : "",
			profile.getAppendOrderCalltreeRoot());
	for (const row of JSON.parse(fs.readFileSync(json)).paths)
		add(want, `${root(row.context)};${row.path.join(";")}`,
		    row.self_ns);
	assert(Object.keys(got).length > 0, "no stacks");
	assert.deepStrictEqual(got, want);
	if (file.endsWith(".speedscope.json"))
		checkSchema();
}

main().catch((error) => {
	console.error(error.message);
	process.exit(1);
});
