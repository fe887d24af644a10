"""What `dlctl sandbox` says while it works."""

from pathlib import Path

import pytest

from dlctl.cli.output.sandbox_progress import Progress
from dlctl.sandbox import events

TARGET = Path("/cache/controlplane")
BUILD = (
    events.BuildStarted("go1.26.8", TARGET, "the control plane"),
    events.Downloading("k8s.io/api v0.36.3", 3.2),
    events.Compiling(10, 20, "k8s.io/api/core/v1", 61.0),
    events.Compiling(20, 20, "main", 125.9),
    events.Built(TARGET, 131.4, "the control plane"),
)


class Terminal:
    """Standard error as a terminal that remembers what was written."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return True


def test_log_gets_a_limited_number_of_lines(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress() as progress:
        for event in BUILD:
            progress(event)

    assert capsys.readouterr().err.splitlines() == [
        "Building the control plane with go1.26.8. This happens once and takes some minutes;",
        f"interrupted, it goes on where it stopped. Target: {TARGET}",
        "  0:03  downloading k8s.io/api v0.36.3",
        "Built the control plane in 131 s",
    ]


def test_a_terminal_gets_one_live_line(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("COLUMNS", "40")

    with Progress() as progress:
        for event in BUILD[1:4]:
            progress(event)

    shown = [part for part in terminal.text.split("\r") if part.strip()]
    assert shown == [
        "  0:03  downloading k8s.io/api v0.36.3",
        "  1:01  10 of 20 packages compiled  k8s",
        "  2:05  linking",
    ]
    assert terminal.text.endswith("\r")


def test_each_outcome_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    happened = (
        events.Waiting("another command is using sandbox 'a'"),
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
        "Waiting: another command is using sandbox 'a'\n"
        "Cleaned the crashed sandbox 'a' (etcd ended); its data is removed\n"
        "A port was taken in the meantime; trying others\n"
        "Nodes: 2 created, 0 changed, 1 deleted\n"
        "Added the context dlctl-a to /home/u/.kube/config\n"
        "The sandbox 'a' is ready at https://127.0.0.1:1 (3.1 s)\n"
        "training-operator runs beside the sandbox 'a' (2.5 s)\n"
        "Sandbox 'a' is already running\n"
        "Removed the context dlctl-a from /home/u/.kube/config\n"
        "Stopped the sandbox 'a'; its data is kept\n"
    )
