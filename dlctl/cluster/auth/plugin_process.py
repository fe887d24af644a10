"""The process of a credential plugin: how long it is waited for, what is said meanwhile, and how it ends.

One plugin at a time has the terminal, on which it may ask the user. What any other writes is shown once it
takes long: without a terminal, a page to log in at could not be seen otherwise.
"""

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from dlctl.events import Emit, Note, TerminalLent

_POLL = 0.2
"""Seconds of one wait."""
_ASKING = threading.Lock()
"""Held while a plugin has the terminal: with two, a user could not tell which one asks."""


class Patience(Struct, frozen=True):
    """Seconds of a wait for a plugin: until a note says so, at the least, and where it may ask the user."""

    silent: float = 5.0
    least: float = 15.0
    asking: float = 900.0

    def limit(self, request: float, *, asks: bool) -> float:
        """The time limit of a plugin where a request has the limit `request`."""
        return self.asking if asks else max(request, self.least)


class Command(Struct, frozen=True):
    """What is run: `words` with these variables. It has dlctl's terminal where it `asks` the user."""

    words: Sequence[str]
    environ: Mapping[str, str]
    asks: bool


class Waiting:
    """Says once that a plugin is waited for, `after` so many seconds, and from then on what it writes."""

    def __init__(self, what: str, after: float, emit: Emit) -> None:
        self._what = what
        self._after = after
        self._emit = emit
        self._shown: int | None = None

    @contextlib.contextmanager
    def terminal(self) -> Iterator[None]:
        """The plugin has the terminal, once no other one has it."""
        with _ASKING:
            self._emit(TerminalLent(self._what, lent=True))
            try:
                yield
            finally:
                self._emit(TerminalLent(self._what, lent=False))

    def goes_on(self, seconds: float, written: bytes) -> None:
        """It has been waited for so long; `written` is all that the plugin has written on stderr by now."""
        if seconds < self._after:
            return
        if self._shown is None:
            self._emit(Note(f"waiting for {self._what}"))
            self._shown = 0
        end = written.rfind(b"\n") + 1
        for line in plain_lines(written[self._shown : end]):
            self._emit(Note(f"{self._what}: {line}"))
        self._shown = max(self._shown, end)


def run_plugin(
    command: Command, limit: float, waiting: Waiting, clock: Callable[[], float] = time.monotonic
) -> "subprocess.CompletedProcess[bytes]":
    """Run a plugin to its end. Raises OSError, ValueError, and TimeoutExpired once its time is over.

    One that asks the user is started once no other one has the terminal; its time begins then. After an error
    or an interrupt neither it is left nor what it has started.
    """
    with waiting.terminal() if command.asks else contextlib.nullcontext():
        return _run(command, limit, waiting, clock)


def _run(
    command: Command, limit: float, waiting: Waiting, clock: Callable[[], float]
) -> "subprocess.CompletedProcess[bytes]":
    began = clock()
    with _RUNNING.started(command) as process:
        while True:
            try:
                output, errors = process.communicate(timeout=_POLL)
            except subprocess.TimeoutExpired as still:
                if clock() - began >= limit:
                    raise
                waiting.goes_on(clock() - began, still.stderr or b"")
            else:
                return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def end_plugins() -> None:
    """End all plugins that run, of whatever thread: dlctl itself ends. None is started any more."""
    _RUNNING.end()


def plain_lines(written: bytes) -> Iterator[str]:
    """The lines of untrusted text, made safe for a terminal: no escape sequences, limited length."""
    for line in written.decode("utf-8", "replace").splitlines():
        if plain := plain_text(line):
            yield plain


def plain_text(text: str) -> str:
    """Untrusted text made safe for a terminal: no escape sequences, limited length."""
    return "".join(character if character.isprintable() else " " for character in text)[:300].strip()


class _Running:
    """The plugins that run now."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # the signal handler may come while the main thread holds it
        self._processes: list[subprocess.Popen[bytes]] = []
        self._ended = False

    @contextlib.contextmanager
    def started(self, command: Command) -> "Iterator[subprocess.Popen[bytes]]":
        """A process that has ended after the block."""
        with self._lock:
            if self._ended:
                raise KeyboardInterrupt
            process = subprocess.Popen(
                command.words,
                env=dict(command.environ),
                stdin=None if command.asks else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=None if command.asks else subprocess.PIPE,
            )
            self._processes.append(process)
        try:
            yield process
        finally:
            with self._lock:
                self._processes.remove(process)
            if process.returncode is None:
                _kill(process)
            for pipe in (process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()

    def end(self) -> None:
        with self._lock:
            self._ended = True
            for process in self._processes:
                _kill(process)


_RUNNING = _Running()


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """End a process, and what it has started: a plugin is often a script that calls another program."""
    import psutil

    with contextlib.suppress(psutil.Error):
        found = psutil.Process(process.pid)
        for each in (found, *found.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                each.kill()
    process.wait()
