"""What Kubernetes takes as a label.

Rules: Kubernetes documentation, "Labels and Selectors", and apimachinery's util/validation.
"""

import re
from collections.abc import Iterable

MAX_LENGTH = 63
"""Characters of a value, and of a key's part behind the slash."""
_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?", re.ASCII)
_PREFIX = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*", re.ASCII)
_MAX_PREFIX = 253

Label = tuple[str, str]
"""A key and a value."""


def is_key(text: str) -> bool:
    """Whether a text is a label's key with a prefix."""
    prefix, _, name = text.partition("/")
    proper_prefix = len(prefix) <= _MAX_PREFIX and _PREFIX.fullmatch(prefix) is not None
    return proper_prefix and bool(name) and is_value(name)


def is_value(text: str) -> bool:
    """Whether a text is a label's value."""
    return len(text) <= MAX_LENGTH and _VALUE.fullmatch(text) is not None


def valid(labels: Iterable[Label]) -> dict[str, str]:
    """Labels sorted by key. One that Kubernetes would refuse is left out, as NFD and GFD do."""
    return {key: value for key, value in sorted(labels) if is_key(key) and is_value(value)}


def boolean(value: bool) -> str:
    """`true` or `false`."""
    return "true" if value else "false"
