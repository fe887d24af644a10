"""The JSON shapes that documents of several kinds share: a place in a file, and an error."""

from typing import Any

from dlctl.errors import DlctlError, Location


def location_report(location: Location | None) -> dict[str, Any] | None:
    """A place in a file; `line` and `column` are null where they are not known."""
    if location is None:
        return None
    return {"path": location.path, "line": location.line or None, "column": location.column or None}


def error_report(error: DlctlError) -> dict[str, Any]:
    """An error with its single problems, which have the same shape. Secrets are the caller's to mask."""
    return {
        "code": error.code,
        "message": error.message,
        "location": location_report(error.location),
        "hint": error.hint,
        "problems": [error_report(problem) for problem in error.problems],
    }
