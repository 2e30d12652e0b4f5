// SPDX-License-Identifier: ISC
import { ApiError, Session } from './api.js';
import { leaves, look, unlook } from './console.js';
import { rows } from './dom.js';
import { graphs } from './graphs.js';
import { byName, hostRow, real, srRow, taskRow, vmRow } from './tables.js';

const $ = (id) => document.getElementById(id);
const CLASSES = ['pool', 'host', 'host_metrics', 'VM', 'VM_metrics',
	'VM_guest_metrics', 'console', 'SR', 'task'];
const KEY = 'domus-session', GRAPHS_MS = 5000, TASKS = 10;
let session = null;
let timer = 0;
const mine = new Map();		// tasks that were begun here -> what they do
const seen = new Map();		// VM -> state that was told

function notice(...content) {
	$('notice').replaceChildren(...content);
}

async function call(label, method, ...params) {
	notice();
	try {
		return await session.call(method, ...params);
	} catch (e) {
		notice(`${label}: ${e.message}`);
		return null;
	}
}

// Asked before what may lose something.
function sure(question) {
	$('sure-question').textContent = question;
	$('sure').returnValue = '';
	$('sure').showModal();
	return new Promise((done) => $('sure').addEventListener('close',
	    () => done($('sure').returnValue === 'yes'), { once: true }));
}

const act = {
	async vm(op, ref, label, params) {
		if (op === 'hard_shutdown' && !await sure(`${label}? ` +
		    'It is as if its plug were pulled.'))
			return;
		const task = await call(label, `Async.VM.${op}`, ref, ...params);
		if (task)
			mine.set(task, label);
	},
	look: (ref, name, key) => look(session, ref, name, key),
};

// What was begun here and has failed is said; so is a VM's new state.
function tell(vms) {
	for (const [ref, label] of mine) {
		const task = session.get('task', ref);
		if (!task || task.status === 'pending')
			continue;
		mine.delete(ref);
		if (task.status !== 'success')
			notice(`${label}: ${task.error_info.join(' ')}`);
	}
	for (const [ref, vm] of vms) {
		if (seen.has(ref) && seen.get(ref) !== vm.power_state)
			$('said').textContent =
			    `${vm.name_label}: ${vm.power_state}`;
		seen.set(ref, vm.power_state);
	}
}

function poolLine(pool) {
	const hosts = session.all('host');
	const live = hosts.filter(([, h]) =>
	    session.get('host_metrics', h.metrics)?.live).length;
	const master = session.get('host', pool?.master);
	const name = pool?.name_label || master?.name_label || '';
	return `${name} · ${live} of ${hosts.length} ` +
	    `${hosts.length === 1 ? 'host' : 'hosts'} live · coordinator ` +
	    `${master?.name_label ?? ''}`;
}

function changed() {
	const vms = session.all('VM').filter(([, vm]) => real(vm)).sort(byName);
	const tasks = session.all('task').sort(([, a], [, b]) =>
		b.created.localeCompare(a.created)).slice(0, TASKS);
	$('pool').textContent = poolLine(session.all('pool')[0]?.[1]);
	rows($('hosts'), session.all('host').sort(byName)
	    .map((h) => hostRow(session, act, h)));
	rows($('vms'), vms.map((vm) => vmRow(session, act, vm)));
	rows($('srs'), session.all('SR').sort(byName).map(srRow));
	rows($('tasks'), tasks.map(taskRow));
	$('no-vms').hidden = vms.length > 0;
	$('no-tasks').hidden = tasks.length > 0;
	tell(vms);
}

async function token() {
	const t = await call('A token', 'pool.domus_token_create');
	if (!t)
		return;
	const pool = session.all('pool')[0]?.[1];
	const address = session.get('host', pool?.master)?.address;
	const element = document.createElement('pool');
	element.setAttribute('coordinator', address || location.hostname);
	element.setAttribute('token', t.token);
	element.setAttribute('fingerprint', t.fingerprint);
	$('element').textContent =
	    element.outerHTML.replace('></pool>', '/>');
	$('element').focus();
}

function outside(...text) {
	sessionStorage.removeItem(KEY);
	session?.stop.abort();
	session = null;
	mine.clear();
	seen.clear();
	clearInterval(timer);
	unlook();
	$('sure').close();
	$('element').textContent = $('said').textContent = '';
	$('content').hidden = $('who').hidden = true;
	$('login').hidden = false;
	notice(...text);
	$('login').elements.password.focus();
}

function trouble(e) {
	if (e.code === 'SESSION_INVALID')
		outside('The session has ended: log in again.');
	else
		notice(`The host: ${e.message}`);
}

function inside(s) {
	session = s;
	sessionStorage.setItem(KEY, s.ref);
	notice();
	$('login').hidden = true;
	$('content').hidden = $('who').hidden = false;
	$('main').focus();
	const draw = () => graphs(s, $('graphs'), $('no-graphs'));
	draw();
	timer = setInterval(draw, GRAPHS_MS);
	s.watch(CLASSES, changed, trouble);
}

// A member's page is as good, but whoever logs in does so at the coordinator.
function coordinator(address) {
	const a = document.createElement('a');
	a.href = `https://${address.includes(':') ? `[${address}]` : address}/`;
	a.textContent = a.href;
	return ['This host is a member of a pool: log in at ', a];
}

function refused(e) {
	if (!(e instanceof ApiError))
		return [`Log in: ${e.message}`];
	if (e.code === 'HOST_IS_SLAVE')
		return coordinator(e.params[0]);
	if (e.code === 'SESSION_AUTHENTICATION_FAILED')
		return ['User or password are wrong.'];
	return [`Log in: ${e.message}`];
}

$('login').addEventListener('submit', async (event) => {
	const { user, password } = event.target.elements;
	event.preventDefault();
	try {
		const s = await Session.login(user.value, password.value);
		password.value = '';
		inside(s);
	} catch (e) {
		notice(...refused(e));
		password.select();
	}
});
$('logout').addEventListener('click', async () => {
	await session.end();
	outside();
});
$('token').addEventListener('click', token);
$('screen-close').addEventListener('click', unlook);
$('vnc').addEventListener('keydown', (event) => {
	if (!leaves(event))
		return;
	event.preventDefault();
	event.stopPropagation();
	$('screen-close').focus();
}, { capture: true });

if (sessionStorage.getItem(KEY))
	inside(new Session(sessionStorage.getItem(KEY)));
else
	outside();
