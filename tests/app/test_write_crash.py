"""A kill, a full disk, a missing permission: each file is the old one or the new one."""

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.app.programs import run_program


@pytest.fixture(scope="module")
def kills(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    run = run_program("killed_writers", str(tmp_path_factory.mktemp("killed") / "app"))
    assert run.stderr == ""
    return dict(json.loads(run.stdout))


@pytest.mark.slow
def test_a_kill_leaves_one_file_old_or_new(kills: dict[str, list[dict[str, Any]]]) -> None:
    states = [seen["states"] for seen in kills["one"]]
    assert states == sorted(states, reverse=True)
    assert states[0] == ["old"]
    assert states[-1] == ["new"]
    assert len(states) > 20, "the kills come before the system calls of the write"


@pytest.mark.slow
def test_a_kill_leaves_several_files_old_or_new_in_their_order(
    kills: dict[str, list[dict[str, Any]]],
) -> None:
    states = [seen["states"] for seen in kills["all"]]
    assert states[0] == ["old"] * 4
    assert states[-1] == ["new"] * 4
    assert all(found == sorted(found) for found in states)
    assert all("half" not in found for found in states)
    mixed = [found for found in states if len(set(found)) == 2]
    assert len(mixed) < len(states) / 5, "only between the renames at the end"


@pytest.mark.slow
def test_next_write_removes_files_of_a_killed_write(kills: dict[str, list[dict[str, Any]]]) -> None:
    seen = [*kills["one"], *kills["all"]]
    assert any(found["left"] for found in seen)
    assert not any(found["left_after_next"] for found in seen)
    assert not any(found["left"] for found in seen if found["lived"])


def check(report: dict[str, Any], problem: str) -> None:
    assert problem in report["error"]
    assert report["hint"]
    assert report["files"] == {"a.yaml": "small: 1\n", "sub/b.yaml": "small: 1\n"}


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    check(limited("size", tmp_path), "sub/b.yaml: cannot be written: File too large")


@cache
def can_mount() -> bool:
    """Whether a mount namespace of our own is allowed here."""
    command = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not can_mount(), reason="needs a small disk: unshare and mount are not allowed here")
def test_a_full_disk(tmp_path: Path) -> None:
    report = limited("disk", tmp_path, before=("unshare", "--user", "--map-root-user", "--mount"))
    check(report, "sub/b.yaml: cannot be written: No space left on device")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become someone without rights")
def test_files_of_another_user() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders let nobody else in
        Path(folder).chmod(0o755)
        check(limited("user", Path(folder)), "a.yaml: cannot be written: Permission denied")


def limited(limit: str, root: Path, before: tuple[str, ...] = ()) -> dict[str, Any]:
    run = run_program("limited_writers", limit, str(root), before=before)
    assert run.stderr == ""
    return dict(json.loads(run.stdout))
