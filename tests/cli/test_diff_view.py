"""Diffs: coloured on a terminal, byte for byte the same on a pipe."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.drawing import program
from tests.project import Project
from tests.terminal import Shown

PLAN = Path(__file__).parents[1] / "plan" / "golden" / "plan.diff"
PRINT = (
    "import sys; from dlctl.cli.output.views.diff_view import print_diff; "
    "print_diff(open(sys.argv[1]).read())"
)


def shown(project: Project, diff: str, **environ: str) -> Shown:
    (project.root / "plan.diff").write_text(diff)
    return program(project, sys.executable, "-c", PRINT, "plan.diff", columns=40, **environ)


def test_a_pipe_gets_the_text_as_it_is(project: Project) -> None:
    command = [sys.executable, "-c", PRINT, str(PLAN)]
    assert subprocess.run(command, capture_output=True, check=True).stdout == PLAN.read_bytes()


def test_a_terminal_gets_the_same_lines_with_colours(project: Project) -> None:
    diff = PLAN.read_text()
    assert shown(project, diff).text == diff
    for environ in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert shown(project, diff, **environ).raw == diff.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("--- gke: Secret/login (namespace default)", "1"),
        ("+++ would be updated; pods restart: 1 pod stops", "1"),
        ("@@ -10,6 +10,6 @@", "36"),
        ('+  password: "*** (after)"', "32"),
        ('-  password: "*** (before)"', "31"),
    ],
)
def test_each_kind_of_line_has_its_colour(project: Project, line: str, code: str) -> None:
    assert f"\x1b[{code}m{line}\x1b[0m\r\n" in shown(project, PLAN.read_text()).raw


def test_context_has_none_and_long_lines_are_whole(project: Project) -> None:
    raw = shown(project, f" context [red]\n+{'long ' * 50}\n").raw
    assert raw == f" context [red]\r\n\x1b[32m+{'long ' * 50}\x1b[0m\r\n"


def test_nothing_is_nothing(project: Project) -> None:
    assert shown(project, "").raw == ""


def test_what_steers_a_terminal_does_not_reach_it(project: Project) -> None:
    raw = shown(project, "+a\x1b[2Jb\x07\n--- dev: \x1b]0;title\x07\n c\x9bd\n").raw
    assert raw == "\x1b[32m+a�[2Jb�\x1b[0m\r\n\x1b[1m--- dev: �]0;title�\x1b[0m\r\n c�d\r\n"
