"""Rules for the value of one field, as the API server has them in Go."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from dlctl.pattern import pattern
from dlctl.schemas.messages import shown
from dlctl.schemas.metadata import Syntax
from dlctl.schemas.model import FieldPath, Problem, field_text

FieldRule = Callable[[Any], str]
"""What is wrong with a value, as the end of a message; empty if nothing is, or if its type is wrong."""

_LARGEST_ID = 2**31 - 1
_PORT_NAME = pattern(r"(?!.*--)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\Z")


def text_rule(syntax: Syntax) -> FieldRule:
    """The rule that a text has this syntax."""

    def rule(value: Any) -> str:
        reason = syntax(value) if isinstance(value, str) else ""
        return f"Invalid value: {shown(value)}: {reason}" if reason else ""

    return rule


def one_of(*options: str) -> FieldRule:
    """The rule that a text is one of the options."""
    supported = ", ".join(shown(option) for option in options)

    def rule(value: Any) -> str:
        if not isinstance(value, str) or value in options:
            return ""
        return f"Unsupported value: {shown(value)}: supported values: {supported}"

    return rule


def _port(value: Any) -> str:
    if not _is_number(value) or 1 <= value <= 65535:
        return ""
    return f"Invalid value: {shown(value)}: must be between 1 and 65535, inclusive"


def _not_negative(value: Any) -> str:
    if not _is_number(value) or value >= 0:
        return ""
    return f"Invalid value: {shown(value)}: must be greater than or equal to 0"


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _port_name(text: str) -> str:
    if len(text) > 15:
        return "must be no more than 15 characters"
    if not _PORT_NAME.match(text) or not re.search("[a-z]", text):
        return (
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-), at least one letter, "
            "no two hyphens in a row, and must not begin or end with a hyphen"
        )
    return ""


def _user_id(value: Any) -> str:
    if not _is_number(value) or 0 <= value <= _LARGEST_ID:
        return ""
    return f"Invalid value: {shown(value)}: must be between 0 and {_LARGEST_ID}, inclusive"


def _limit_type(text: str) -> str:
    if "/" in text or text in ("Container", "Pod", "PersistentVolumeClaim"):
        return ""
    return "must be a standard limit type or fully qualified"


LIMIT_TYPE: FieldRule = text_rule(_limit_type)
USER_ID: FieldRule = _user_id
PORT: FieldRule = _port
NOT_NEGATIVE: FieldRule = _not_negative
PORT_NAME: FieldRule = text_rule(_port_name)


def field_problem(path: FieldPath, value: Any, rule: FieldRule) -> Iterator[Problem]:
    """The problem of a value that breaks the rule."""
    if reason := rule(value):
        code = "enum" if reason.startswith("Unsupported") else "value"
        yield Problem(code, path, f"{field_text(path)}: {reason}", shown=shown(value))
