# SPDX-License-Identifier: ISC
"""Partition tables, whole and broken, and what installers made with them."""
import os
import zlib

from dirt_raid import RAIDS, md1
from dirt_tools import MIB, SIZE, le, lvm_label

LINUX = "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
LVM = "E6D6D379-F507-44C2-A23C-238F2A3DF928"
ESP = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"
SWAP = "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"

def mbr(d):
    d.table("label: dos\n2048,600000,83,*\n,400000,82\n,,8e\n")
    d.ext4(1, 200, "root")

def extended(d):
    d.table("label: dos\n2048,200000,83\n,,5\n,300000,83\n,200000,82\n,,83\n")

def utility(d):
    d.table("label: dos\n63,80262,de\n81920,,83,*\n")

def gpt_utility(d):
    """Dell's partition, which stays; what seems to be another's is in it."""
    gpt(d, "label: gpt\nfirst-lba: 34\nstart=40, size=%d, type=%s, name=DELLUTILITY, "
        "attrs=LegacyBIOSBootable\nsize=600000, name=one\n" %
        (40 * 2048, ESP))
    d.run("mkfs.fat", "-F", "32", "-n", "UTILITY", "--offset", "40", "FILE",
          "40960")
    d.put(32 << 20, os.urandom(MIB))
    d.put(MIB, b"\x0d\xd0\x01\xc0")

def bsd(d):
    d.table("label: dos\n2048,,a5,*\n")
    block = bytearray(404)
    block[0:4] = le(4, 0x82564557)
    block[40:44] = le(4, 512)
    block[132:136] = le(4, 0x82564557)
    d.put(MIB + 512, bytes(block))

def sun(d):
    d.table("label: sun\n")

def gpt(d, text=None):
    d.table(text or "label: gpt\nsize=600000, name=one\n"
            "size=400000, type=%s\nsize=300000, type=%s\n" % (SWAP, LVM))

def gpt_ext4(d):
    gpt(d)
    d.ext4(1, 200, "one")

def hybrid(d):
    gpt(d)
    entry = b"\x80\0\2\0\x83\xff\xff\xff" + le(4, 2048) + le(4, 600000)
    d.put(446 + 16, entry)

def no_primary(d):
    gpt(d)
    d.put(512, bytes(512))

def no_backup(d):
    gpt(d)
    d.put(-512, bytes(512))

def both_bad(d):
    gpt(d)
    for place in (512 + 16, -512 + 16):
        d.put(place, b"\x5a\x5a\x5a\x5a")

def no_pmbr(d):
    gpt(d)
    d.put(0, bytes(512))

def beyond(d):
    """A table made for a larger disk: its end is cut off."""
    with open(d.path, "r+b") as f:
        f.truncate(2 * SIZE)
    gpt(d, "label: gpt\nstart=2048, size=3000000\nsize=1000000\n")
    with open(d.path, "r+b") as f:
        f.truncate(SIZE)

def sectors4k(d):
    """A GPT of 4096-byte sectors, read now in sectors of 512."""
    last = SIZE // 4096 - 1
    entries = bytearray(16384)
    entries[0:16] = bytes.fromhex("af3dc60f838472478e793d69d8477de4")
    entries[16:32] = b"0123456789abcdef"
    entries[32:48] = le(8, 256) + le(8, 100000)
    for here, other, table in ((1, last, 2), (last, 1, last - 4)):
        head = bytearray(92)
        head[0:16] = b"EFI PART" + le(4, 0x10000) + le(4, 92)
        head[24:56] = le(8, here) + le(8, other) + le(8, 6) + \
            le(8, last - 5)
        head[56:72] = b"fedcba9876543210"
        head[72:92] = le(8, table) + le(4, 128) + le(4, 128) + \
            le(4, zlib.crc32(bytes(entries)))
        head[16:20] = le(4, zlib.crc32(bytes(head)))
        d.put(here * 4096, bytes(head))
        d.put(table * 4096, bytes(entries))
    d.put(446, b"\0\0\2\0\xee\xff\xff\xff" + le(4, 1) + le(4, last))
    d.put(510, b"\x55\xaa")

def xenserver(d, labels=("root-abcdef", "backup", "logs-abcdef")):
    """XenServer 7 and later, and XCP-ng: root, backup, SR, boot, logs, swap."""
    gpt(d, "label: gpt\n"
        "start=%d, size=%d\n" % (46 * 2048, 300 * 2048) +
        "size=%d\n" % (300 * 2048) +
        "size=%d, type=%s\n" % (300 * 2048, LVM) +
        "start=2048, size=%d, type=%s, name=\"BIOS\"\n" % (4 * 2048, ESP) +
        "start=%d, size=%d\n" % (5 * 2048, 41 * 2048) +
        "size=%d, type=%s\n" % (20 * 2048, SWAP))
    d.ext4(46, 300, labels[0])
    d.ext4(5, 41, labels[2])
    lvm_label(d, 646 * MIB)

def xenserver6(d):
    gpt(d, "label: gpt\nstart=2048, size=%d\nsize=%d\nsize=%d, type=%s\n" %
        (300 * 2048, 300 * 2048, 400 * 2048, LVM))
    d.run("mke2fs", "-q", "-F", "-t", "ext3", "-L", "root-xs6", "-E",
          "offset=%d" % MIB, "FILE", "300m")
    lvm_label(d, 601 * MIB)

def xcpng_raid(d):
    """XCP-ng's software RAID: the array's GPT, and md at the disk's end."""
    xenserver(d)
    md1(lambda n: (n & ~0xfff) - 0x2000)(d)

def windows(d):
    gpt(d, "label: gpt\nsize=204800, type=%s\n"
        "size=32768, type=E3C9E316-0B5C-4DB8-817D-F92DF00215AE\n"
        "type=EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\n" % ESP)
    d.run("mkfs.fat", "-F", "32", "--offset", "2048", "FILE", "102400")
    d.put((1 + 100 + 16) * MIB + 3, b"NTFS    ")

def md_members(d):
    """The partitions of a mirror made by Linux's installers."""
    gpt(d, "label: gpt\nstart=2048, size=%d\nsize=%d\nsize=%d\n" %
        (256 * 2048, 448 * 2048, 300 * 2048))
    md = RAIDS["md-1.2"][1]
    md(d, MIB, 256 * MIB)
    md(d, 257 * MIB, 448 * MIB)
    RAIDS["md-0.90"][1](d, 705 * MIB, 300 * MIB)

def domus(d):
    """An old Domus, as far as a table and labels tell."""
    gpt(d, "label: gpt\nsize=%d, type=%s, name=domus-a\n"
        "size=%d, type=%s, name=domus-b\nsize=%d, name=domus-state\n"
        "name=domus-sr\n" % (256 * 2048, ESP, 256 * 2048, ESP, 448 * 2048))
    d.run("mkfs.fat", "-F", "32", "--offset", "2048", "FILE", "262144")
    d.ext4(513, 448, "domus-state")
    d.ext4(961, 100, "domus-sr")

def domus_half(d):
    domus(d)
    d.put(0, os.urandom(440))
    d.put(MIB, bytes(64 * 1024))
    d.put(513 * MIB + 1024, bytes(1024))

TABLES = {
    "mbr": ("ext4", mbr),
    "mbr-extended": ("dos", extended),
    "mbr-utility": ("dos", utility),
    "gpt-utility": ("vfat", gpt_utility),
    "mbr-bsd": ("dos", bsd),
    "sun": ("sun", sun),
    "gpt": ("gpt", gpt_ext4),
    "gpt-hybrid": ("-", hybrid),
    "gpt-no-primary": ("gpt", no_primary),
    "gpt-no-backup": ("gpt", no_backup),
    "gpt-both-bad": ("-", both_bad),
    "gpt-no-pmbr": ("-", no_pmbr),
    "gpt-beyond": ("-", beyond),
    "gpt-4k": ("-", sectors4k),
    "md-members": ("linux_raid_member", md_members),
    "xenserver6": ("LVM2_member", xenserver6),
    "xenserver": ("LVM2_member", xenserver),
    "xcpng-raid": ("linux_raid_member", xcpng_raid),
    "windows": ("vfat", windows),
    "domus": ("vfat", domus),
    "domus-half": ("ext4", domus_half),
}
