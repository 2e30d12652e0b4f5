#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""usage: peer.py garbage URL | counts URL MACHINES POSTS

garbage: what is no HTTP is answered or cut off, and no more; what is a part of
a request is waited for and holds nobody up.  counts: that many
machines have come to the end by that many posts, and none was lost.
"""
import json
import socket
import sys
import urllib.parse
import urllib.request

PARTS = [b"", b"G", b"\0\1\xff\xfe", b"GET / HTTP/1.1\r\nHost: x\r\nX:",
         b"POST /progress HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
         b"\r\n" * 1000]
GARBAGE = [b"GARBAGE\r\n\r\n",
           b"POST /progress HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{",
           b"GET /" + b"a" * 100000, b"GET /%00%ff%zz HTTP/1.0\r\n\r\n",
           b"GET image HTTP/1.0\r\n\r\n",
           b"GET /image HTTP/1.0\r\nRange: bytes=9-1\r\n\r\n"]


def garbage(url):
    u = urllib.parse.urlparse(url)
    parts = []
    for data in PARTS:
        parts.append(socket.create_connection((u.hostname, u.port), 5))
        parts[-1].sendall(data)
    for data in GARBAGE:
        s = socket.create_connection((u.hostname, u.port), 5)
        s.settimeout(5)
        try:
            s.sendall(data)
            while s.recv(65536):
                pass
        except socket.timeout:
            raise
        except OSError:
            pass            # cut off
        s.close()


def counts(url, machines, posts):
    with urllib.request.urlopen(url + "machines.json") as f:
        m = [m for m in json.load(f)["machines"]
             if m["mac"].startswith("52:54:01")]
    assert len(m) == machines, len(m)
    for x in m:
        assert x["state"] == "done" and x["permille"] == 1000, x
        assert x["posts"] == posts and x["lost"] == 0, x


if len(sys.argv) == 3 and sys.argv[1] == "garbage":
    garbage(sys.argv[2])
elif len(sys.argv) == 5 and sys.argv[1] == "counts":
    counts(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    print(__doc__)
    sys.exit(2)
