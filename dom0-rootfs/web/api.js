// SPDX-License-Identifier: ISC
// The XenAPI by JSON-RPC: calls, and all records as they change.

export class ApiError extends Error {
	constructor(error) {
		super([error.message, ...(error.data ?? [])].join(' '));
		this.code = error.message;
		this.params = error.data ?? [];
	}
}

let id = 0;

export async function call(method, params, signal) {
	const r = await fetch('/jsonrpc', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params }),
		signal,
	});
	if (!r.ok)
		throw new Error(`the host answers ${r.status}`);
	const answer = await r.json();
	if (answer.error)
		throw new ApiError(answer.error);
	return answer.result;
}

export class Session {
	constructor(ref) {
		this.ref = ref;
		this.records = new Map();	// class -> ref -> record
		this.stop = new AbortController();
	}

	static async login(user, password) {
		return new Session(await call('session.login_with_password',
		    [user, password, '2.21', 'domus web']));
	}

	call(method, ...params) {
		return call(method, [this.ref, ...params], this.stop.signal);
	}

	all(cls) {
		return [...(this.records.get(cls.toLowerCase()) ??
		    new Map()).entries()];
	}

	get(cls, ref) {
		return this.records.get(cls.toLowerCase())?.get(ref);
	}

	// Events say "vm" where everything else says "VM".
	take({ class: name, ref, operation, snapshot }) {
		const cls = name.toLowerCase();
		if (!this.records.has(cls))
			this.records.set(cls, new Map());
		if (operation === 'del')
			this.records.get(cls).delete(ref);
		else if (snapshot)
			this.records.get(cls).set(ref, snapshot);
	}

	// Until the session ends: changed() after each batch.
	async watch(classes, changed, trouble) {
		let token = '';
		while (!this.stop.signal.aborted) {
			try {
				const batch = await this.call('event.from', classes,
				    token, 30.001);
				token = batch.token;
				for (const e of batch.events)
					this.take(e);
				changed();
			} catch (e) {
				if (this.stop.signal.aborted)
					return;
				if (e.code === 'EVENTS_LOST') {
					token = '';
					this.records.clear();
					continue;
				}
				trouble(e);
				if (e.code === 'SESSION_INVALID')
					return;
				await new Promise((done) => setTimeout(done, 3000));
			}
		}
	}

	async end() {
		await this.call('session.logout').catch(() => {});
		this.stop.abort();
	}
}
