#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""usage: nfs-sr.py PORT PASSWORD NFS-PORT EXPORT made|dead

An SR by NFS on the host at PORT of this machine, whose server this machine
is: "made" makes it, and a guest that writes a disk of it; "dead" looks
at it when the server has gone.
"""
import json
import os
import ssl
import sys
import time
import urllib.request

MIB = 1 << 20
NULL = "OpaqueRef:NULL"


class Failure(Exception):
    """What the agent answers instead of a value."""


def post(port, method, params):
    request = urllib.request.Request(
        "https://127.0.0.1:%s/jsonrpc" % port,
        json.dumps({"jsonrpc": "2.0", "method": method, "params": params,
                    "id": 1}).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(
            request, timeout=400,
            context=ssl._create_unverified_context()) as answer:
        said = json.loads(answer.read())
    if "error" in said:
        raise Failure(said["error"]["message"], said["error"]["data"])
    return said["result"]


def wait_for(what, look):
    end = time.time() + 120
    while not look():
        assert time.time() < end, what
        time.sleep(0.5)


def probe_writes(call, export, uuid, vdi):
    """A guest of ours writes its pattern: it is in the server's file."""
    vm = call("VM.create", {
        "name_label": "nfs", "memory_static_min": 8 * MIB,
        "memory_dynamic_min": 8 * MIB, "memory_dynamic_max": 8 * MIB,
        "memory_static_max": 8 * MIB, "VCPUs_max": 1, "VCPUs_at_startup": 1,
        "PV_kernel": "/usr/lib/domus/probe", "PV_args": "vbd=write seed=7",
        "domain_type": "pvh"})
    call("VBD.create", {"VM": vm, "VDI": vdi, "userdevice": "0",
                        "mode": "RW", "type": "Disk", "empty": False})
    call("VM.start", vm, False, False)
    path = "%s/%s/%s" % (export, uuid, call("VDI.get_location", vdi))
    last = os.path.getsize(path) - 512

    def written():
        with open(path, "rb") as f:
            f.seek(last)
            return f.read(64).startswith(b"domus-probe 7 %d\n" % (last // 512))

    wait_for("what the guest writes", written)
    try:
        call("VDI.destroy", vdi)
        raise AssertionError("a disk in use was destroyed")
    except Failure as e:
        assert e.args[0] == "VDI_IN_USE", e
    return vm, written


def made(call, export, config):
    host = call("host.get_all")[0]
    sr = call("SR.create", host, config, 0, "nas", "", "nfs", "user", True,
              {})
    uuid = call("SR.get_uuid", sr)
    assert uuid in call("SR.probe", host, config, "nfs", {})
    vdi = call("VDI.create", {"SR": sr, "virtual_size": 4 * MIB,
                              "name_label": "d"})
    vm, written = probe_writes(call, export, uuid, vdi)
    call("VM.hard_shutdown", vm)
    for way in "snapshot", "clone":
        copy = call("VDI." + way, vdi, {})
        path = "%s/%s/" % (export, uuid)
        with open(path + call("VDI.get_location", vdi), "rb") as a, \
                open(path + call("VDI.get_location", copy), "rb") as b:
            assert a.read() == b.read(), way
        call("VDI.destroy", copy)
    call("VDI.resize", vdi, 5 * MIB)
    pbd = call("SR.get_PBDs", sr)[0]
    call("PBD.unplug", pbd)
    call("PBD.plug", pbd)
    call("SR.scan", sr)
    iso = call("SR.create", host, {
        "location": config["server"] + ":/export", "type": "nfs_iso",
        "options": config["options"]}, 0, "isos", "", "iso", "iso", True, {})
    assert [call("VDI.get_location", v) for v in call("SR.get_VDIs", iso)] \
        == ["cd.iso"]


def dead(call, config):
    host = call("host.get_all")[0]
    sr = call("SR.get_by_name_label", "nas")[0]
    for what, args in (("SR.scan", [sr]),
                       ("SR.probe", [host, config, "nfs", {}]),
                       ("VDI.create", [{"SR": sr, "virtual_size": MIB}])):
        began = time.time()
        try:
            call(what, *args)
            raise AssertionError(what + " works without a server")
        except Failure as e:
            assert e.args[0] == "SR_BACKEND_FAILURE_108", e
        assert time.time() - began < 60, what
    assert call("host.get_enabled", host)


def main(args):
    port, password, nfs_port, export, what = args
    session = post(port, "session.login_with_password", ["root", password])

    def call(method, *params):
        return post(port, method, [session] + list(params))

    config = {"server": "10.0.2.2", "serverpath": "/export",
              "nfsversion": "4.1", "options": "port=" + nfs_port}
    if what == "made":
        made(call, export, config)
    else:
        dead(call, config)
    print(what, "is well")


main(sys.argv[1:])
