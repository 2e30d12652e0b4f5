// SPDX-License-Identifier: ISC
// Curves of /rrd_updates: the last minutes of this host, as far as its finest
// archive goes (5 s for 10 minutes).
import { bytes } from './dom.js';

const SECONDS = 590;
const SHOWN = [['cpu_avg', 'Processors', (v) => `${Math.round(v * 100)} %`],
	['memory_free_kib', 'Free memory',
	    (v) => bytes(v * 1024)],
	['loadavg', 'Load of dom0', (v) => v.toFixed(2)],
	['pif_aggr_rx', 'Received', (v) => `${bytes(v)}/s`],
	['pif_aggr_tx', 'Sent', (v) => `${bytes(v)}/s`]];

function curve(values) {
	const max = Math.max(...values, 1e-9), n = values.length - 1 || 1;
	return values.map((v, i) => `${(100 * i / n).toFixed(1)},` +
	    `${(100 - 95 * v / max).toFixed(1)}`).join(' ');
}

function figure(title, text, values) {
	const NS = 'http://www.w3.org/2000/svg';
	const f = document.createElement('figure');
	const caption = document.createElement('figcaption');
	const svg = document.createElementNS(NS, 'svg');
	const line = document.createElementNS(NS, 'polyline');
	caption.textContent = `${title}: ${text}`;
	svg.setAttribute('viewBox', '0 0 100 100');
	svg.setAttribute('preserveAspectRatio', 'none');
	svg.setAttribute('role', 'img');
	svg.setAttribute('aria-label', `${title}, the last minutes: ${text}`);
	line.setAttribute('points', curve(values));
	svg.append(line);
	f.append(caption, svg);
	return f;
}

export async function graphs(session, place, note) {
	let r;
	try {
		// before now, by the host's clock, which need not be ours
		r = await fetch(`/rrd_updates?start=-${SECONDS}&host=true` +
		    '&json=true&cf=AVERAGE&session_id=' +
		    encodeURIComponent(session.ref));
	} catch {
		return;		// whoever watches the records says it
	}
	if (!r.ok) {
		place.replaceChildren();
		note.textContent = `No statistics: the host answers ${r.status}.`;
		return;
	}
	const { meta, data } = await r.json(), figures = [];
	const times = [...data].sort((a, b) => a.t - b.t);
	for (const [name, title, format] of SHOWN) {
		const i = meta.legend.findIndex((l) => l.endsWith(`:${name}`));
		const values = times.map((d) => Number(d.values[i]))
		    .filter(Number.isFinite);
		if (i >= 0 && values.length > 1)
			figures.push(figure(title, format(values.at(-1)), values));
	}
	place.replaceChildren(...figures);
	note.textContent = figures.length > 0 ? '' :
	    'The first figures come within a minute.';
}
