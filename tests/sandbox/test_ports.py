"""Ports: free ones are found, and a lost race is tried again."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlctl.events import Event
from dlctl.sandbox.events import PortsTaken
from dlctl.sandbox.host.certificates import Pki, issue
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.host.ports import LOOPBACK, Ports, free_ports
from dlctl.sandbox.lifecycle.lookup import RunState
from dlctl.sandbox.lifecycle.up_and_down import down, up


def test_the_ports_differ_and_can_be_bound() -> None:
    ports = free_ports()

    numbers = {ports.server, ports.etcd, ports.etcd_peer, ports.kubelet}
    assert len(numbers) == 4
    for number in numbers:
        with socket.socket() as listener:
            listener.bind((LOOPBACK, number))


@pytest.mark.controlplane
@pytest.mark.parametrize("taken", ["server", "etcd"])
def test_start_retries_with_other_ports(taken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path, Home.from_environ(os.environ).cache)
    events: list[Event] = []
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        first = free_ports()
        occupied = {"server": first.server, "etcd": first.etcd, "etcd_peer": first.etcd_peer}
        occupied[taken] = other.getsockname()[1]
        answers = _once(Ports(**occupied))
        monkeypatch.setattr("dlctl.sandbox.start.free_ports", lambda: next(answers))
        try:
            sandbox = up("race", home=home, environ=os.environ, emit=events.append)
        finally:
            stopped = down("race", home=home)

    assert events.count(PortsTaken("race")) == 1
    assert sandbox.status is RunState.RUNNING
    assert stopped


def _once(first: Ports) -> Iterator[Ports]:
    yield first
    while True:
        yield free_ports()


def test_certificates_are_complete_and_private(tmp_path: Path) -> None:
    pki = Pki(tmp_path / "pki")

    issue(pki)

    assert pki.complete
    assert [path for path in pki.folder.iterdir() if path.stat().st_mode & 0o077] == []
    certificates = {path.stem for path in pki.folder.glob("*.crt")} - {"ca"}
    assert certificates == {path.stem for path in pki.folder.glob("*.key")}
