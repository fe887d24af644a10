"""String formats of Kubernetes, for the validator of JSON Schema.

Each has a name of its own there, since some of JSON Schema's formats of the same name are different.
"""

import base64
import binascii
from collections.abc import Callable, Mapping

from dlctl.pattern import pattern
from dlctl.quantity import amount

QUANTITY = "kubernetes-quantity"
_BYTE = "kubernetes-byte"
_DURATION = "kubernetes-duration"
_DATE_TIME = "kubernetes-date-time"

FORMATS: Mapping[str, str] = {
    "byte": _BYTE,
    "duration": _DURATION,
    "date-time": _DATE_TIME,
    "quantity": QUANTITY,
    **{name: name for name in ("ipv4", "ipv6", "uuid", "email", "uri", "date")},
}
"""Formats in documents that are checked, with the validator's names for them."""

_DURATION_TEXT = pattern(r"[-+]?(?:0|(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+)\Z")
_DATE_TIME_TEXT = pattern(
    r"[0-9]{4}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-5][0-9]:[0-6][0-9](?:[.,][0-9]+)?"
    r"(?:[Zz]|[+-][0-2][0-9]:[0-5][0-9])\Z"
)


def _is_quantity(text: str) -> bool:
    return amount(text) is not None


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


CHECKS: Mapping[str, Callable[[str], bool]] = {
    QUANTITY: _is_quantity,
    _BYTE: _is_base64,
    _DURATION: lambda text: bool(_DURATION_TEXT.match(text)),
    _DATE_TIME: lambda text: bool(_DATE_TIME_TEXT.match(text)),
}
"""The formats that the validator does not have itself."""

DESCRIPTIONS: Mapping[str, str] = {
    QUANTITY: "must be a quantity, such as 500m or 16Gi",
    _BYTE: "must be base64",
    _DURATION: "must be a duration, such as 30s or 5m",
    _DATE_TIME: "must be a time, such as 2026-01-31T12:00:00Z",
}
