"""The options of `apply` and `status` that wait for objects."""

import time
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlctl.cli.arguments.durations import Duration

if TYPE_CHECKING:
    from dlctl.deploy.goal import Goal

DEFAULT_TIMEOUT = 600.0
"""Seconds of a run that waits."""

CRD_TIMEOUT = 60.0
"""Seconds in which a CRD must be established, where no time limit is given."""

DEFAULT_REQUEST = 60.0
"""Seconds of a request without a limit of its own."""


class WaitGoal(StrEnum):
    """What `--wait-for` takes."""

    READY = "ready"
    RUNNING = "running"
    FINAL = "final"


def timeout_option(help_: str) -> Any:
    """`--timeout` of a command, with its own help."""
    return typer.Option(
        "--timeout", metavar="DURATION", click_type=Duration(least="1s"), show_default=False, help=help_
    )


Wait = Annotated[
    bool,
    typer.Option(
        "--wait", help="Wait until services are ready and jobs run or are suspended; fail if they are not."
    ),
]
WaitFor = Annotated[
    WaitGoal | None,
    typer.Option(
        "--wait-for",
        help="Wait until services are ready, and jobs run (ready, running) or have succeeded (final), "
        "suspended ones too.",
    ),
]
Timeout = Annotated[
    float, timeout_option("Time limit of the whole command, such as 30s or 10m (default with --wait: 10m).")
]
LockTimeout = Annotated[
    float,
    typer.Option(
        "--lock-timeout",
        metavar="DURATION",
        click_type=Duration(least="0s"),
        show_default=False,
        help="How long to wait for the environment's lock, held by another dlctl command (default 60s).",
    ),
]


def goal_of(*, wait: bool, wait_for: WaitGoal | None) -> "Goal | None":
    """What to wait for; None if nothing."""
    if wait_for is None and not wait:
        return None
    from dlctl.deploy.goal import Goal

    return Goal.DEFAULT if wait_for is None else Goal(wait_for.value)


def deadline_of(timeout: float, *, waits: bool) -> float:
    """The end of a command that starts now by the monotonic clock; endless without `--timeout` and a wait."""
    seconds = timeout or (DEFAULT_TIMEOUT if waits else 0)
    return time.monotonic() + seconds if seconds else float("inf")


def request_limit(request_timeout: float, timeout: float) -> float:
    """The time limit of one request: not longer than the command may take; 0 is the default."""
    return request_timeout or (min(timeout, DEFAULT_REQUEST) if timeout else 0)
