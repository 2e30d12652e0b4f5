// SPDX-License-Identifier: ISC
// Text goes in as text: nothing that a guest is called becomes markup.

export function bytes(n) {
	const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
	let v = Number(n), i = 0;
	for (; v >= 1024 && i < units.length - 1; i++)
		v /= 1024;
	return `${v < 10 && i > 0 ? v.toFixed(1) : Math.round(v)} ${units[i]}`;
}

export function cell(content, kind = 'td') {
	const td = document.createElement(kind);
	// a narrow page shows rows as blocks, which are rows all the same
	td.role = kind === 'th' ? 'rowheader' : 'cell';
	if (kind === 'th')
		td.scope = 'row';
	if (Array.isArray(content))
		td.append(...content);
	else
		td.append(content);
	return td;
}

export function button(key, text, label, run) {
	const b = document.createElement('button');
	b.type = 'button';
	b.textContent = text;
	b.dataset.key = key;
	b.setAttribute('aria-label', label);
	b.addEventListener('click', run);
	return b;
}

export function meter(used, size, label) {
	const span = document.createElement('span');
	const m = document.createElement('meter');
	m.max = Number(size);
	m.value = Number(used);
	m.setAttribute('aria-label', label);
	span.append(m, ` ${bytes(used)} of ${bytes(size)}`);
	return span;
}

// Each of list is [key, cell, ...].  A row that is the same stays the same
// element, so that a click that has begun in it ends in it; what had the focus
// has it again.
export function rows(tbody, list) {
	const key = tbody.contains(document.activeElement) ?
	    document.activeElement.dataset.key : null;
	const old = new Map([...tbody.rows].map((r) => [r.dataset.ref, r]));
	const heads = [...tbody.parentNode.tHead.rows[0].cells]
	    .map((c) => c.textContent);
	let at = 0;
	for (const [ref, ...cells] of list) {
		const row = document.createElement('tr');
		row.dataset.ref = ref;
		row.role = 'row';
		cells.forEach((c, i) => { c.dataset.head = heads[i]; });
		row.append(...cells);
		const was = old.get(ref), is = was?.isEqualNode(row) ? was : row;
		if (tbody.rows[at] !== is)
			tbody.insertBefore(is, tbody.rows[at] ?? null);
		if (was === is)
			old.delete(ref);
		at++;
	}
	for (const row of old.values())
		row.remove();
	if (key && !tbody.contains(document.activeElement))
		tbody.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus();
}
