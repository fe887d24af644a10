"""Function calls grow with the size of what is rendered: four times as much takes four times as many.

Calls are counted, not seconds: the same on each machine. What a single call costs is measured by
tests/benchmarks/test_growth.py.
"""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from tests.project import Project
from tests.render.growing_files import FACTOR, SIZES, Files

MOST = 1.1 * FACTOR
"""A quadratic step makes sixteen times as many."""
SHARE = 16
"""Counting takes time, so the apps are smaller than in the benchmark."""


@pytest.mark.slow
@pytest.mark.parametrize("made", SIZES, ids=lambda made: made.__name__)
def test_calls_of_show(project: Project, made: Callable[[int], Files]) -> None:
    size = SIZES[made] // SHARE
    _calls(project, made(10))  # imports
    few, many = _calls(project, made(size)), _calls(project, made(size * FACTOR))
    assert many < MOST * few, f"{size}: {few} calls, {size * FACTOR}: {many} calls"


def _calls(project: Project, files: Files) -> int:
    """How many functions `dlctl show` calls, those written in C included."""
    project.write(files)
    project.run("cache", "clear", "renderings").ok()
    count = 0

    def profile(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        project.run("show", "dev").ok()
    finally:
        sys.setprofile(None)
    return count
