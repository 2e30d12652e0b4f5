#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""usage: ntp-server.py

A time server (SNTP, RFC 4330) on a free UDP port of 127.0.0.1, which it
prints; it gives this machine's time, and ends with its standard input.
"""
import select
import socket
import struct
import sys
import time

SINCE_1900 = 2208988800


def stamp(seconds):
    return struct.pack("!II", int(seconds) + SINCE_1900,
                       int(seconds % 1 * 2**32))


with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1], flush=True)
    while sys.stdin not in select.select([s, sys.stdin], [], [])[0]:
        query, client = s.recvfrom(512)
        now = time.time()
        if len(query) < 48 or query[0] & 7 != 3:
            continue
        # version as asked, mode server, stratum 1, precision 2^-20
        head = struct.pack("!BBbbII4s", query[0] & 0x38 | 4, 1, query[2], -20,
                           0, 0, b"LOCL")
        s.sendto(head + stamp(now) + query[40:48] + stamp(now) +
                 stamp(time.time()), client)
