# SPDX-License-Identifier: ISC
"""/console as clients use it: CONNECT, WebSocket, and a small RFB viewer."""
import os
import socket
import ssl
import struct

COLS, ROWS = 80, 24


def connect(port, request, timeout=20):
    """A TLS connection, its request sent: (socket, head, first bytes)."""
    s = ssl._create_unverified_context().wrap_socket(
        socket.create_connection(("127.0.0.1", port), timeout=timeout))
    s.sendall(request.encode())
    data = b""
    while b"\r\n\r\n" not in data:
        more = s.recv(4096)
        if not more:
            break
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    return s, head.decode(), rest


class Stream:
    """Bytes of a console, whatever they came in."""

    def __init__(self, agent, ref, way="connect", session=None):
        session = session or agent.session
        self.way = way
        if way == "connect":     # as XenCenter: HTTP/1.0, a cookie
            request = ("CONNECT /console?ref=%s HTTP/1.0\r\n"
                       "Cookie: session_id=%s\r\n\r\n" % (ref, session))
        else:                    # as a browser
            request = ("GET /console?ref=%s&session_id=%s HTTP/1.1\r\n"
                       "Host: x\r\nUpgrade: websocket\r\n"
                       "Connection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Protocol: binary\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                       % (ref, session))
        self.socket, self.head, self.raw = connect(agent.port, request)
        self.data = b""
        self.ended = False
        self.status = int(self.head.split()[1])
        self.pongs = []

    def frames(self):
        """What whole frames there are become data."""
        while len(self.raw) >= 2:
            op, n, at = self.raw[0] & 15, self.raw[1], 2
            if n == 126:
                n, at = struct.unpack(">H", self.raw[2:4].ljust(2))[0], 4
            elif n == 127:
                n, at = struct.unpack(">Q", self.raw[2:10].ljust(8))[0], 10
            if len(self.raw) < at + n:
                return
            body, self.raw = self.raw[at:at + n], self.raw[at + n:]
            if op == 2:
                self.data += body
            elif op == 10:
                self.pongs.append(body)
            elif op == 8:
                self.ended = True

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            self.ended = True
        if self.way == "connect":
            self.data += self.raw + got
            self.raw = b""
        else:
            self.raw += got
            self.frames()

    def take(self, n):
        if self.raw and self.way == "connect":
            self.data, self.raw = self.data + self.raw, b""
        self.frames() if self.way != "connect" else None
        while len(self.data) < n:
            assert not self.ended, "the console has ended"
            self.more()
        out, self.data = self.data[:n], self.data[n:]
        return out

    def frame(self, op, data, fin=True):
        mask = os.urandom(4)
        n = len(data)
        head = bytes([(128 if fin else 0) | op])
        if n < 126:
            head += bytes([128 | n])
        elif n < 65536:
            head += b"\xfe" + struct.pack(">H", n)
        else:
            head += b"\xff" + struct.pack(">Q", n)
        self.socket.sendall(head + mask + bytes(
            c ^ mask[i & 3] for i, c in enumerate(data)))

    def send(self, data):
        if self.way == "connect":
            self.socket.sendall(data)
        else:
            self.frame(2, data)

    def wait_text(self, text):
        while text not in self.data:
            assert not self.ended, "the console has ended: %r" % self.data
            self.more()

    def close(self):
        self.socket.close()


def glyphs(psf):
    """From a glyph's 16 bytes to its character, for those of ASCII."""
    with open(psf, "rb") as f:
        data = f.read()
    at, found, glyph = 4 + 512 * 16, {}, 0
    while at + 1 < len(data) and glyph < 512:
        ch = data[at] | data[at + 1] << 8
        at += 2
        if ch == 0xffff:
            glyph += 1
        elif 0x20 <= ch < 0x7f:
            found[data[4 + glyph * 16:20 + glyph * 16]] = chr(ch)
    return found


class Viewer:
    """RFB: shows pixels, and reads them as characters of the font."""

    def __init__(self, stream, psf, minor=8, hextile=True, bpp=32):
        self.s = stream
        self.glyphs = glyphs(psf)
        assert stream.take(12) == b"RFB 003.008\n"
        stream.send(b"RFB 003.00%d\n" % minor)
        if minor == 3:
            assert stream.take(4) == b"\0\0\0\1"
        else:
            assert stream.take(2) == b"\1\1"
            stream.send(b"\1")
            if minor == 8:
                assert stream.take(4) == b"\0\0\0\0"
        stream.send(b"\1")
        self.w, self.h = struct.unpack(">HH", stream.take(4))
        stream.take(16)
        stream.take(struct.unpack(">I", stream.take(4))[0])
        assert (self.w, self.h) == (COLS * 8, ROWS * 16)
        self.bytes = bpp // 8
        if bpp == 16:       # 5-6-5, big-endian
            stream.send(struct.pack(">B3x4BHHH3B3x", 0, 16, 16, 1, 1, 31, 63,
                                    31, 11, 5, 0))
        self.pixels = [[b"" for _ in range(self.w)] for _ in range(self.h)]
        stream.send(struct.pack(">BxHi", 2, 1, 5 if hextile else 0))
        self.ask(0)

    def ask(self, incremental=1):
        self.s.send(struct.pack(">BBHHHH", 3, incremental, 0, 0, self.w,
                                self.h))

    def update(self):
        assert self.s.take(1) == b"\0"
        n = struct.unpack(">xH", self.s.take(3))[0]
        for _ in range(n):
            x, y, w, h, code = struct.unpack(">HHHHi", self.s.take(12))
            if code == 0:
                self.raw(x, y, w, h)
            else:
                assert code == 5
                for ty in range(y, y + h, 16):
                    for tx in range(x, x + w, 16):
                        self.tile(tx, ty, min(16, x + w - tx),
                                  min(16, y + h - ty))
        self.ask()

    def raw(self, x, y, w, h):
        data = self.s.take(w * h * self.bytes)
        for i in range(w * h):
            self.pixels[y + i // w][x + i % w] = \
                data[i * self.bytes:(i + 1) * self.bytes]

    def tile(self, x, y, w, h):
        kind = self.s.take(1)[0]
        if kind & 1:
            self.raw(x, y, w, h)
            return
        if kind & 2:
            self.back = self.s.take(self.bytes)
        if kind & 4:
            self.fore = self.s.take(self.bytes)
        for row in self.pixels[y:y + h]:
            row[x:x + w] = [self.back] * w
        for _ in range(self.s.take(1)[0] if kind & 8 else 0):
            colour = self.s.take(self.bytes) if kind & 16 else self.fore
            at, size = self.s.take(2)
            for row in range(at & 15, (at & 15) + (size & 15) + 1):
                for col in range(at >> 4, (at >> 4) + (size >> 4) + 1):
                    self.pixels[y + row][x + col] = colour

    def char(self, row, col):
        cell = [self.pixels[row * 16 + y][col * 8:col * 8 + 8]
                for y in range(16)]
        for back in {p for line in cell for p in line}:
            ch = self.glyphs.get(bytes(
                sum((p != back) << (7 - i) for i, p in enumerate(line))
                for line in cell))
            if ch:
                return ch
        return " "

    def line(self, row):
        return "".join(self.char(row, c) for c in range(COLS)).rstrip()

    def text(self):
        return "\n".join(self.line(r) for r in range(ROWS)).rstrip()

    def wait(self, text):
        while text not in self.text():
            self.update()

    def key(self, keysym, down=True):
        self.s.send(struct.pack(">BBxxI", 4, down, keysym))

    def type(self, text):
        for ch in text:
            sym = 0xff0d if ch == "\n" else ord(ch)
            self.key(sym)
            self.key(sym, False)
