"""JSON values to text: stable bytes that mean the same in YAML 1.1 and YAML 1.2."""

import json
from collections.abc import Iterable
from typing import Any

from dlctl.errors import YamlError
from dlctl.yamlio.block import block_lines
from dlctl.yamlio.scalars import escape_invisible


def dump(value: Any) -> str:
    """One document in block style, as kubectl prints it: keys in the given order, no aliases, no folding.

    Raises YamlError for a value that JSON has no form for.
    """
    try:
        lines = block_lines(value)
    except RecursionError as error:
        raise YamlError("nested too deeply") from error
    return "\n".join(lines) + "\n"


def dump_documents(values: Iterable[Any]) -> str:
    """Several documents, with `---` between them."""
    return "---\n".join(dump(value) for value in values)


def dump_json(value: Any) -> str:
    """Indented JSON, keys in the given order; only invisible characters are escaped."""
    try:
        return escape_invisible(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"
    except (ValueError, TypeError, RecursionError) as error:
        raise YamlError(f"cannot be written as JSON: {error}") from error
