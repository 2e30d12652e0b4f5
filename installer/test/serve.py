#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""usage: serve.py DIR PORTS [CERTIFICATE KEY]

Serve DIR by HTTP (also as a proxy), FTP and, with a certificate, HTTPS, on
ports of this machine that are written to PORTS, "http=N" and so on, as shell.
A path /FAULT=NAME/REST is DIR/REST with that fault at the file NAME.
"""
import base64
import http.server
import os
import socket
import ssl
import sys
import threading

LOGIN = "Basic " + base64.b64encode(b"me:ZqSpy7word").decode()
root = sys.argv[1]
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def refuse(self, status, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def send(self, data, said=None):
        self.send_response(200)
        self.send_header("Content-Length", str(len(data if said is None
                                                   else said)))
        self.end_headers()
        self.wfile.write(data)

    def parts(self, kind, data, half, first):
        tag = '"%s"' % ("1" if first or kind == "cut" else "2")
        asked = self.headers.get("Range", "")
        rest = b""
        if asked and self.headers.get("If-Range") == tag:
            at = int(asked[len("bytes="):-1])
            rest = data[at:]
            self.send_response(206)
            self.send_header("Content-Range", "bytes %d-%d/%d"
                             % (at, len(data) - 1, len(data)))
        else:
            self.send_response(200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(rest or data)))
        self.end_headers()
        self.wfile.write(rest or (half if first else data))

    def fault(self, kind, data, rest):
        half = data[:len(data) // 2]
        first = self.path not in seen
        seen.add(self.path)
        if kind == "stall":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n"
                             % len(data) + half)
            self.wfile.flush()
            self.connection.recv(1)
        elif kind == "vanish" or (kind == "once" and first):
            self.send(half, data)
        elif kind == "once":
            self.send(data)
        elif kind in ("cut", "changed"):    # half; then the rest, or anew
            self.parts(kind, data, half, first)
        elif kind == "lie":         # about the length, and keeps to it
            self.send(half)
        elif kind == "flip":
            self.send(half + bytes([data[len(half)] ^ 1]) +
                      data[len(half) + 1:])
        elif kind == "gone":
            self.refuse(404)
        elif kind == "broken":
            self.refuse(500)
        elif kind == "moved":
            self.refuse(302, Location="/" + rest)
        elif kind == "loop":
            self.refuse(302, Location=self.path)
        elif kind == "down":
            self.refuse(302, Location="http://127.0.0.1:%d/%s"
                        % (ports["http"], rest))
        elif self.headers.get("Authorization") == LOGIN:
            self.send(data)         # login
        else:
            self.refuse(401, WWW_Authenticate='Basic realm="x"')

    def do_GET(self):
        path = self.path
        if path.startswith("http://"):      # a proxy's request
            path = "/" + path.split("/", 3)[3]
        rest, kind, name = path.lstrip("/"), "", ""
        if "=" in rest.split("/")[0]:
            first, rest = rest.split("/", 1)
            kind, name = first.split("=")
        try:
            with open(os.path.join(root, rest), "rb") as f:
                data = f.read()
        except OSError:
            self.refuse(404)
            return
        try:
            if kind and name in ("", os.path.basename(rest)):
                self.fault(kind, data, rest)
            else:
                self.send(data)
        except OSError:
            pass


def ftp(conn):
    """RFC 959 and 2428, as much as a client needs to get a file."""
    data, cwd = None, ""
    lines = conn.makefile("rb")
    conn.sendall(b"220 x\r\n")
    answers = {"USER": "331 x", "PASS": "230 x", "TYPE": "200 x",
               "PWD": '257 "/"', "QUIT": "221 x"}
    for line in lines:
        word, _, arg = line.decode().strip().partition(" ")
        path = os.path.join(root, cwd, arg.lstrip("/"))
        said = answers.get(word, "502 x")
        if word == "CWD":
            said = "250 x" if os.path.isdir(path) else "550 x"
            cwd = os.path.join(cwd, arg.lstrip("/"))
        elif word == "SIZE" and os.path.isfile(path):
            said = "213 %d" % os.path.getsize(path)
        elif word == "EPSV":
            data = socket.create_server(("127.0.0.1", 0))
            said = "229 x (|||%d|)" % data.getsockname()[1]
        elif word == "RETR" and os.path.isfile(path):
            conn.sendall(b"150 x\r\n")
            with data.accept()[0] as c, open(path, "rb") as f:
                c.sendall(f.read())
            said = "226 x"
        elif word in ("RETR", "SIZE"):
            said = "550 x"
        conn.sendall(said.encode() + b"\r\n")


def ftp_all(listener):
    while True:
        threading.Thread(target=ftp, args=(listener.accept()[0],),
                         daemon=True).start()


def web(certificate=None):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


ports = {"http": web()}
if len(sys.argv) > 4:
    ports["https"] = web(sys.argv[3:5])
listening = socket.create_server(("127.0.0.1", 0))
ports["ftp"] = listening.getsockname()[1]
with open(sys.argv[2] + ".new", "w") as to:
    to.write("".join("%s=%d\n" % p for p in ports.items()))
os.rename(sys.argv[2] + ".new", sys.argv[2])
ftp_all(listening)
