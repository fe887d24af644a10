"""A kill at any point, a full disk, two installs at once: a package is there whole, or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dlctl.app.load import load_app
from tests.app.test_write_crash import can_mount
from tests.conftest import REPOSITORY
from tests.packages.registries import empty_app, package, registry, vendored
from tests.project import Project


@pytest.mark.slow
def test_a_kill_leaves_a_package_whole_or_absent(project: Project, ours: Path) -> None:
    empty_app(project)
    project.run("registry", "add", "ours", str(ours)).ok()
    ran = subprocess.run(
        [sys.executable, "-m", "tests.packages.killed_install", str(project.root)],
        cwd=REPOSITORY,
        env={**os.environ, **project.environ},
        capture_output=True,
        text=True,
        timeout=200,
        check=True,
    )
    seen: list[dict[str, Any]] = json.loads(ran.stdout)
    assert len(seen) > 30, "the kills come before the system calls of the install"
    assert {len(each["killed"]["files"]) for each in seen} == {0, 5}
    assert [each["killed"]["pinned"] for each in seen] == sorted(each["killed"]["pinned"] for each in seen)
    assert all(each["killed"]["files"] for each in seen if each["killed"]["pinned"])
    assert any(each["killed"]["left"] for each in seen)
    final = seen[-1]["killed"]
    for each in seen:  # where nothing is left to do, nothing is written, and so nothing is cleaned up
        assert each["again"] == {**final, "left": each["killed"]["left"] if each["killed"]["pinned"] else []}


FULL = """
import subprocess, sys
from pathlib import Path
root = Path(sys.argv[1])
content = (root / "dlctl.yaml").read_bytes()
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(root)], check=True)
(root / "dlctl.yaml").write_bytes(content)
from dlctl.cli.main import main
import os
os.chdir(root)
code = main(["--dir", str(root), "pkg", "install", "ours/hello"])
left = sorted(path.relative_to(root).as_posix() for path in root.rglob("*"))
print(code, left, (root / "dlctl.yaml").read_bytes() == content)
"""


@pytest.mark.skipif(not can_mount(), reason="needs a small disk: unshare and mount are not allowed here")
def test_a_full_disk_leaves_nothing(project: Project, ours: Path) -> None:
    (ours / "hello/big.txt").write_bytes(bytes(400_000))
    empty_app(project)
    project.run("registry", "add", "ours", str(ours)).ok()
    ran = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-c", FULL, str(project.root)],
        cwd=REPOSITORY,
        env={**os.environ, **project.environ},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.stdout == "1 ['dlctl.yaml'] True\n", ran.stderr
    assert "No space left on device" in ran.stderr


def _start(project: Project, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "dlctl.cli.main", *words],
        cwd=project.root,
        env={**os.environ, **project.environ},
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "names", [["hello"] * 4, ["hello", "tf-job", "one", "two"]], ids=["same", "different"]
)
def test_installs_at_once_are_kept_apart(project: Project, ours: Path, names: list[str]) -> None:
    for files in (package("one"), package("two")):
        registry(ours, files)
    empty_app(project)
    project.run("registry", "add", "ours", str(ours)).ok()
    running = [_start(project, "pkg", "install", f"ours/{name}") for name in names]
    answers = [(process.communicate(timeout=100)[1], process.returncode) for process in running]
    assert [code for _, code in answers] == [0] * 4, answers
    assert set(load_app(project.root).packages) == {f"ours/{name}" for name in names}
    project.run("pkg", "verify").ok()


@pytest.mark.slow
def test_a_hundred_packages(project: Project) -> None:
    names = [f"p{number}" for number in range(100)]
    folder = registry(project.root.parent / "registry", *(package(name) for name in names))
    empty_app(project, "dev")
    project.run("registry", "add", "ours", str(folder)).ok()
    project.run("pkg", "install", *(f"ours/{name}" for name in names)).ok()
    assert len(load_app(project.root).packages) == 100
    project.run("pkg", "verify").ok()
    assert len(vendored(project)) == 100 * 6
    registry(folder, *(package(name, "1.1.0") for name in names[:50]))
    project.run("pkg", "update").ok()
    versions = [pin.version for pin in load_app(project.root).packages.values()]
    assert sorted(versions) == ["1.0.0"] * 50 + ["1.1.0"] * 50
