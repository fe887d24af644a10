"""Registries as the command line reaches them: with the process's environment, and progress on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from dlctl.cli.arguments.durations import Duration
from dlctl.cli.runtime import Runtime

if TYPE_CHECKING:
    from dlctl.workflow.packages.registries import OpenSource

Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="DURATION",
        click_type=Duration(least="0s"),
        help="Time limit of one request to a registry, such as 30s or 5m; 0 means the default of 2m.",
    ),
]


@contextmanager
def opened_sources(runtime: Runtime, timeout: float) -> "Iterator[OpenSource]":
    """What opens registries, with a row of progress on a terminal."""
    from dlctl.cli.output.live.registry_progress import RegistryProgress
    from dlctl.registry.sources.open import open_source
    from dlctl.registry.sources.protocol import TIMEOUT, Surroundings

    with RegistryProgress() as progress, TemporaryDirectory(prefix="dlctl-") as scratch:
        surroundings = Surroundings(
            runtime.root(), Path(scratch), runtime.environ, timeout or TIMEOUT, progress
        )
        yield lambda entry: open_source(entry, surroundings)
