"""Exit codes, streams, pipes, prompts on a terminal, and Ctrl-C."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator

import click
import pytest

from dlctl.cli.commands.table import COMMANDS, load_command
from tests.exit_codes import OFFLINE, ON_CLUSTER, table
from tests.project import Project

pytestmark = pytest.mark.slow

DLCTL = [sys.executable, "-m", "dlctl.cli.main"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("show", "dev"), 0),
        (("--version",), 0),
        (("--version", "show"), 0),
        (("--dir", ".", "--version"), 0),
        (("version",), 0),
        (("show", "nope"), 1),
        (("validate", "nope"), 1),
        (("param", "diff", "dev", "prod"), 1),
        (("param", "diff", "dev", "dev"), 0),
        (("param", "diff", "dev", "nope"), 2),
        (("param", "diff", "dev", "prod", "-c", "nope"), 2),
        (("env", "diff", "dev", "prod"), 1),
        (("env", "diff", "dev", "dev"), 0),
        (("env", "diff", "dev", "nope"), 2),
        (("diff", "nope"), 2),
        (("cluster", "diff", "dev", "nope"), 2),
        (("env", "rm", "dev"), 2),
        (("show",), 2),
        (("nope",), 2),
        (("param", "nope"), 2),
        (("show", "dev", "--nope"), 2),
        (("show", "dev", "-o", "nope"), 2),
        ((), 2),
    ],
)
def test_exit_codes(app: Project, words: tuple[str, ...], code: int) -> None:
    assert app.run(*words).code == code


def test_tests_drive_every_part_of_the_table() -> None:
    assert table() == OFFLINE | ON_CLUSTER


def test_a_broken_object_is_an_error_of_validate(app: Project) -> None:
    text = app.read("prototypes/pages/page/templates/page.yaml.j2")
    app.write({"prototypes/pages/page/templates/page.yaml.j2": text.replace("data:", "dta:", 1)})
    assert app.run("validate", "dev").code == 1


def leaves(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if not isinstance(command, click.Group):
        yield path
        return
    for name, child in command.commands.items():
        yield from leaves(child, (*path, name))


def test_every_command_ends_with_2_for_an_option_that_does_not_exist(app: Project) -> None:
    paths = [path for name in COMMANDS for path in leaves(load_command(name), (name,))]
    ends = {path: app.run(*path, "--no-such-option-at-all").code for path in paths}
    passing_on = ("sandbox", "kubectl")  # to kubectl, which reads its own options
    assert {path for path, code in ends.items() if code != 2} <= {passing_on}
    assert len(ends) > 50


def test_data_on_stdout_and_messages_on_stderr(app: Project) -> None:
    good = app.spawn("show", "dev", "-o", "name")
    assert (good.stdout, good.stderr) == ("configmap/web\ndeployment.apps/web\n", "")
    bad = app.spawn("show", "nope")
    assert bad.stdout == ""
    assert bad.stderr.startswith("Error: ")
    assert "\x1b" not in bad.stderr


def test_a_reader_that_stops_early_gets_no_traceback(app: Project) -> None:
    app.run("generate", "core", "core").ok()
    command = " ".join([*DLCTL, "show", "dev", "prod"]) + " | head -1"
    outcome = subprocess.run(
        ["/bin/sh", "-c", command], cwd=app.root, capture_output=True, text=True, timeout=60
    )
    assert len(outcome.stdout.splitlines()) == 1
    assert outcome.stderr == ""


@pytest.mark.parametrize(
    ("redirection", "message"), [(">&-", "stdout is closed"), (">/dev/full", "No space left on device")]
)
def test_output_that_cannot_be_written(app: Project, redirection: str, message: str) -> None:
    command = " ".join([*DLCTL, "show", "dev", redirection])
    outcome = subprocess.run(
        ["/bin/sh", "-c", command], cwd=app.root, capture_output=True, text=True, timeout=60
    )
    assert outcome.returncode == 1
    assert message in outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_closed_stderr(app: Project) -> None:
    command = " ".join([*DLCTL, "show", "nope", "2>&-"])
    outcome = subprocess.run(
        ["/bin/sh", "-c", command], cwd=app.root, capture_output=True, text=True, timeout=60
    )
    assert (outcome.returncode, outcome.stdout) == (1, "")


def on_terminal(
    app: Project, answer: bytes, *words: str, environ: dict[str, str] | None = None
) -> tuple[int, str]:
    """Run a command whose stdin and stderr are a terminal; type `answer` at its question."""
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [*DLCTL, *words],
        cwd=app.root,
        env={**os.environ, "TERM": "xterm", **(environ or {})},
        stdin=child,
        stdout=subprocess.DEVNULL,
        stderr=child,
        preexec_fn=_own_terminal(child),  # noqa: PLW1509 - no thread runs here
    )
    os.close(child)
    text = b""
    try:
        while chunk := _read(parent):
            text += chunk
            if answer and b"[y/N]" in text:
                os.write(parent, answer)
                answer = b""
        return process.wait(timeout=60), text.decode()
    finally:
        os.close(parent)


def _own_terminal(child: int) -> Callable[[], None]:
    def prepare() -> None:
        import fcntl
        import termios

        os.setsid()
        fcntl.ioctl(child, termios.TIOCSCTTY, 0)

    return prepare


def _read(parent: int) -> bytes:
    try:
        return os.read(parent, 4096)
    except OSError:  # the other side is closed
        return b""


def test_yes_on_a_terminal(app: Project) -> None:
    code, text = on_terminal(app, b"y\n", "env", "rm", "dev")
    assert code == 0
    assert "Remove environment 'dev' and its parameters? [y/N]" in text
    assert not (app.root / "environments/dev").exists()


@pytest.mark.parametrize("answer", [b"n\n", b"\n", b"\x04", b"what\n"])
def test_any_other_answer_changes_nothing(app: Project, answer: bytes) -> None:
    before = app.files()
    code, text = on_terminal(app, answer, "env", "rm", "dev")
    assert code == 1
    assert "nothing was changed" in text
    assert app.files() == before


def test_ctrl_c_at_a_question(app: Project) -> None:
    before = app.files()
    code, text = on_terminal(app, b"\x03", "env", "rm", "dev")
    assert code == 130
    assert "Traceback" not in text
    assert app.files() == before


def test_yes_option_skips_the_prompt(app: Project) -> None:
    code, text = on_terminal(app, b"", "env", "rm", "dev", "--yes")
    assert code == 0
    assert "[y/N]" not in text


@pytest.mark.parametrize(
    ("environ", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_colour_only_on_terminals(app: Project, environ: dict[str, str], coloured: bool) -> None:
    os.environ.pop("NO_COLOR", None)
    _, text = on_terminal(app, b"", "show", "nope", environ=environ)
    assert ("\x1b[1;31mError:" in text) is coloured
