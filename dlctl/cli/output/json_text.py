"""JSON text, for scripts and for values in messages."""

from typing import Any


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON without terminal control characters."""
    import json

    from dlctl.yamlio.scalars import escape_invisible  # slow to import, and not needed for completion

    return escape_invisible(json.dumps(value, indent=indent, ensure_ascii=False, default=str))


def shown_value(value: Any) -> str:
    """A parameter's value for display: a printable string unquoted, other values as JSON."""
    if isinstance(value, str):
        plain = value and value == value.strip() and value.isprintable()
        return value if plain else json_text(value)
    return "" if value is None else json_text(value)
