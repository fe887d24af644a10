"""Values as JSON text."""

import json
from typing import Any


def json_text(value: Any, indent: int | None = None) -> str:
    """JSON in which no character steers a terminal."""
    from dlctl.yamlio.scalars import escape_invisible  # its patterns take their time, and completion none

    return escape_invisible(json.dumps(value, indent=indent, ensure_ascii=False, default=str))


def shown_value(value: Any) -> str:
    """A parameter's value for people: strings as they are, if they can be seen; anything else as JSON."""
    if isinstance(value, str):
        plain = value and value == value.strip() and value.isprintable()
        return value if plain else json_text(value)
    return "" if value is None else json_text(value)
