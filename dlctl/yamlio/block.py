"""JSON values as YAML text: block style over several lines, or flow style on one.

The only YAML writer: both `dump` and edits use it. PyYAML's C emitter is not used because it cannot
set the indentation of lists, escapes every emoji, and takes several times as long.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.yamlio.scalars import flow_scalar_text, literal_lines, scalar_text, string_text

MAX_KEY = 1000
"""Longer keys are written with `?`: readers look ahead at most 1,024 characters (YAML 1.2, 8.2.2)."""


class Style(Struct, frozen=True):
    """Indentation in spaces: of a nested mapping, and of a list below its key."""

    indent: int = 2
    list_offset: int = 0


KUBECTL = Style()


def is_block(value: Any) -> bool:
    """Whether a value is written on separate lines below its key."""
    return isinstance(value, dict | list | tuple) and bool(value)


def block_lines(value: Any, style: Style = KUBECTL) -> list[str]:
    """The lines of a document, or of a value at column 0."""
    lines: list[str] = []
    _Writer(lines, style).node(value, "", "", "")
    return lines


def entry_lines(key: str, value: Any, style: Style = KUBECTL) -> list[str]:
    """The lines of `key: value` in a mapping at column 0."""
    return block_lines({key: value}, style)


def flow_text(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(flow_entry(key, item) for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return flow_scalar_text(value)


def flow_entry(key: str, value: Any) -> str:
    """`key: value` as written inside a flow mapping."""
    text = flow_scalar_text(key)
    return f"{'? ' if len(text) > MAX_KEY else ''}{text}: {flow_text(value)}"


class _Writer:
    """Appends lines; `lead` is the prefix of the first line, `indent` that of the others."""

    def __init__(self, lines: list[str], style: Style) -> None:
        self.lines = lines
        self.step = " " * style.indent
        self.offset = " " * style.list_offset

    def node(self, value: Any, lead: str, indent: str, inside: str) -> None:
        """Write one value after `lead`, which is empty or ends in a space.

        `indent` is the indentation of its keys or dashes, `inside` that of a literal block's parent.
        """
        if isinstance(value, dict) and value:
            self.mapping(value, lead, indent)
        elif isinstance(value, list | tuple) and value:
            self.sequence(value, lead, indent)
        else:
            self.scalar(value, lead, inside)

    def mapping(self, value: Mapping[str, Any], lead: str, indent: str) -> None:
        for key, item in value.items():
            head = self.key(key, lead, indent)
            if isinstance(item, dict) and item:
                self.lines.append(head)
                deeper = indent + self.step
                self.mapping(item, deeper, deeper)
            elif isinstance(item, list | tuple) and item:
                self.lines.append(head)
                deeper = indent + self.offset
                self.sequence(item, deeper, deeper)
            else:
                self.scalar(item, head + " ", indent)
            lead = indent

    def key(self, key: str, lead: str, indent: str) -> str:
        text = string_text(key) if key.__class__ is str else scalar_text(key)
        if len(text) <= MAX_KEY:
            return f"{lead}{text}:"
        self.lines.append(f"{lead}? {text}")
        return indent + ":"

    def sequence(self, value: Sequence[Any], lead: str, indent: str) -> None:
        deeper = indent + "  "
        for item in value:
            self.node(item, lead + "- ", deeper, indent)
            lead = indent

    def scalar(self, value: Any, lead: str, indent: str) -> None:
        if value.__class__ is str and "\n" not in value:  # most values
            self.lines.append(lead + string_text(value))
            return
        if value.__class__ is str:
            literal = literal_lines(value)
            if literal:
                inside = indent + self.step
                self.lines.append(lead + literal[0])
                self.lines.extend(inside + line if line else "" for line in literal[1:])
                return
        self.lines.append(lead + _empty_or_scalar(value))


def _empty_or_scalar(value: Any) -> str:
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, list | tuple):
        return "[]"
    return scalar_text(value)
