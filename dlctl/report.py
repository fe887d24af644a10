"""How errors are reported: the JSON shapes that documents share, and the name of what an error is about."""

from typing import Any

from dlctl.errors import DlctlError, Error, Location
from dlctl.text import HIDDEN, shown_name


def location_report(location: Location | None) -> dict[str, Any] | None:
    """A location in a file; `line` and `column` are null if unknown."""
    if location is None:
        return None
    return {"path": location.path, "line": location.line or None, "column": location.column or None}


def error_report(error: DlctlError) -> dict[str, Any]:
    """An error with its problems, which have the same shape. The caller must mask secrets."""
    return {
        "code": error.code,
        "message": error.message,
        "location": location_report(error.location),
        "hint": error.hint,
        "problems": [error_report(problem) for problem in error.problems],
    }


def named(name: str, error: Error) -> Error:
    """The error of an environment or a cluster with its name in front, unless its message begins with it.

    A word that is no name, and more likely a value that got there, is not put in front.
    """
    beginnings = ("environment {} ", "environment '{}' ", "nothing was applied to {}:", "{}: ")
    if shown_name(name) == HIDDEN or error.message.startswith(
        tuple(each.format(name) for each in beginnings)
    ):
        return error
    return error.with_message(f"{name}: {error.message}")
