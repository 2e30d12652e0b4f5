# SPDX-License-Identifier: ISC
"""Debian's Chromium, headless, by the WebDriver protocol."""
import base64
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) +
                "/../../src/domusd/test")
import rig  # noqa: E402

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"


class Browser:
    """A page by the WebDriver protocol, with nothing in between."""

    def __init__(self, work):
        self.port = rig.free_port()
        self.log = open(work + "/driver.log", "w", encoding="utf-8")
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=%d" % self.port], stdout=self.log,
            stderr=self.log)
        rig.wait_for(lambda: self.http("GET", "/status")["ready"], "driver")
        args = ["--headless=new", "--no-sandbox", "--disable-gpu",
                "--disable-dev-shm-usage", "--window-size=1100,900",
                "--user-data-dir=" + work + "/profile"]
        self.session = "/session/" + self.http("POST", "/session", {
            "capabilities": {"alwaysMatch": {
                "acceptInsecureCerts": True, "goog:chromeOptions":
                {"args": args}, "goog:loggingPrefs": {"browser": "ALL"}}}}
        )["sessionId"]

    def http(self, verb, path, body=None):
        r = urllib.request.Request(
            "http://127.0.0.1:%d%s" % (self.port, path), method=verb,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(r, timeout=60) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as e:
            raise ValueError(json.load(e)["value"]["message"]) from e

    def do(self, what, body=None, verb="POST"):
        return self.http(verb, self.session + what,
                         {} if body is None and verb == "POST" else body)

    def js(self, text, *args):
        return self.do("/execute/sync", {"script": text, "args": list(args)})

    def later(self, text):
        """What a promise comes to."""
        return self.do("/execute/async", {"args": [], "script":
                       "const done = arguments[0]; (%s).then(done, (e) =>"
                       " done(String(e)))" % text})

    def wait(self, text, *args):
        return rig.wait_for(lambda: self.js("return " + text, *args), text)

    def find(self, css):
        return rig.wait_for(lambda: self.do("/element", {
            "using": "css selector", "value": css}), css)[ELEMENT]

    def click(self, css):
        rig.wait_for(lambda: self.do("/element/%s/click" % self.find(css))
                     is None, "click " + css)

    def type(self, css, text):
        self.do("/element/%s/value" % self.find(css), {"text": text})

    def keys(self, text):
        steps = []
        for ch in text:
            steps += [{"type": "keyDown", "value": ch},
                      {"type": "keyUp", "value": ch}]
        self.do("/actions", {"actions": [
            {"type": "key", "id": "k", "actions": steps}]})

    def chord(self, text):
        """All down, then all up."""
        self.do("/actions", {"actions": [{"type": "key", "id": "k",
            "actions": [{"type": "keyDown", "value": ch} for ch in text] +
            [{"type": "keyUp", "value": ch} for ch in reversed(text)]}]})

    def size(self, w, h):
        self.do("/goog/cdp/execute", {
            "cmd": "Emulation.setDeviceMetricsOverride", "params": {
                "width": w, "height": h, "deviceScaleFactor": 1,
                "mobile": False}})

    def scheme(self, name):
        self.do("/goog/cdp/execute", {
            "cmd": "Emulation.setEmulatedMedia", "params": {"features": [
                {"name": "prefers-color-scheme", "value": name}]}})

    def picture(self, path):
        with open(path, "wb") as f:
            f.write(base64.b64decode(self.do("/screenshot", verb="GET")))

    def complaints(self):
        """What the console of the browser has: errors, broken policies."""
        return [e["message"] for e in self.do("/se/log", {"type": "browser"})
                if e["level"] == "SEVERE"]

    def close(self):
        try:
            self.do("", verb="DELETE")
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.log.close()
