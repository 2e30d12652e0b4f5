#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""usage: api.py PORT FINGERPRINT PASSWORD

XenAPI for expect: one call a line, "method<US>argument<US>...", over one TLS
connection, whose certificate must be the one that the console has shown.  An
argument is JSON, or else a string.  The answer is a line, a list of Tcl's:
"ok VALUE" or "error CODE PARAMETER...".
"""
import hashlib
import http.client
import json
import ssl
import sys

PORT, FINGERPRINT, PASSWORD = sys.argv[1:4]


def quote(s):
    """One word of a Tcl list."""
    for old, new in [("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r")] + [
            (c, "\\" + c) for c in "{}[]$\"; \t"]:
        s = s.replace(old, new)
    return s or "{}"


def tcl(v):
    if isinstance(v, dict):
        v = [w for pair in v.items() for w in pair]
    if isinstance(v, list):
        return " ".join(quote(tcl(w)) for w in v)
    if isinstance(v, bool) or v is None:
        return {True: "1", False: "0", None: ""}[v]
    return str(v)


class Line:
    """A connection that is kept, and made again when the agent was away."""

    def __init__(self):
        self.http = None
        self.session = None

    def open(self):
        self.http = http.client.HTTPSConnection(
            "127.0.0.1", int(PORT), timeout=900,
            context=ssl._create_unverified_context())
        self.http.connect()
        der = self.http.sock.getpeercert(True)
        seen = hashlib.sha256(der).hexdigest()
        if "SHA256:" + seen != FINGERPRINT:
            raise OSError("another certificate: " + seen)
        self.session = self.post("session.login_with_password",
                                 ["root", PASSWORD, "1.0", "test"])

    def post(self, method, params):
        self.http.request("POST", "/jsonrpc", json.dumps(
            {"jsonrpc": "2.0", "method": method, "params": params,
             "id": 1}), {"Content-Type": "application/json"})
        answer = json.loads(self.http.getresponse().read())
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def call(self, method, params):
        try:
            if self.http is None:
                self.open()
            return self.post(method, [self.session] + params)
        except (OSError, http.client.HTTPException):
            self.http = None
            raise


class Refused(Exception):
    """What XenAPI answers instead of a value."""

    def __init__(self, error):
        super().__init__(error["message"])
        self.words = [error["message"]] + error["data"]


def value(word):
    try:
        return json.loads(word)
    except ValueError:
        return word


def main():
    line = Line()
    for words in sys.stdin:
        method, *params = words.rstrip("\n").split("\x1f")
        try:
            out = ["ok", tcl(line.call(method, [value(p) for p in params]))]
        except Refused as e:
            out = ["error"] + [str(w) for w in e.words]
        except (OSError, http.client.HTTPException) as e:
            out = ["error", "NO_ANSWER", repr(e)]
        print(tcl(out), flush=True)


main()
