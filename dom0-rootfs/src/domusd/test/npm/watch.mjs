// SPDX-License-Identifier: ISC
// usage: node watch.mjs url password [guests]
//
// What Xen Orchestra's own client does with an agent; prints TAP lines
// without a plan.  Run by ../clients, which installs xen-api beside it.
// With `guests', a VM is run too: the host must have a guest that obeys for any
// disk, as the fake one has.  TEST_SCALE in the environment multiplies its
// limits of 10 s.
import assert from 'node:assert/strict'
import { request } from 'node:https'
import { createClient } from 'xen-api'

const [url, password, guests] = process.argv.slice(2)
const limit = 10e3 * (Number(process.env.TEST_SCALE) || 1)
let n = 0

async function test(name, what) {
  n += 1
  try {
    await what()
    console.log(`ok ${n} - ${name}`)
  } catch (error) {
    process.exitCode = 1
    console.log(`not ok ${n} - ${name}`)
    console.log(`# ${String(error.stack ?? error).replaceAll('\n', '\n# ')}`)
  }
}

function within(ms, promise, what) {
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`${what}: not in ${ms} ms`)), ms).unref()
  )
  return Promise.race([promise, late])
}

// An emulated processor cannot end the handshakes of a connection a class
// within the client's 10 s for each.
const shown = ['pool', 'host', 'host_metrics', 'host_cpu', 'VM', 'SR', 'PBD',
  'PIF', 'PIF_metrics', 'network', 'SM', 'console', 'role']
const xapi = createClient({
  url,
  allowUnauthorized: true,
  auth: { user: 'root', password },
  watchEvents: guests === 'guests' ? true : [...shown, 'task'],
})

// Until the client's own cache shows it.
async function until(what, test_) {
  const end = Date.now() + limit
  while (!test_()) {
    if (Date.now() > end) {
      throw new Error(`${what}: not in the cache`)
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

// A call behind the client's back.
function post(method, params) {
  return new Promise((resolve, reject) => {
    const req = request(new URL('/jsonrpc', url), {
      method: 'POST', rejectUnauthorized: false,
    }, res => res.resume().on('end', resolve))
    req.on('error', reject)
    req.end(JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 }))
  })
}

await test('it connects and fills its cache', async () => {
  await within(limit, xapi.connect(), 'connect')
  await within(limit, xapi.objectsFetched, 'objects')
  const types = new Set(Object.values(xapi.objects.all).map(_ => _.$type))
  for (const type of shown) {
    assert(types.has(type), type)
  }
})

await test('references lead to objects', async () => {
  const { pool } = xapi
  assert.equal(pool.$master.$type, 'host')
  assert.equal(pool.$master.$control_domain.is_control_domain, true)
  assert.equal(pool.$master.$metrics.live, true)
  assert.equal(pool.$master.$PIFs[0].$network.bridge, 'xenbr0')
  assert.equal(typeof pool.$master.$metrics.memory_total, 'number')
})

await test('a change arrives as an event', async () => {
  await xapi.call('pool.set_name_label', xapi.pool.$ref, 'from npm')
  await until('name', () => xapi.pool.name_label === 'from npm')
})

await test('its barrier works', async () => {
  await within(limit, xapi.barrier(), 'barrier')
})

await test('an Async call ends with its result', async () => {
  const master = await within(limit,
    xapi.callAsync('pool.get_master', xapi.pool.$ref), 'task')
  assert.equal(master, xapi.pool.$master.$ref)
})

await test('a failing Async call ends with its code', async () => {
  await assert.rejects(
    within(limit, xapi.callAsync('host.destroy', xapi.pool.$master.$ref),
      'task'), { code: 'OPERATION_NOT_ALLOWED' })
})

await test('objects come and go', async () => {
  const ref = await xapi.call('network.create', {
    name_label: 'n', name_description: '', other_config: {}, tags: [],
    MTU: '1500',
  })
  await until('network', () => xapi.getObject(ref, null) !== null)
  assert.equal(xapi.getObject(ref).MTU, 1500)
  await xapi.call('network.destroy', ref)
  await until('deletion', () => xapi.getObject(ref, null) === null)
})

async function life() {
  const template = Object.values(xapi.objects.all).find(
    _ => _.$type === 'VM' && _.name_label === 'Linux PVH')
  const ref = await within(limit,
    xapi.callAsync('VM.clone', template.$ref, 'from npm'), 'clone')
  await xapi.call('VM.remove_from_other_config', ref, 'disks')
  await within(limit, xapi.callAsync('VM.provision', ref), 'provision')
  const sr = xapi.pool.$default_SR.$ref
  const vdi = await xapi.call('VDI.create', {
    name_label: 'disk', name_description: '', SR: sr, virtual_size: 1 << 20,
    type: 'user', sharable: false, read_only: false, other_config: {},
  })
  const [userdevice] = await xapi.call('VM.get_allowed_VBD_devices', ref)
  await xapi.call('VBD.create', {
    VM: ref, VDI: vdi, userdevice, mode: 'RW', type: 'Disk', bootable: true,
    unpluggable: true, empty: false, other_config: {},
    qos_algorithm_type: '', qos_algorithm_params: {},
  })
  await within(limit, xapi.barrier(ref), 'barrier')
  assert.equal(xapi.getObject(ref).$VBDs[0].$VDI.virtual_size, 1 << 20)
  await xapi.call('VM.start', ref, false, false)
  await until('running', () => xapi.getObject(ref).power_state === 'Running')
  assert.equal(xapi.getObject(ref).$resident_on.$ref, xapi.pool.master)
  const snapshot = await within(limit,
    xapi.callAsync('VM.snapshot', ref, 'snap'), 'snapshot')
  await until('snapshot', () => xapi.getObject(ref).snapshots.length === 1)
  await assert.rejects(
    within(limit, xapi.callAsync('VM.clone', ref, 'x'), 'clone'),
    { code: 'VM_BAD_POWER_STATE', params: [ref, 'halted', 'running'] })
  await within(limit, xapi.callAsync('VM.clean_shutdown', ref), 'shutdown')
  await until('halted', () => xapi.getObject(ref).power_state === 'Halted')
  await xapi.call('VM.destroy', snapshot)
  await xapi.call('VM.destroy', ref)
  await until('gone', () => xapi.getObject(ref, null) === null)
}

if (guests === 'guests') {
  await test('a VM is made from a template and goes through its life', life)
}

await test('errors keep code and parameters', async () => {
  await assert.rejects(xapi.call('VM.get_record', 'OpaqueRef:none'),
    { code: 'HANDLE_INVALID', params: ['VM', 'OpaqueRef:none'] })
})

await test('a session that was thrown out is made anew', async () => {
  const session = xapi.sessionId
  await post('session.logout', [session])
  await xapi.call('host.get_all')
  assert.notEqual(xapi.sessionId, session)
})

await xapi.disconnect()
process.exit()
