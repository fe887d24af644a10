"""On a file system that is mounted read-only every command that writes has the same sentence."""

import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from tests.project import Project

MOUNT = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'
SENTENCE = "the file system is mounted read-only"


def mounted_read_only(app: Project, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a mount namespace of its own, in which the app is mounted read-only."""
    command = ["unshare", "-rm", "sh", "-c", MOUNT, "sh", str(app.root), *words]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("env", "add", "new", "--sandbox", "s"),
        ("param", "set", "web", "replicas", "7"),
        ("generate", "pages/page", "other"),
        ("env", "set", "dev", "--namespace", "other"),
        ("env", "rm", "dev", "--yes"),
    ],
)
def test_the_sentence(app: Project, words: tuple[str, ...]) -> None:
    if mounted_read_only(app, "true").returncode:
        pytest.skip("no mount namespace can be made here")
    before = app.files()
    program = (sys.executable, "-m", "dlctl.cli.main", "--dir", str(app.root))
    answer = mounted_read_only(app, *program, *words)
    assert answer.returncode == 1, answer.stdout
    assert f": cannot be written: Read-only file system\n  {SENTENCE}\n" in answer.stderr
    assert app.files() == before
