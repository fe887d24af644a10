"""`dlctl job exec`: run a command in a container of a job, with this terminal."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator

import click
from msgspec import Struct

from dlctl.cli.commands.job.finding import search_jobs
from dlctl.cli.connect import ClusterFlags
from dlctl.cli.runtime import Runtime
from dlctl.cluster.protocol import Channels, ExecQuery
from dlctl.errors import Unreachable
from dlctl.jobs.logs.choice import Choice
from dlctl.jobs.remote_command import SIZE, Streams, run_remote, terminal_size
from dlctl.workflow.jobs.listing import JobQuery
from dlctl.workflow.jobs.reach import running_container, running_pod

_PART = 1 << 15


class Command(Struct, frozen=True):
    """What is run, where, and with what: `stdin` and `tty` None mean as this terminal is."""

    words: tuple[str, ...]
    choice: Choice
    container: str = ""
    stdin: bool | None = None
    tty: bool | None = None


def run_command(
    runtime: Runtime, flags: ClusterFlags, name: str, environment: str, query: JobQuery, command: Command
) -> None:
    """`job exec`. Exits with the command's exit code.

    Raises AppError, PlanError for another cluster than the pinned one, ClusterError.
    """
    search = search_jobs(runtime, flags, environment, query)
    found = search.one(name)
    search.require_pinned(found)
    pod = running_pod(found, command.choice)
    container = running_container(pod, command.container)
    on_terminal = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    tty = on_terminal if command.tty is None else command.tty
    stdin = on_terminal if command.stdin is None else command.stdin
    asked = ExecQuery(container, command.words, stdin, tty)
    channels = found.cluster.execute(found.ref.namespace, pod.row.name, asked)
    with _terminal(channels) if tty and on_terminal else contextlib.nullcontext():
        code = run_remote(
            channels, Streams(_Output(sys.stdout), _Output(sys.stderr), _input() if stdin else None)
        )
    if code:
        raise click.exceptions.Exit(code)


class _Output:
    """Writes bytes as they are: the command decides about its output."""

    def __init__(self, stream: object) -> None:
        self._stream = getattr(stream, "buffer", None)

    def __call__(self, data: bytes) -> None:
        if self._stream is not None:
            self._stream.write(data)
            self._stream.flush()


def _input() -> Iterator[bytes]:
    descriptor = sys.stdin.fileno()
    with contextlib.suppress(OSError):
        while part := os.read(descriptor, _PART):
            yield part


@contextlib.contextmanager
def _terminal(channels: Channels) -> Iterator[None]:
    """Every key goes to the command, and so do changes of the window's size."""
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)

    def resized(*_: object) -> None:
        size = os.get_terminal_size(descriptor)
        with contextlib.suppress(Unreachable):
            channels.send(SIZE, terminal_size(size.columns, size.lines))

    handled = signal.signal(signal.SIGWINCH, resized)
    try:
        tty.setraw(descriptor, termios.TCSADRAIN)  # what was typed before is kept
        resized()
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
        signal.signal(signal.SIGWINCH, handled)
