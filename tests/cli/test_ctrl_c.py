"""Ctrl-C ends every command soon, wherever it is: exit 130, one sentence, no traceback."""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psutil
import pytest

from tests.cluster.raw_server import read_request, serving
from tests.project import Outcome, Project

pytestmark = pytest.mark.slow

SOON = 10.0
"""Seconds; it takes less than one where the machine has time."""
HANGS = 60.0
PLAIN = (sys.executable, "-m", "dlctl.cli.main")
SLOW_NAMES = """\
import hashlib, socket
def hangs(*words, **more):
    print("LOOKED UP", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)  # hears no signal, as getaddrinfo of the C library
socket.getaddrinfo = hangs
from dlctl.cli.main import run
run()
"""


def interrupted(
    project: Project,
    *words: str,
    when: Callable[[psutil.Process], bool] = lambda process: True,
    command: tuple[str, ...] = PLAIN,
    environ: Mapping[str, str] | None = None,
    number: signal.Signals = signal.SIGINT,
) -> Outcome:
    """Start dlctl, interrupt it once `when` holds, and see that it ends soon."""
    running = subprocess.Popen(
        [*command, *words],
        cwd=project.root,
        env={**os.environ, **project.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        process = psutil.Process(running.pid)
        until(lambda: running.poll() is not None or when(process))
        assert running.poll() is None, running.communicate()
        running.send_signal(number)
        sent = time.monotonic()
        out, err = running.communicate(timeout=HANGS / 2)
        took = time.monotonic() - sent
    finally:
        running.kill()
    assert "Traceback" not in err
    assert running.returncode == 128 + number, err
    assert took < SOON
    assert "nterrupted" in err
    return Outcome(running.returncode, out, err)


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + HANGS / 2
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def computes(process: psutil.Process) -> bool:
    """Whether it has computed for longer than it takes to start."""
    used = process.cpu_times()
    return bool(used.user + used.system > 1.5)


def on_server(project: Project, server: str, *names: str, user: object = None) -> None:
    """Environments, each with a context of its own, on a server that is not there or does not answer."""
    names = names or ("far",)
    body = {
        "contexts": [{"name": name, "context": {"cluster": name, "user": "me"}} for name in names],
        "clusters": [{"name": name, "cluster": {"server": server}} for name in names],
        "users": [{"name": "me", "user": user or {"token": "t"}}],
    }
    Path(project.environ["KUBECONFIG"]).write_text(json.dumps(body))
    for name in names:
        project.write({f"environments/{name}/environment.yaml": f"context: {name}\nnamespace: {name}\n"})


@contextlib.contextmanager
def server_that(answers: Callable[[socket.socket], object]) -> Iterator[tuple[str, list[int]]]:
    """A server that does something with each connection, then hangs; and the numbers of those that hang."""
    hanging: list[int] = []

    def serve(connection: socket.socket, number: int) -> None:
        answers(connection)
        hanging.append(number)
        time.sleep(HANGS)

    with serving(serve) as address:
        yield address, hanging


def nothing(connection: socket.socket) -> None:
    """Accept and say nothing."""


def headers(connection: socket.socket) -> None:
    """The headers, and a part of the body."""
    read_request(connection)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_waiting_for_the_lock_of_the_app(app: Project, number: signal.Signals) -> None:
    before = app.files()
    folder = os.open(app.root, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)

    def waits(process: psutil.Process) -> bool:
        opened: set[Path] = set()
        with contextlib.suppress(OSError):  # one that is closed meanwhile
            opened |= {each.readlink() for each in Path(f"/proc/{process.pid}/fd").iterdir()}
        return app.root in opened

    interrupted(app, "param", "set", "web", "replicas", "3", when=waits, number=number)
    os.close(folder)
    assert app.files() == before


@pytest.mark.parametrize(("scheme", "answers"), [("http", nothing), ("http", headers), ("https", nothing)])
@pytest.mark.parametrize("words", [("diff", "far"), ("status", "far"), ("env", "set", "far", "--pin")])
def test_a_server_that_hangs(
    app: Project, scheme: str, answers: Callable[[socket.socket], object], words: tuple[str, ...]
) -> None:
    with server_that(answers) as (address, hanging):
        on_server(app, f"{scheme}://{address}")
        interrupted(app, *words, when=lambda process: bool(hanging))


@pytest.mark.parametrize("command", ["diff", "status", "apply"])
def test_several_environments_whose_server_hangs(app: Project, command: str) -> None:
    names = ("far", "farther", "farthest")
    with server_that(nothing) as (address, hanging):
        on_server(app, f"http://{address}", *names)
        interrupted(app, command, *names, when=lambda process: len(hanging) >= len(names))


def test_a_server_that_takes_no_connection(app: Project) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, contextlib.ExitStack() as held:
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        on_server(app, f"http://127.0.0.1:{full.getsockname()[1]}")
        interrupted(app, "diff", "far", when=lambda process: bool(process.net_connections()))


def test_a_name_that_is_looked_up_for_long(app: Project, tmp_path: Path) -> None:
    on_server(app, "https://cluster.example.com")
    seen = tmp_path / "seen"
    slow = SLOW_NAMES.replace('print("LOOKED UP", flush=True)', f"open({str(seen)!r}, 'w')")
    command = (sys.executable, "-c", slow)
    interrupted(app, "diff", "far", command=command, when=lambda process: seen.exists())


def test_a_server_that_says_come_back(app: Project) -> None:
    def busy(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(b"HTTP/1.1 429 x\r\nRetry-After: 50\r\nContent-Length: 0\r\n\r\n")
            asked.append(1)

    asked: list[int] = []
    with server_that(busy) as (address, _):
        on_server(app, f"http://{address}")
        interrupted(app, "diff", "far", when=lambda process: bool(asked))


@pytest.mark.parametrize("words", [("diff", "far"), ("diff", "far", "farther"), ("doctor",)])
def test_plugins_that_hang(app: Project, words: tuple[str, ...]) -> None:
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "interactiveMode": "Never",
        "command": "sh",
        "args": ["-c", f"sleep {HANGS:.0f}; echo"],
    }
    names = ("far", "farther")
    on_server(app, "https://127.0.0.1:1", *names, user={"exec": plugin})
    count = 1 if words == ("diff", "far") else len(names)
    found: list[psutil.Process] = []

    def runs(process: psutil.Process) -> bool:
        found[:] = process.children(recursive=True)
        return [each.name() for each in found].count("sleep") == count

    interrupted(app, *words, when=runs)
    assert len(found) == 2 * count, "each shell, and what it calls"
    assert psutil.wait_procs(found, timeout=10)[1] == []


@pytest.mark.parametrize("what", ["a file", "many components", "values"])
def test_long_computations(project: Project, what: str) -> None:
    files = {"dlctl.yaml": "apiVersion: dlctl.dev/v1\nkind: App\nname: small\n"}
    prototype = "apiVersion: dlctl.dev/v1\nkind: Prototype\nname: t\nsummary: s\nparams: {v: {type: array}}\n"
    template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ component.name }}}\n"
    package = "apiVersion: dlctl.dev/v1\nkind: Package\nname: own\nsummary: s\n"
    files["prototypes/own/package.yaml"] = package
    files["prototypes/own/t/prototype.yaml"] = prototype
    files["prototypes/own/t/templates/a.yaml.j2"] = template
    files["environments/dev/environment.yaml"] = "namespace: x\n"
    each = {
        "a file": "components: {c: {prototype: t, params: {v: [" + "{a: [1, x]}, " * 600_000 + "]}}}\n",
        "many components": "components:\n" + "".join(f"  c{n}: {{prototype: t}}\n" for n in range(40_000)),
        "values": "components: {c: {prototype: t, params: {v: [" + "x, " * 1_900_000 + "]}}}\n",
    }
    files["dlctl.yaml"] += each[what]
    project.write(files)
    interrupted(project, "show", "dev", when=computes)


DROPPED = """\
import os, signal, time
from dlctl.cli.termination import Termination
Termination().handle()
class Closing:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        len(str(self))  # here it is raised, and Python drops it
Closing()
time.sleep(60)
"""


def test_an_interrupt_that_python_drops_is_sent_again() -> None:
    started = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", DROPPED], capture_output=True, text=True, check=False)
    assert time.monotonic() - started < HANGS / 2
    assert ended.returncode == -signal.SIGINT
    assert "Exception ignored" not in ended.stderr


BUSY_QUEUE = """\
import os, queue, signal, sys, threading, time
from dlctl.cli.main import _interruptible
import dlctl.cli.root
items = queue.Queue()

def work():
    while not items.not_empty._waiters:
        time.sleep(0.01)
    sys.setswitchinterval(5)
    with items.mutex:
        items.not_empty.notify()
        time.sleep(0.2)  # the main thread ends its wait, and waits for the lock
        signal.pthread_kill(threading.main_thread().ident, signal.%s)
        end = time.monotonic() + 0.1
        while time.monotonic() < end:  # it wakes up, and handles the signal once the lock is free
            pass

def waits(words):
    threading.Thread(target=work, daemon=True).start()
    items.get(timeout=20)

dlctl.cli.root._run = lambda words, answer: waits(words)
sys.exit(_interruptible(["job", "logs"]))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_while_a_queue_takes_its_lock_back(number: signal.Signals) -> None:
    command = [sys.executable, "-c", BUSY_QUEUE % number.name]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=HANGS / 2)
    assert (ended.returncode, ended.stderr) == (128 + number, "Interrupted\n")
