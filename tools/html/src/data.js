// SPDX-License-Identifier: GPL-2.0-only
//
// data: what export_html.c put into the page.
//
// Call paths are numbers: first the contexts, then all paths in the order of a
// walk through the tree, so that what is below path i is i + 1 to end[i] - 1.
// Numbers of paths are in typed arrays, one a column: 50,000 objects are slow.

const SUMMARY = ["count", "total", "self", "min", "p50", "p90", "p99", "p999", "max"];

function bytesOf(text) {
	if (Uint8Array.fromBase64)
		return Uint8Array.fromBase64(text);
	const binary = atob(text);
	const bytes = new Uint8Array(binary.length);

	for (let i = 0; i < bytes.length; i++)
		bytes[i] = binary.charCodeAt(i);
	return bytes;
}

async function unpack(text) {
	const stream = new Blob([bytesOf(text)]).stream()
		.pipeThrough(new DecompressionStream("deflate"));

	return new Response(stream).json();
}

// The least value of a bucket, as fgagg_bucket_low() of the kernel module has it.
function bucketLow(index, precision) {
	const half = 2 ** precision;

	if (index < 2 * half)
		return index;
	return ((index % half) + half) * 2 ** (Math.floor(index / half) - 1);
}

// Differences to the one before become values.
function accumulate(array) {
	for (let i = 1; i < array.length; i++)
		array[i] += array[i - 1];
}

// Where the entries of each path begin in an array that holds all of them.
function startsOf(counts) {
	const starts = new Uint32Array(counts.length + 1);

	counts.forEach((n, i) => { starts[i + 1] = starts[i] + n; });
	return starts;
}

class Run {
	constructor(json, contexts, size) {
		Object.assign(this, json);
		this.contexts = contexts;
		accumulate(this.hist.index);
		this.hist.start = startsOf(json.hist.nr);
		for (const key of SUMMARY) {
			this[key] = new Float64Array(size);
			this[key].set(json[key], contexts);
		}
		this.slowest = new Map(json.slowest.map(
			([path, cpu, pid, comm]) => [path + contexts, { cpu, pid, comm }]));
		if (this.heat)
			this.heat.start = this.#heatStarts(json.heat, size);
	}

	#heatStarts(heat, size) {
		for (const key of ["path", "column", "row"])
			accumulate(heat[key]);
		const counts = new Uint32Array(size - this.contexts);

		for (const path of heat.path)
			counts[path]++;
		return startsOf(counts);
	}

	#ns(index, precision) {
		return bucketLow(index, precision) * 1e6 / this.clock_khz;
	}

	// [{ low, high, count }, ...] in ns, by rising time.
	buckets(path) {
		const { start, index, count } = this.hist;
		const buckets = [];

		if (path < this.contexts)
			return buckets;
		for (let i = start[path - this.contexts]; i < start[path - this.contexts + 1]; i++)
			buckets.push({
				low: this.#ns(index[i], this.precision),
				high: this.#ns(index[i] + 1, this.precision),
				count: count[i],
			});
		return buckets;
	}

	// [{ from, to, low, high, count }, ...] in ns; null without any.
	cells(path) {
		const cells = [];
		const at = path - this.contexts;

		if (!this.heat || at < 0)
			return null;
		const { start, column, row, count, edges, precision } = this.heat;

		for (let i = start[at]; i < start[at + 1]; i++)
			cells.push({
				from: edges[column[i]],
				to: edges[column[i] + 1],
				low: this.#ns(row[i], precision),
				high: this.#ns(row[i] + 1, precision),
				count: count[i],
			});
		return cells.length ? cells : null;
	}
}

export class Report {
	constructor(json) {
		const contexts = json.context.length;
		const size = contexts + json.name.length;

		this.contexts = contexts;
		this.size = size;
		this.name = [...json.context.map((name) => `[${name}]`), ...json.name];
		this.parent = new Int32Array(size).fill(-1);
		this.parent.set(json.parent, contexts);
		this.depth = new Uint16Array(size);
		this.runs = json.runs.map((run) => new Run(run, contexts, size));
		this.diff = this.runs.length > 1;
		this.base = this.diff ? this.runs[0] : null;
		this.run = this.runs[this.runs.length - 1];
		this.#measureTree();
		this.runs.forEach((run) => this.#sumContexts(run));
		this.#perSecond();
		this.runs.forEach((run) => this.#widen(run));
	}

	static async load(text) {
		return new Report(await unpack(text));
	}

	#measureTree() {
		this.first = new Int32Array(this.contexts).fill(-1);
		this.end = Int32Array.from({ length: this.size }, (_, i) => i + 1);
		for (let i = this.contexts; i < this.size; i++) {
			const parent = this.parent[i];

			this.depth[i] = this.depth[parent] + 1;
			if (parent < this.contexts && this.first[parent] < 0)
				this.first[parent] = i;
		}
		for (let i = this.size - 1; i >= this.contexts; i--)
			this.end[this.parent[i]] = Math.max(this.end[this.parent[i]], this.end[i]);
		this.height = this.depth.reduce((a, b) => Math.max(a, b), 0) + 1;
	}

	#sumContexts(run) {
		for (let i = this.contexts; i < this.size; i++)
			if (this.parent[i] < this.contexts)
				run.total[this.parent[i]] += run.total[i];
	}

	// Two runs need not be of one length; what adds up is compared per second.
	#perSecond() {
		this.rates = this.diff && this.runs.every((run) => run.duration > 0);
		if (!this.rates)
			return;
		for (const run of this.runs)
			for (const key of ["count", "total", "self"])
				run[key] = run[key].map((x) => x * 1e9 / run.duration);
	}

	// What part of all time is spent in each path.  A caller of which no call has
	// returned has no time of its own, but is as wide as its callees.
	#widen(run) {
		const { size, contexts, parent } = this;
		const below = new Float64Array(size);
		let whole = 0;

		run.part = Float64Array.from(run.total);
		for (let i = size - 1; i >= 0; i--) {
			run.part[i] = i < contexts ? below[i] : Math.max(run.part[i], below[i]);
			if (i < contexts)
				whole += run.part[i];
			else
				below[parent[i]] += run.part[i];
		}
		if (whole)
			run.part = run.part.map((x) => x / whole);
	}

	// Callees, each with all below it.
	*children(path) {
		let child = path < this.contexts ? this.first[path] : path + 1;

		if (child < 0)
			return;
		for (const end = this.end[path]; child < end; child = this.end[child])
			yield child;
	}

	// From the context on, the path itself included.
	ancestry(path) {
		const chain = [];

		for (; path >= 0; path = this.parent[path])
			chain.unshift(path);
		return chain;
	}

	has(run, path) {
		return run.count[path] > 0;
	}
}
