"""Files that the command line names: of a device no more is read than fits into memory."""

import os
import subprocess
import sys

import pytest

from tests.project import Project

ENDLESS = "/dev/zero"
LIMITED = ("bash", "-c", 'ulimit -v 2000000; exec "$@"', "dlctl")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("plan", "show", ENDLESS), "it is not a regular file"),
        (("plan", "sign", ENDLESS, "--key", "id"), "it is not a regular file"),
        (("apply", "--plan", ENDLESS), "it is not a regular file"),
        (("node", "check", "dev", "-f", ENDLESS), "it has more than 64 MiB"),
        (("node", "label", "dev", "-f", ENDLESS), "it has more than 64 MiB"),
        (("node", "label", "dev", "--detected", ENDLESS), "it has more than 64 MiB"),
        (("diff", "dev", "--kubeconfig", ENDLESS), "it has more than 64 MiB"),
        (("generate", "tf-job", "b", "--values", ENDLESS), "it has more than 64 MiB"),
    ],
)
def test_a_device_without_end_is_refused(app: Project, words: tuple[str, ...], reason: str) -> None:
    ended = _ended(app, *words)
    assert ended.returncode in (1, 2), ended.stderr
    assert f"cannot be read: {reason}" in ended.stderr


def test_a_plan_may_be_linked_but_is_no_pipe(app: Project) -> None:
    os.mkfifo(app.root / "pipe")
    (app.root / "linked").symlink_to("pipe")
    assert "linked: cannot be read: it is not a regular file" in _ended(app, "plan", "show", "linked").stderr
    (app.root / "real").write_text("{}")
    (app.root / "link").symlink_to("real")
    assert "it is not a plan" in _ended(app, "plan", "show", "link").stderr
    with (app.root / "real").open("wb") as large:
        large.truncate((64 << 20) + 1)
    assert "real: cannot be read: it has more than 64 MiB" in _ended(app, "plan", "show", "real").stderr


def _ended(app: Project, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*LIMITED, sys.executable, "-m", "dlctl.cli.main", *words],
        cwd=app.root,
        env={**os.environ, **app.environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
