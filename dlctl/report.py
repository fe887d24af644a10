"""JSON shapes that several kinds of documents share: locations and errors."""

from typing import Any

from dlctl.errors import DlctlError, Location


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
