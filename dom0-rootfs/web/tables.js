// SPDX-License-Identifier: ISC
// What the records say, as rows; who draws them hands in what buttons do.
import { bytes, button, cell, meter } from './dom.js';

export function real(vm) {
	return !vm.is_a_template && !vm.is_a_snapshot &&
	    !vm.is_control_domain;
}

export const byName = ([, a], [, b]) =>
	a.name_label.localeCompare(b.name_label);

// Which buttons a VM has, by what the server allows: operation, label, call.
const ACTIONS = [
	['start', 'Start', false, false],
	['clean_shutdown', 'Shut down'],
	['clean_reboot', 'Reboot'],
	['hard_shutdown', 'Power off'],
	['unpause', 'Unpause'],
	['resume', 'Resume', false, false],
];

// Consoles are to be had from the host that serves this page.
function consoleButton(session, act, vm, name, host) {
	const found = session.all('console').find(([, c]) => c.VM === vm &&
	    c.protocol === 'rfb');
	const here = session.all('pool')[0]?.[1].master;
	if (!found || host !== here)
		return [];
	const key = `console ${vm}`;
	return [button(key, 'Console', `Console of ${name}`,
	    () => act.look(found[0], name, key))];
}

export function vmRow(session, act, [ref, vm]) {
	const guest = session.get('VM_guest_metrics', vm.guest_metrics);
	const host = session.get('host', vm.resident_on);
	const name = vm.name_label;
	const state = cell(vm.power_state);
	if (host)
		state.append(` on ${host.name_label}`);
	const actions = ACTIONS.filter(([op]) =>
	    vm.allowed_operations.includes(op)).map(([op, label, ...params]) =>
		button(`${op} ${ref}`, label, `${label} ${name}`,
		    () => act.vm(op, ref, `${label} ${name}`, params)));
	return [ref, cell(name, 'th'), state, cell(vm.VCPUs_at_startup),
		cell(bytes(vm.memory_dynamic_max)),
		cell([...new Set(Object.values(guest?.networks ?? {}))].join(' ')),
		cell([...actions, ...consoleButton(session, act, ref, name,
		    vm.resident_on)])];
}

export function hostRow(session, act, [ref, host]) {
	const m = session.get('host_metrics', host.metrics);
	const live = m?.live ? (host.enabled ? 'ready' : 'disabled') : 'away';
	const master = session.all('pool')[0]?.[1].master === ref;
	return [ref, cell(host.name_label, 'th'), cell(host.address),
		cell(live), cell(master ? 'coordinator' : 'member'),
		cell(m ? meter(m.memory_total - m.memory_free,
		    m.memory_total, `Memory of ${host.name_label}`) : ''),
		cell(consoleButton(session, act, host.control_domain,
		    host.name_label, ref))];
}

export function srRow([ref, sr]) {
	const size = Number(sr.physical_size);
	return [ref, cell(sr.name_label, 'th'), cell(sr.type),
		cell(size > 0 ? meter(sr.physical_utilisation, size,
		    `Use of ${sr.name_label}`) : ''),
		cell(bytes(sr.virtual_allocation))];
}

export function taskRow([ref, task]) {
	const error = task.error_info.length > 0 ?
	    `: ${task.error_info.join(' ')}` : '';
	return [ref, cell(task.name_label, 'th'), cell(task.status + error),
		cell(`${Math.round(task.progress * 100)} %`)];
}
