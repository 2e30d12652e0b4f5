# SPDX-License-Identifier: ISC
"""RAID metadata: Linux's, and firmwares' that Linux knows."""
import struct

from dirt_tools import SIZE, le, sum32

MD = 0xa92b4efc

def md090(d, start=0, size=SIZE):
    place = (size & ~0xffff) - 0x10000
    d.put(start + place, b"".join(le(4, v) for v in (
        MD, 0, 90, 3, 0, 0x11111111, 1, 1, (size - 0x20000) // 1024, 2, 2,
        127, 0, 0x22222222, 0x33333333, 0x44444444)))

def md1(place_of):
    def make(d, start=0, size=SIZE):
        place = place_of(size)
        block = bytearray(256 + 4)
        block[0:8] = le(4, MD) + le(4, 1)
        block[16:32] = b"0123456789abcdef"
        block[32:39] = b"host:md"
        block[72:76] = le(4, 1)
        block[80:88] = le(8, size // 512 - 4096)
        block[92:96] = le(4, 2)
        block[128:136] = le(8, 2048)
        block[136:144] = le(8, size // 512 - 4096)
        block[144:152] = le(8, place // 512)
        block[220:224] = le(4, 2)
        block[256:260] = le(2, 0) + le(2, 1)
        total = sum32(bytes(block))
        block[216:220] = le(4, ((total >> 32) + total) & 0xffffffff)
        d.put(start + place, bytes(block))
    return make

def ddf(d):
    header = (0xde11de11).to_bytes(4, "big") + bytes(4) + \
        b"LSI     0123456789abcdef" + b"01.02.00"
    header = header.ljust(96, b"\xff") + \
        (SIZE // 512 - 1000).to_bytes(8, "big")
    d.put(-512, header.ljust(512, b"\xff"))
    d.put(-512 * 1000, header.ljust(512, b"\xff"))

def isw(d):
    d.put(-1024, b"Intel Raid ISM Cfg Sig. 1.3.00\0\0" + le(4, 0) +
          le(4, 480) + le(4, 7) + le(4, 1))

def adaptec(d):
    block = bytearray(512)
    block[0:4] = (0x37fc4d1e).to_bytes(4, "big")
    # b0idcode, to res8: 152 bytes; smagic comes 16 behind the fields there
    names = "<I8sHHBBBBBBHHHHHHHHHHBBHHIIHHBBBBI20sBBHIIIBB32s102sII8s"
    place = struct.calcsize(names)
    block[place:place + 4] = b"DPTM"
    d.put(-512, bytes(block))

def jmicron(d):
    block = bytearray(128)
    block[0:4] = b"JM" + le(2, 1)
    block[48] = 1
    words = struct.unpack("<64H", bytes(block))
    block[4:6] = le(2, -sum(words) & 0xffff)
    d.put(-512, bytes(block))

def nvidia(d):
    block = bytearray(120)
    block[0:8] = b"NVIDIA  "
    block[8:12] = le(4, 30)
    block[16:18] = le(2, 100)
    # The sum of all words, the sum's own place included, is minus itself.
    block[12:16] = le(4, -sum32(bytes(block)) & 0xffffffff)
    d.put(-1024, bytes(block))

def silicon(d):
    block = bytearray(512)
    block[0x60:0x64] = le(4, 0x2f000000)
    block[0x106:0x10c] = le(2, 0x3112) + le(2, 0) + le(2, 2)
    words = struct.unpack("<159H", bytes(block[:0x13e]))
    block[0x13e:0x140] = le(2, -sum(words) & 0xffff)
    d.put(-512, bytes(block))

def via(d):
    block = bytearray(51)
    block[0:3] = b"\x55\xaa\x01"
    block[50] = sum(block[:50]) & 0xff
    d.put(-512, bytes(block))

RAIDS = {
    "md-0.90": ("linux_raid_member", md090),
    "md-1.0": ("linux_raid_member", md1(lambda n: (n & ~0xfff) - 0x2000)),
    "md-1.1": ("linux_raid_member", md1(lambda n: 0)),
    "md-1.2": ("linux_raid_member", md1(lambda n: 4096)),
    "ddf": ("ddf_raid_member", ddf),
    "isw": ("isw_raid_member", isw),
    "adaptec": ("adaptec_raid_member", adaptec),
    "hpt37x": ("hpt37x_raid_member",
               lambda d: d.put(4640, le(4, 0x5a7816f0))),
    "hpt45x": ("hpt45x_raid_member",
               lambda d: d.put(-512 * 11, le(4, 0x5a7816f3))),
    "jmicron": ("jmicron_raid_member", jmicron),
    "lsi": ("lsi_mega_raid_member", lambda d: d.put(-512, b"$XIDE$")),
    "nvidia": ("nvidia_raid_member", nvidia),
    "promise": ("promise_fasttrack_raid_member", lambda d: d.put(
        -512 * 63, b"Promise Technology, Inc.")),
    "silicon": ("silicon_medley_raid_member", silicon),
    "via": ("via_raid_member", via),
    "drbd": ("drbd", lambda d: d.put(-4096, bytes(60) +
                                     b"\x83\x74\x02\x6b".rjust(4))),
}
