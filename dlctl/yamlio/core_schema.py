"""The YAML 1.2 core schema: the value of a plain scalar.

PyYAML implements YAML 1.1, where `no`, `on`, `1:30` and dates are not strings. Users and the
Kubernetes API expect YAML 1.2 (section 10.3.2 of its specification).
"""

import math
import re

NULL = "tag:yaml.org,2002:null"
BOOL = "tag:yaml.org,2002:bool"
INT = "tag:yaml.org,2002:int"
FLOAT = "tag:yaml.org,2002:float"
STR = "tag:yaml.org,2002:str"

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_INFINITY = re.compile(r"([-+]?)\.(inf|Inf|INF)\Z")
_NAN = frozenset({".nan", ".NaN", ".NAN"})
_CAN_START = frozenset("~+-.0123456789nNtTfF")
"""First characters of plain scalars that may not be strings; a quick test that most strings pass."""

MAX_DIGITS = 4000
"""The most digits of a number; Python converts 4,300 by default (sys.int_info)."""

Scalar = str | int | float | bool | None


def resolve_plain(text: str) -> Scalar:
    """The value of a plain (unquoted) scalar.

    Raises ValueError for a number that JSON has no form for: infinity, NaN, or too many digits. The
    message does not contain the number, which may be secret.
    """
    if text and text[0] not in _CAN_START:
        return text
    if text in _NULLS:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return _resolve_number(text)


def _resolve_number(text: str) -> Scalar:
    if _INT.match(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"number has more than {MAX_DIGITS} digits")
        return int(text)
    if _OCTAL.match(text):
        return _printable(int(text[2:], 8))
    if _HEX.match(text):
        return _printable(int(text[2:], 16))
    if _FLOAT.match(text):
        return _finite(float(text))
    if _INFINITY.match(text) or text in _NAN:
        raise ValueError("infinity and NaN are not supported")
    return text


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("number too large for a 64-bit float")
    return value


def _printable(value: int) -> int:
    if value.bit_length() > MAX_DIGITS * 10 // 3:
        raise ValueError(f"number has more than {MAX_DIGITS} digits")
    return value
