"""Shells on a terminal, with dlctl's completion: what a line becomes after TAB."""

import contextlib
import os
import pty
import shutil
import sys
import threading
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.project import Project

_SCRIPTS = REPOSITORY / "completions"
_BEGIN = {
    "bash": (["--norc", "-i"], f"PS1='READY> '; source {_SCRIPTS}/dlctl.bash"),
    "zsh": (
        ["-f", "-i"],
        f"PS1='READY> '; autoload -U compinit; compinit -u -D; source {_SCRIPTS}/dlctl.zsh",
    ),
    "fish": (
        ["--no-config", "-i"],
        f"function fish_prompt; echo 'READY> '; end; source {_SCRIPTS}/dlctl.fish",
    ),
}
"""How each shell is started, and what it is told first."""
SHELLS = sorted(_BEGIN)
_TO_BEGIN_OF_LINE, _TO_END_OF_LINE = b"\x01", b"\x05"
_LONG = 60.0


def completed(project: Project, shell: str, line: str) -> list[str]:
    """The words that the line has after TAB, as the shell passes them on; folders without `/`, as in zsh."""
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not here")
    _install(project.root.parent / "bin")
    options, first = _BEGIN[shell]
    result = project.root.parent / "words"
    environ = {**os.environ, "PATH": f"{project.root.parent / 'bin'}:{os.environ['PATH']}", "TERM": "xterm"}
    process, main = pty.fork()  # with a terminal of its own, which fish asks for
    if process == 0:
        os.chdir(project.root)
        os.execve(program, [program, *options], environ)
    ready = threading.Event()
    reader = threading.Thread(target=_read, args=[main, ready])
    reader.start()
    os.write(main, f"{first}\n".encode())
    assert ready.wait(_LONG), "the shell shows no prompt"
    keys = line.encode() + b"\t" + _TO_BEGIN_OF_LINE + b"printf '%s\\n' " + _TO_END_OF_LINE
    os.write(main, keys + f" > {result}\nexit\n".encode())
    reader.join(_LONG)
    os.waitpid(process, 0)
    os.close(main)
    return [word.removesuffix("/") for word in result.read_text().splitlines()]


def _install(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    dlctl = folder / "dlctl"
    dlctl.write_text(f'#!/bin/sh\nexec {sys.executable} -m dlctl.cli.main "$@"\n')
    dlctl.chmod(0o755)


def _read(terminal: int, ready: threading.Event) -> None:
    """Read what the shell prints until it ends; it would block else."""
    seen = b""
    with contextlib.suppress(OSError):
        while read := os.read(terminal, 4096):
            seen += read
            if seen.count(b"READY> ") > 1:  # the first one is the echo of what it was told
                ready.set()
