"""The live display: rows below lines on a terminal, and nothing but whole lines anywhere else."""

import itertools
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest.mock import ANY

import pytest
from rich.cells import cell_len

from tests.cli.drawing import environ_of, program
from tests.cli.live_program import ENVIRONMENTS
from tests.cli.test_imports import packages
from tests.project import Project
from tests.screen import Screen
from tests.terminal import Shown, on_terminal

pytestmark = pytest.mark.slow

PROGRAM = str(Path(__file__).with_name("live_program.py"))
CREATED = [f"ConfigMap/page-{number} (namespace ml) created" for number in range(20)]
SUMMARY = [f"summary {number}" for number in range(3)]
FAILED = ["ConfigMap/page-20 (namespace ml) failed: it is �[2Jrefused", "  try again", *SUMMARY]


def live(
    project: Project, case: str, columns: int = 90, *, environ: Mapping[str, str] | None = None
) -> tuple[Screen, Shown]:
    shown = program(project, sys.executable, PROGRAM, case, columns=columns, **(environ or {}))
    assert shown.code == 0, shown.text
    return Screen.after(shown.raw, columns), shown


def rows_of(frame: list[str]) -> list[str]:
    """The lines of a frame that end in a clock."""
    return [line for line in frame if re.search(r" \d:\d\d$", line)]


def lines_of(lines: list[str], name: str) -> list[str]:
    """The lines about an environment, and what directly follows its failure."""
    found = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith(f"{name}: "):
            found.append(line.removeprefix(f"{name}: "))
            found += [following] if "failed" in line else []
    return found


def test_several_environments_share_one_display(project: Project) -> None:
    screen, _ = live(project, "several")
    for name in ENVIRONMENTS:
        assert lines_of(screen.text, name) == [*CREATED, *FAILED]
    assert screen.text.count("note: from elsewhere") == 1
    assert screen.text[-1] == "done"
    assert len(screen.text) == 4 * 25 + 2
    for name in ENVIRONMENTS:
        first = screen.text.index(f"{name}: summary 0")
        assert screen.text[first : first + 3] == [f"{name}: {line}" for line in SUMMARY]

    busy = max(screen.frames, key=lambda frame: len(rows_of(frame)))
    assert sorted(row.partition(":")[0] for row in rows_of(busy)) == sorted(ENVIRONMENTS)
    assert busy[-4:] == rows_of(busy)
    assert any(
        re.search(r"^gke: objects done +━+.* \d+/21  0:0\d$", row) for frame in screen.frames for row in frame
    )
    assert rows_of(screen.text) == []
    assert screen.cursor_is_shown


def test_each_row_is_one_line_of_the_terminal(project: Project) -> None:
    for columns in (20, 40, 200):
        screen, _ = live(project, "single", columns)
        rows = [row for frame in screen.frames for row in rows_of(frame)]
        assert rows
        assert max(map(cell_len, rows)) <= min(columns, 100)
        assert ("━" in "".join(rows)) is (columns >= 60)
        assert ("…" in "".join(rows)) is (columns < 80)
        assert all(len(rows_of(frame)) <= 1 for frame in screen.frames)
        assert screen.text[:1] == ["dev: ConfigMap/page-0 (namespace ml) configured"[:columns]]


def test_steps_are_counted_and_cannot_steer_the_terminal(project: Project) -> None:
    screen, shown = live(project, "single", 120)
    rows = [rows_of(frame)[0] for frame in screen.frames if rows_of(frame)]
    assert [row for row in rows if " 3/4 " in row]
    assert rows[0].startswith("dev: comparing [x] �]0;title� what is there")
    assert "\x07" not in shown.raw
    after = screen.frames[[i for i, frame in enumerate(screen.frames) if "configured" in "".join(frame)][-1]]
    assert rows_of(after) == []


def table_of(screen: Screen, seen: str) -> list[list[str]]:
    """The cells of the table above the rows, in the last frame with this text."""
    frame = [each for each in screen.frames if seen in "\n".join(each) and rows_of(each)][-1]
    first = frame.index(rows_of(frame)[0])
    lines = itertools.takewhile(lambda line: "(namespace" not in line, reversed(frame[:first]))
    return [re.split(r"  +", line) for line in lines][::-1]


def test_each_object_has_its_state_and_why(project: Project) -> None:
    screen, shown = live(project, "few", 60)
    words = ("applying", "applying", "applied", "applied")
    assert table_of(screen, "applying") == [[f"ConfigMap/page-{n}", word] for n, word in enumerate(words)]
    refused = "it is �[2Jrefused as always it is"
    failed = [[f"ConfigMap/page-{number}", "failed", ANY] for number in (0, 1)]
    applied = [[f"ConfigMap/page-{number}", "applied"] for number in (2, 3)]
    running, waits = (
        ["TFJob/train", "running", "2 active"],
        ["Deployment/web", "waiting", "1 of 3 pods ready"],
    )
    table = table_of(screen, "waiting")
    assert table == [*failed, waits, running, *applied]
    assert all(row[2].startswith(refused[:25]) and row[2].endswith("…") for row in table[:2])
    assert ["Deployment/web", "failed", "deadline exceeded"] in table_of(screen, "deadline")
    assert "\x1b[31mfailed" in shown.raw
    assert rows_of(screen.text) == []
    assert "dev: ConfigMap/page-3 (namespace ml) created" in screen.text


def test_of_many_objects_those_in_work_and_counts(project: Project) -> None:
    screen, _ = live(project, "many", 60)
    sending = table_of(screen, "3000 applying")
    assert sending == [
        *([f"ConfigMap/page-{number}", "applying"] for number in range(19)),
        ["3000 objects: 3000 applying"],
    ]
    assert table_of(screen, "waiting") == [
        *([f"ConfigMap/page-{number}", "failed", ANY] for number in (0, 1)),
        ["Deployment/web", "waiting", "1 of 3 pods ready"],
        ["3002 objects: 2 failed, 1 waiting, 1 ready, 2998 applied"],
    ]
    assert max(len(line) for frame in screen.frames for line in frame) <= 60


def test_quick_work_is_not_drawn(project: Project) -> None:
    command = (sys.executable, "-X", "importtime", PROGRAM, "quick")
    shown = on_terminal(command, cwd=project.root, environ=environ_of(project))
    assert "dev: ConfigMap/page-0 (namespace ml) \x1b[31mdeleted\x1b[0m\r\n" in shown.raw
    assert "\x1b[2K" not in shown.raw
    assert "\x1b[?25l" not in shown.raw


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_plain_terminal_gets_lines_only(project: Project, environ: dict[str, str]) -> None:
    screen, shown = live(project, "several", environ=environ)
    assert "\x1b" not in shown.raw
    assert lines_of(screen.text, "gke") == [*CREATED, *FAILED]


def test_results_in_a_file_and_rows_on_the_terminal(project: Project) -> None:
    with (project.root / "out").open("w") as out:
        shown = on_terminal(
            (sys.executable, PROGRAM, "several"),
            cwd=project.root,
            environ=environ_of(project),
            columns=90,
            stdout=out.fileno(),
        )
    screen = Screen.after(shown.raw, 90)
    written = project.read("out").splitlines()
    assert lines_of(written, "dev") == CREATED
    assert len(written) == 80
    assert lines_of(screen.text, "dev") == FAILED
    assert any(rows_of(frame) for frame in screen.frames)


def test_a_pipe_gets_plain_whole_lines(project: Project) -> None:
    command = [sys.executable, "-X", "importtime", PROGRAM, "several"]
    ran = subprocess.run(command, env=environ_of(project), capture_output=True, text=True, check=True)
    assert "rich" not in packages(ran.stderr)
    written = ran.stdout.splitlines()
    for name in ENVIRONMENTS:
        assert lines_of(written, name) == CREATED
    logged = [line for line in ran.stderr.splitlines() if not line.startswith("import time:")]
    for name in ENVIRONMENTS:
        assert lines_of(logged, name) == FAILED
    assert "\x1b" not in ran.stdout + ran.stderr


def test_json_output_has_rows_but_no_lines(project: Project) -> None:
    screen, _ = live(project, "quiet")
    assert lines_of(screen.text, "dev") == FAILED
    assert any(rows_of(frame) for frame in screen.frames)


def test_a_question_is_seen(project: Project) -> None:
    shown = on_terminal(
        (sys.executable, PROGRAM, "question"),
        cwd=project.root,
        environ=environ_of(project),
        columns=80,
        typed="yes\n",
        meanwhile=lambda: None,
    )
    screen = Screen.after(shown.raw, 80)
    assert screen.text[-2:] == ["Go on? [y/N] yes", "answered yes"]
    assert screen.cursor_is_shown


def test_an_interrupt_leaves_a_clean_terminal(project: Project) -> None:
    shown = on_terminal(
        (sys.executable, PROGRAM, "interrupted"),
        cwd=project.root,
        environ=environ_of(project),
        columns=80,
        interrupt_at="page-0",
    )
    screen = Screen.after(shown.raw, 80)
    assert shown.code == 130
    assert screen.text == ["dev: ConfigMap/page-0 (namespace ml) created"]
    assert screen.cursor_is_shown


def test_a_second_interrupt_shows_the_cursor_again(project: Project) -> None:
    shown = program(project, sys.executable, PROGRAM, "interrupted-twice", columns=80)
    assert "\x1b[?25l" in shown.raw
    assert (shown.code, Screen.after(shown.raw, 80).cursor_is_shown) == (130, True)
