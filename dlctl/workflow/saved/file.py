"""Write and read plans in files."""

from pathlib import Path
from typing import Any

import msgspec

from dlctl.errors import Location, PlanError
from dlctl.files.presence import read_file
from dlctl.files.replace import replace_file
from dlctl.plan.saved.model import SavedPlan
from dlctl.text import HIDDEN


def write_plan(path: Path, plan: SavedPlan) -> None:
    """Write a plan, readable only by its owner, whole or not at all. Raises FileError."""
    replace_file(path, msgspec.json.format(msgspec.json.encode(plan), indent=1) + b"\n")


def read_plan(path: Path) -> tuple[SavedPlan, bytes]:
    """The plan in a file, and the file's content, which signatures are about.

    Raises FileError, or PlanError if it is no plan of this version.
    """
    content = read_file(path, str(path) if str(path).isprintable() else HIDDEN, regular=True)
    try:
        plan = msgspec.json.decode(content, type=SavedPlan)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _no_plan(path, f"it is not a plan: {error}") from error
    if not plan.is_known:
        raise _no_plan(path, f"it is of kind {plan.kind[:60]}, version {plan.api_version[:60]}")
    return plan, content


def plain_value(plan: SavedPlan) -> dict[str, Any]:
    """A plan as the JSON value that its file has."""
    value: dict[str, Any] = msgspec.to_builtins(plan)
    return value


def _no_plan(path: Path, reason: str) -> PlanError:
    return PlanError(
        f"this file cannot be used as a plan: {reason}",
        location=Location(str(path)),
        hint="make a plan with 'dlctl diff ENV --save FILE'",
    )
