# SPDX-License-Identifier: ISC
"""Agents on loopback, whose machines are files; and TAP."""
import ctypes
import http.client
import json
import os
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PASSWORD = "secret"
NPM_SECONDS = 120
PR_SET_CHILD_SUBREAPER = 36


def shadow():
    """A line of shadow(5) for PASSWORD."""
    hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True,
                            capture_output=True, text=True).stdout.strip()
    return "root:%s:19000:0:99999:7:::\n" % hashed


def free_port():
    """One that the kernel gives no connection while an agent is away."""
    while True:
        with socket.socket() as s:
            port = random.randrange(10000, 32000)
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def reap(group):
    """Wait for what an agent leaves: it may hold its port a while longer."""
    try:
        while True:
            os.waitpid(-group, 0)
    except ChildProcessError:
        pass


class Failure(Exception):
    """What XenAPI answers instead of a value."""
    def __init__(self, error):
        super().__init__("%s(%s)" % (error["message"],
                                     ", ".join(error["data"])))
        self.code = error["message"]
        self.params = error["data"]


class Skip(Exception):
    """Why a test cannot be run here."""


class Agent:
    """One domusd; n tells it from others."""

    def __init__(self, program, n, work):
        self.program = program
        self.n = n
        self.state = os.path.join(work, "state%d" % n)
        self.machine = os.path.join(work, "machine%d.json" % n)
        self.log = os.path.join(work, "log%d" % n)
        self.uuid = "00000000-1111-4222-8333-4444444444%02d" % n
        self.port = free_port()
        self.process = None
        self.session = None
        os.makedirs(self.state + "/etc")
        open(self.log, "a", encoding="utf-8").close()
        self.write("etc/shadow", shadow())
        self.write("etc/host.conf", "host-uuid %s\nhostname h%d\n" %
                   (self.uuid, n))
        with open(HERE + "/machine.json", encoding="utf-8") as f:
            text = f.read()
        text = text.replace("52:54:00:00:00", "52:54:00:00:%02d" % n)
        text = text.replace("5555501", "55555%02d" % n)
        text = text.replace("\"h1\"", "\"h%d\"" % n)
        with open(self.machine, "w", encoding="utf-8") as f:
            f.write(text)
        self.sr = json.loads(text)["sr"]["uuid"]
        os.makedirs("%s.sr/%s" % (self.machine, self.sr))

    def write(self, name, text):
        with open(os.path.join(self.state, name), "w",
                  encoding="utf-8") as f:
            f.write(text)

    def address(self):
        return "127.0.0.1:%d" % self.port

    def start(self):
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [self.program, "--state", self.state, "--port",
                 str(self.port), "--http-port", "-1", "--listen", "127.0.0.1",
                 "--socket", self.state + "/socket", "--fake-xen",
                 self.machine, "--interval", "1"],
                stdout=log, stderr=log, start_new_session=True)
        self.session = None

    def kill(self):
        """As a power cut would: all of its processes, at once."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()
            reap(self.process.pid)
        self.process = None

    def stop(self):
        """As runsv would; its exit status."""
        self.process.terminate()
        status = self.process.wait(timeout=20)
        self.process = None
        return status

    def post(self, method, params, timeout=70):
        c = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=timeout,
            context=ssl._create_unverified_context())
        try:
            c.request("POST", "/jsonrpc", json.dumps(
                {"jsonrpc": "2.0", "method": method, "params": params,
                 "id": 1}), {"Content-Type": "application/json"})
            answer = json.loads(c.getresponse().read())
        finally:
            c.close()
        if "error" in answer:
            raise Failure(answer["error"])
        return answer["result"]

    def call(self, method, *params):
        if self.session is None:
            self.session = self.post("session.login_with_password",
                                     ["root", PASSWORD])
        return self.post(method, [self.session] + list(params))

    def wait_up(self):
        wait_for(lambda: self.post("system.listMethods", []), "agent up")

    def code_of(self, method, *params):
        """The code of a call that must fail, or "success"."""
        try:
            self.call(method, *params)
        except Failure as e:
            return e.code
        return "success"

    def token(self, *params):
        return self.call("pool.domus_token_create", *params)

    def join_by(self, coordinator, token, fingerprint):
        """What the installer leaves for the first start."""
        self.write("etc/join.conf", "coordinator %s\ntoken %s\n"
                   "fingerprint %s\n" % (coordinator, token, fingerprint))

    def joined(self):
        return not os.path.exists(self.state + "/etc/join.conf")

    def log_has(self, text):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return text in f.read()


class Wire:
    """A way to an agent that swallows the answers to long requests."""
    LONG = 3000     # bytes: no handshake is, an enrolment is

    def __init__(self, port):
        self.to = port
        self.swallow = True
        self.held = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to))
            state = {"asked": 0}
            for a, b, up in ((client, server, True), (server, client, False)):
                threading.Thread(target=self.copy, args=(a, b, up, state),
                                 daemon=True).start()

    def copy(self, a, b, up, state):
        try:
            while True:
                data = a.recv(65536)
                if up:
                    state["asked"] += len(data)
                elif self.swallow and state["asked"] > self.LONG:
                    self.held += [a, b]
                    return
                if not data:
                    b.shutdown(socket.SHUT_WR)
                    return
                b.sendall(data)
        except OSError:
            pass

    def cut(self):
        """What is held is lost; from now on answers pass."""
        self.swallow = False
        for s in self.held:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def wait_for(what, name, seconds=20):
    """Until what() is true; connection errors are not yet."""
    seconds *= float(os.environ.get("TEST_SCALE", "1"))
    end = time.monotonic() + seconds
    last = ""
    while time.monotonic() < end:
        try:
            got = what()
            if got:
                return got
        except (OSError, ValueError, http.client.HTTPException,
                Failure) as e:
            last = str(e)
        time.sleep(0.05)
    raise AssertionError("%s: not in %d s %s" % (name, seconds, last))


def npm_ready(locked, work):
    """None, or why what a folder locks is not there.  All of it is copied."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        return "node and npm are not installed"
    os.makedirs(work, exist_ok=True)
    for name in os.listdir(locked):
        shutil.copy(os.path.join(locked, name), work)
    if os.path.exists(work + "/.installed"):
        return None
    try:
        r = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                            "--no-fund", "--loglevel=error"], cwd=work,
                           timeout=NPM_SECONDS, capture_output=True,
                           text=True, check=False)
    except subprocess.TimeoutExpired:
        return "npm: nothing in %d s" % NPM_SECONDS
    if r.returncode != 0:
        lines = r.stderr.strip().splitlines() or ["failed"]
        return "npm: " + lines[0]
    with open(work + "/.installed", "w", encoding="utf-8"):
        pass
    return None


def run(tests, program, needs=None):
    """Each test a function of (make), which makes agents; TAP; exit status."""
    # children of an agent that was killed become ours: see reap()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    print("1..%d" % len(tests))
    bad = 0
    for i, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        why = needs(test) if needs else None
        if why:
            print("ok %d - %s # SKIP %s" % (i, name, why))
            continue
        work = tempfile.mkdtemp(prefix="domus-agents.")
        agents = []

        def make(n):
            agents.append(Agent(program, n, work))
            return agents[-1]

        try:
            test(make)
            sanitizers(agents)
            print("ok %d - %s" % (i, name))
        except Skip as e:
            print("ok %d - %s # SKIP %s" % (i, name, e))
        except Exception as e:
            bad += 1
            print("not ok %d - %s" % (i, name))
            print("# %s: %s" % (type(e).__name__, e))
            for a in agents:
                show_log(a)
        finally:
            for a in agents:
                a.kill()
            shutil.rmtree(work)
        sys.stdout.flush()
    return 1 if bad else 0


def sanitizers(agents):
    for a in agents:
        for word in ("runtime error:", "AddressSanitizer", "LeakSanitizer"):
            assert not a.log_has(word), "a sanitizer spoke"


def show_log(agent):
    with open(agent.log, encoding="utf-8", errors="replace") as f:
        for line in f.read().splitlines()[-15:]:
            print("# h%d: %s" % (agent.n, line))
