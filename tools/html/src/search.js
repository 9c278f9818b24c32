// SPDX-License-Identifier: GPL-2.0-only
//
// search: which call paths a query means.
//
//	nf_hook			a name that has this in it
//	nf_*_in			a name that is this, as a glob
//	udp_sendmsg > ip_out*	the same, somewhere below another one

function matcher(word) {
	const text = word.toLowerCase();

	if (!/[*?]/.test(text))
		return (name) => name.includes(text);
	const pattern = text.replace(/[.+^${}()|[\]\\]/g, "\\$&")
		.replaceAll("*", ".*").replaceAll("?", ".");
	const regexp = new RegExp(`^${pattern}( \\[.*)?$`);

	return (name) => regexp.test(name);
}

// For each path whether it is meant; null if all are.
export function search(report, query) {
	const words = query.split(/[>;]/).map((w) => w.trim()).filter(Boolean);

	if (!words.length)
		return null;
	const matchers = words.map(matcher);
	const known = matchers.map(() => new Map());
	const matches = (w, name) => {
		if (!known[w].has(name))
			known[w].set(name, matchers[w](name.toLowerCase()));
		return known[w].get(name);
	};
	// How many words, from the first on, a path and its callers have used up.
	const used = new Uint8Array(report.size);
	const found = new Uint8Array(report.size);
	const last = words.length - 1;

	for (let i = 0; i < report.size; i++) {
		const above = i < report.contexts ? 0 : used[report.parent[i]];
		const word = Math.min(above, last);
		const name = report.name[i];

		found[i] = above >= last && matches(last, name) ? 1 : 0;
		used[i] = above < last && matches(word, name) ? above + 1 : above;
	}
	return found;
}

// What part of all time is spent in paths that were found, none counted twice.
export function share(report, found, part) {
	const inside = new Uint8Array(report.size);
	let sum = 0;

	for (let i = 0; i < report.size; i++) {
		const above = i < report.contexts ? 0 : inside[report.parent[i]];

		if (found[i] && !above)
			sum += part[i];
		inside[i] = above || found[i];
	}
	return sum;
}
