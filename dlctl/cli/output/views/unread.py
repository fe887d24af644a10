"""Clusters that could not be read: why, and the exit code."""

from collections.abc import Sequence
from typing import Any

from dlctl.cli.exit_codes import SOME_UNREAD
from dlctl.cli.output.errors import Failed, report_failure
from dlctl.cluster.answers.answer import InvalidResponse
from dlctl.cluster.too_many_requests import TooManyRequests
from dlctl.errors import (
    DlctlError,
    Forbidden,
    KubeconfigError,
    NoContext,
    NotFound,
    Unauthorized,
    UnknownKind,
    Unreachable,
)
from dlctl.plan.identity import OtherCluster
from dlctl.report import named
from dlctl.sandbox.not_running import SandboxNotRunning

Ends = Sequence[tuple[str, DlctlError | None]]
"""How reading each cluster ended: its name, and the error where it failed."""


def error_class(error: DlctlError) -> str:
    """A word for why a cluster could not be read: for columns and for scripts."""
    if isinstance(error, Unreachable):
        return error.cause
    if isinstance(error, SandboxNotRunning):
        return error.state
    known = (
        (NoContext, "no-context"),
        (KubeconfigError, "kubeconfig"),
        (OtherCluster, "other-cluster"),
        (Unauthorized, "unauthorised"),
        (Forbidden, "forbidden"),
        (UnknownKind | NotFound, "not-served"),
        (InvalidResponse | TooManyRequests, "unreachable"),
    )
    return next((word for kind, word in known if isinstance(error, kind)), "internal")


def failure_json(error: DlctlError | None) -> dict[str, Any] | None:
    """Why a cluster could not be read, as JSON; null where it was."""
    if error is None:
        return None
    return {"class": error_class(error), "message": error.message, "hint": error.hint}


def unread(ends: Ends) -> tuple[DlctlError, ...]:
    """The errors of the clusters that could not be read; where there are several, each names its own."""
    failed = [(name, error) for name, error in ends if error]
    if len(ends) == 1:
        return tuple(error for _, error in failed)
    return tuple(named(name, error) for name, error in failed)


def fail_where_unread(ends: Ends, *, ignore: bool, failed: int = 1) -> None:
    """Report each cluster that could not be read, and exit: 4 where others were, `failed` where none was.

    With `ignore` the exit code is 0 where at least one was read.
    """
    errors = unread(ends)
    for error in errors:
        report_failure(error)
    none_read = len(errors) == len(ends)
    if errors and (none_read or not ignore):
        raise Failed(errors, failed if none_read else SOME_UNREAD)
