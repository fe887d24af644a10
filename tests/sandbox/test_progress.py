"""The messages of `dlctl sandbox`."""

import os
import re
import sys
from pathlib import Path

import pytest

from dlctl.cli.output.live.sandbox_progress import Progress
from dlctl.sandbox import events
from tests.sandbox.progress_program import BUILD, TARGET
from tests.screen import Screen
from tests.terminal import on_terminal


def test_a_log_gets_lines_and_not_too_many(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        for event in BUILD:
            progress(event)

    assert capsys.readouterr().err.splitlines() == [
        "Building the control plane with go1.26.8. This is done once and takes several minutes;",
        f"an interrupted build continues where it stopped. Target: {TARGET}",
        "  0:03  downloading k8s.io/api v0.36.3",
        "Built the control plane in 131 s",
    ]


PROGRAM = str(Path(__file__).with_name("progress_program.py"))
REPOSITORY = Path(__file__).parents[2]


def built_on_terminal(columns: int, **environ: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    command = (sys.executable, PROGRAM)
    return on_terminal(command, cwd=REPOSITORY, environ={**kept, **environ}, columns=columns).raw


def test_a_terminal_gets_one_live_row_with_a_bar() -> None:
    screen = Screen.after(built_on_terminal(80), 80)
    lasting = [
        "Building the control plane with go1.26.8. This is done once and takes several minutes;",
        f"an interrupted build continues where it stopped. Target: {TARGET}",
    ]
    rows = [re.sub(r"\s+", " ", frame[-1]) for frame in screen.frames if re.search(r" \d:\d\d$", frame[-1])]
    seen = list(dict.fromkeys(re.sub(r" \d:\d\d$", "", row) for row in rows))
    assert seen == [
        "downloading k8s.io/api v0.36.3",
        f"compiling k8s.io/api/core/v1 {'━' * 10}╺{'━' * 9} 10/20",
        "linking",
    ]
    assert "".join(screen.text) == "".join([*lasting, "Built the control plane in 131 s"])


def test_a_narrow_terminal_gets_the_count_alone() -> None:
    rows = [frame[-1] for frame in Screen.after(built_on_terminal(40), 40).frames]
    assert [row for row in rows if re.fullmatch(r"compiling k8s.io/\S*… +10/20 +0:0\d", row)]


def test_a_terminal_that_wants_no_codes_gets_lines() -> None:
    for environ in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        raw = built_on_terminal(80, **environ)
        assert "\x1b" not in raw
        assert "  0:03  downloading k8s.io/api v0.36.3\r\n" in raw


def test_each_outcome_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    happened = (
        events.Waiting("another dlctl command is using sandbox 'a'"),
        events.Cleaned("a", "etcd ended", kept_data=False),
        events.Started("a", "etcd"),
        events.PortsTaken("a"),
        events.NodesChanged("a", 2, 0, 1),
        events.Merged(Path("/home/u/.kube/config"), "dlctl-a"),
        events.Ready("a", "https://127.0.0.1:1", 3.14),
        events.OperatorReady("a", "training-operator", 2.51),
        events.AlreadyRunning("a"),
        events.Merged(Path("/home/u/.kube/config"), "dlctl-a", removed=True),
        events.Stopped("a", kept_data=True),
    )
    with Progress() as progress:
        for event in happened:
            progress(event)

    assert capsys.readouterr().err == (
        "Waiting: another dlctl command is using sandbox 'a'\n"
        "Cleaned up crashed sandbox 'a' (etcd ended); its data was removed\n"
        "A port is already in use; retrying with other ports\n"
        "Nodes: 2 created, 0 changed, 1 deleted\n"
        "Added context dlctl-a to /home/u/.kube/config\n"
        "Sandbox 'a' is ready at https://127.0.0.1:1 (3.1 s)\n"
        "training-operator is running in sandbox 'a' (2.5 s)\n"
        "Sandbox 'a' is already running\n"
        "Removed context dlctl-a from /home/u/.kube/config\n"
        "Stopped sandbox 'a'; its data was kept\n"
    )
