#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""usage: machine.py INTERFACE KIND...

What a DHCP server gives to machines that boot: each asks (DISCOVER, REQUEST;
the installer, which has an address, INFORM) and prints what it was told, one
line a machine: KIND, file, server of the file, and KIND's own option (210 of
bios, 60 of http, 224 of the installer); "-" is nothing.  KIND is one of KINDS.
environment: OWN_ADDRESS (the installer's); CHOSEN, of a server that is chosen
instead of the one that has answered: exit 3 without a word when that is silent
"""
import os
import random
import socket
import struct
import sys

# vendor class, architecture, user class, option that is looked at
KINDS = {
    "bios": ("PXEClient:Arch:00000:UNDI:002001", 0, None, 210),
    "uefi": ("PXEClient:Arch:00007:UNDI:003016", 7, None, 210),
    "uefi9": ("PXEClient:Arch:00009:UNDI:003016", 9, None, 210),
    "http": ("HTTPClient:Arch:00016:UNDI:003001", 16, None, 60),
    "ipxe-bios": ("PXEClient:Arch:00000:UNDI:002001", 0, "iPXE", 210),
    "ipxe-uefi": ("PXEClient:Arch:00007:UNDI:003010", 7, "iPXE", 210),
    "installer": (None, None, "Domus", 224),
    "laptop": (None, None, None, 67),
}
DISCOVER, OFFER, REQUEST, ACK, INFORM = 1, 2, 3, 5, 8
WANTED = bytes([1, 3, 6, 43, 60, 66, 67, 210, 224])


def option(code, data):
    return bytes([code, len(data)]) + data


def message(kind, mac, xid, what, more=b"", address="0.0.0.0"):
    vendor, arch, user, _ = KINDS[kind]
    m = struct.pack("!BBBBIHH4s12x6s202x", 1, 1, 6, 0, xid, 0,
                    0 if what == INFORM else 0x8000,
                    socket.inet_aton(address), mac)
    m += b"\x63\x82\x53\x63" + option(53, bytes([what])) + more
    m += option(55, WANTED)
    if vendor:
        m += option(60, vendor.encode())
        m += option(93, struct.pack("!H", arch)) + option(94, b"\1\3\x10")
    if user:
        m += option(77, user.encode())
    if user == "iPXE":
        m += option(175, b"\x13\1\1")
    return (m + b"\xff").ljust(300, b"\0")


def parse(data):
    options, at = {}, 240
    while data[at] != 255:
        if data[at] == 0:
            at += 1
            continue
        code, n = data[at], data[at + 1]
        options[code] = options.get(code, b"") + data[at + 2:at + 2 + n]
        at += 2 + n
    return {"yiaddr": data[16:20], "siaddr": socket.inet_ntoa(data[20:24]),
            "file": data[108:236].split(b"\0")[0].decode(),
            "options": options, "type": options[53][0]}


def ask(s, xid, data, want):
    s.sendto(data, ("255.255.255.255", 67))
    while True:
        got = s.recv(2048)
        if got[0] == 2 and got[4:8] == struct.pack("!I", xid):
            m = parse(got)
            if m["type"] == OFFER and m["yiaddr"] == bytes(4):
                continue        # a proxy's
            if m["type"] == want:
                return m
            if m["type"] not in (OFFER, ACK):
                raise SystemExit("type %d instead of %d" % (m["type"], want))


def boot(s, kind):
    mac = bytes([0x52, 0x54, 0, 0xd0, 2, 1 + list(KINDS).index(kind)])
    xid = random.getrandbits(32)
    if kind == "installer":
        m = ask(s, xid, message(kind, mac, xid, INFORM, b"", OWN), ACK)
    else:
        m = ask(s, xid, message(kind, mac, xid, DISCOVER), OFFER)
        server = m["options"][54]
        if CHOSEN:
            server = socket.inet_aton(CHOSEN)
            s.settimeout(0.2)
        more = option(50, m["yiaddr"]) + option(54, server)
        m = ask(s, xid, message(kind, mac, xid, REQUEST, more), ACK)
    text = {c: o.rstrip(b"\0").decode("latin-1")
            for c, o in m["options"].items()}
    print(kind, m["file"] or text.get(67, "-"), m["siaddr"],
          text.get(KINDS[kind][3], "-"))


if len(sys.argv) < 3 or sys.argv[1].startswith("-"):
    print(__doc__, "KINDS:", *KINDS)
    sys.exit(0 if sys.argv[1:] == ["--help"] else 2)
CHOSEN = os.environ.get("CHOSEN")
OWN = os.environ.get("OWN_ADDRESS", "0.0.0.0")
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, sys.argv[1].encode())
s.bind(("", 68))
s.settimeout(5 * int(os.environ.get("TEST_SCALE", "1")))
for kind in sys.argv[2:]:
    try:
        boot(s, kind)
    except socket.timeout:
        sys.exit(3 if CHOSEN else "%s: no answer" % kind)
