# SPDX-License-Identifier: ISC
"""What make-dirty's tables are made with."""
import os
import struct
import subprocess

MIB = 1 << 20
SIZE = 1100 * MIB

def le(size, value):
    return value.to_bytes(size, "little")

def sum32(data):
    """The sum of little-endian words."""
    return sum(struct.unpack("<%dI" % (len(data) // 4), data))

class Disk:
    """A sparse image; tools get its path, bytes go to places."""
    def __init__(self, path):
        self.path = path
        with open(path, "wb") as f:
            f.truncate(SIZE)

    def put(self, place, data):
        with open(self.path, "r+b") as f:
            f.seek(place if place >= 0 else SIZE + place)
            f.write(data)

    def get(self, place, size):
        with open(self.path, "rb") as f:
            f.seek(place if place >= 0 else SIZE + place)
            return f.read(size)

    def run(self, *command, text=None):
        path = os.environ["PATH"] + ":/usr/sbin:/sbin"
        argv = [self.path if word == "FILE" else word for word in command]
        subprocess.run(argv, check=True, input=text, text=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                       env={**os.environ, "PATH": path,
                            "LIBBLKID_DEBUG": ""})

    def table(self, text):
        """A partition table by sfdisk(8)."""
        self.run("sfdisk", "-q", "FILE", text=text)

    def ext4(self, start, size, label):
        self.run("mke2fs", "-q", "-F", "-t", "ext4", "-L", label,
                 "-E", "offset=%d" % (start * MIB), "FILE", "%dm" % size)

def lvm_label(d, start=0):
    sector = bytearray(512)
    sector[0:8] = b"LABELONE"
    sector[8] = 1
    sector[20] = 32
    sector[24:32] = b"LVM2 001"
    sector[32:64] = b"0123456789abcdef" * 2
    sector[64:72] = le(8, SIZE)
    crc = 0xf597a6cf
    for byte in sector[20:]:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xedb88320 if crc & 1 else 0)
    sector[16:20] = le(4, crc)
    d.put(start + 512, bytes(sector))
