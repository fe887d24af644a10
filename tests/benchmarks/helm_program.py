"""Helm, built once into the user's cache from the Go module proxy; None where that is not possible."""

import os
from functools import cache
from pathlib import Path

import pytest

from dlctl.errors import SandboxError
from dlctl.events import no_events
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.programs.build import Recipe, built_binary

RECIPE = Recipe("Helm", Path(__file__).with_name("helm"), ("version",))


@cache
def helm_binary() -> Path | None:
    """The program; None where it cannot be built, for example without Go or a network."""
    try:
        return built_binary(Home.from_environ(os.environ), os.environ, no_events, RECIPE)
    except SandboxError:
        return None


def needed_helm() -> str:
    """The program's path; skips the test where it cannot be built."""
    binary = helm_binary()
    if binary is None:
        pytest.skip("Helm cannot be built here: it needs Go, and its modules")
    return str(binary)


if __name__ == "__main__":  # before the benchmarks: it takes minutes
    print(helm_binary() or "Helm cannot be built here: its rows will be skipped")
