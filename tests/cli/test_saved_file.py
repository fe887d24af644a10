"""`dlctl diff --save FILE`: paths that it refuses before it makes the plan."""

import os
import stat

import pytest

from tests.project import Project


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("-", "--save writes a file, not to standard output"),
        ("pipe", "pipe: cannot be written: it is a named pipe"),
        ("link", "link: cannot be written: it is a named pipe"),
        ("environments", "environments: cannot be written: Is a directory"),
        ("/dev/full", "/dev/full: cannot be written: it is a device"),
    ],
)
def test_what_cannot_be_replaced_by_a_plan_is_refused_and_stays(
    app: Project, path: str, problem: str
) -> None:
    os.mkfifo(app.root / "pipe")
    (app.root / "link").symlink_to("pipe")
    before = sorted(app.root.iterdir())
    refused = app.run("diff", "dev", "--save", path)
    assert (refused.code, problem in refused.err) == (2, True), refused.err
    assert len(refused.err.splitlines()) == 2, "a hint follows"
    assert (sorted(app.root.iterdir()), stat.S_ISFIFO((app.root / "pipe").stat().st_mode)) == (before, True)
