// SPDX-License-Identifier: ISC
// A console in the page: noVNC, which is loaded with the first one.

const $ = (id) => document.getElementById(id);
let view = null, back = null;

export function unlook() {
	view?.disconnect();
	view = null;
	$('vnc').replaceChildren();
	if (!$('screen').hidden && back)
		document.querySelector(`[data-key="${CSS.escape(back)}"]`)
		    ?.focus();
	$('screen').hidden = true;
	back = null;
}

// key: of the button that has the focus again when the console is closed.
export async function look(session, ref, name, key) {
	const { default: RFB } = await import('/web/novnc/core/rfb.js');
	unlook();
	back = key;
	$('screen').hidden = false;
	$('t-screen').textContent = `Console of ${name}`;
	$('screen-state').textContent = 'Connecting';
	const rfb = view = new RFB($('vnc'), `wss://${location.host}/console` +
	    `?ref=${encodeURIComponent(ref)}&session_id=` +
	    encodeURIComponent(session.ref), { wsProtocols: ['binary'] });
	rfb.scaleViewport = true;
	rfb.addEventListener('connect', () => {
		$('screen-state').textContent = 'Connected';
		const canvas = $('vnc').querySelector('canvas');
		canvas.tabIndex = 0;
		canvas.setAttribute('role', 'application');
		canvas.setAttribute('aria-label', `Console of ${name}`);
		rfb.focus();
	});
	rfb.addEventListener('disconnect', (e) => {
		if (view !== rfb)
			return;
		$('screen-state').textContent = e.detail.clean ?
		    'The console has ended' : 'The connection was lost';
	});
	$('screen').scrollIntoView();
}

// Tab and Escape belong to the guest: by this key the page has them back.
export function leaves(event) {
	return event.ctrlKey && event.altKey && event.code === 'KeyQ';
}
