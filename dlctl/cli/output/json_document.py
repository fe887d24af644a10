"""JSON documents for scripts."""

import json
from typing import Any

from dlctl.cli.output.streams import data

API_VERSION = "dlctl.dev/v1"


def document(kind: str, **fields: Any) -> None:
    """Write a versioned JSON document to stdout."""
    body = {"apiVersion": API_VERSION, "kind": kind, **fields}
    data(_json(body, indent=2) + "\n")


def _json(value: Any, indent: int | None = None) -> str:
    """JSON without terminal control characters."""
    from dlctl.yamlio.scalars import escape_invisible  # slow to import, and not needed for completion

    return escape_invisible(json.dumps(value, indent=indent, ensure_ascii=False, default=str))


def shown_value(value: Any) -> str:
    """A parameter's value for display: a printable string unquoted, other values as JSON."""
    if isinstance(value, str):
        plain = value and value == value.strip() and value.isprintable()
        return value if plain else _json(value)
    return "" if value is None else _json(value)
