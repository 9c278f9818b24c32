// SPDX-License-Identifier: GPL-2.0-only
//
// dom: elements.  Text from a run file becomes text, never markup.

export const $ = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
	const el = document.createElement(tag);

	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith("on"))
			el.addEventListener(name.slice(2), value);
		else if (value !== false && value !== undefined)
			el.setAttribute(name, value);
	}
	el.append(...children.filter((child) => child !== null && child !== undefined));
	return el;
}
