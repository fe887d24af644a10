"""JSON values to text: stable bytes that YAML 1.1 and YAML 1.2 readers read alike."""

import json
from collections.abc import Iterable
from typing import Any

from dlctl.errors import YamlError
from dlctl.yamlio.block import block_lines
from dlctl.yamlio.scalars import escape_invisible


def dump(value: Any) -> str:
    """One document in block style as kubectl prints it: keys in the given order, no aliases, no folding.

    Raises YamlError for what JSON cannot hold.
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
    """Indented JSON; keys in the given order, characters as they are but for invisible ones."""
    try:
        return escape_invisible(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"
    except (ValueError, TypeError, RecursionError) as error:
        raise YamlError(f"not a value that JSON can hold: {error}") from error
