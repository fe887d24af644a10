"""The value of a plain scalar: the YAML 1.2 core schema, and for numbers what kubectl reads.

PyYAML implements YAML 1.1, where `no`, `on`, `1:30` and dates are not strings. Users and the
Kubernetes API expect YAML 1.2 (section 10.3.2 of its specification). But a number must be the one that
kubectl reads from the same text (go.yaml.in/yaml/v2, resolve.go): digits after a leading zero are octal,
as in `defaultMode: 0400`; forms that are numbers for kubectl alone, such as `1_000`, are refused.
"""

import math

from dlctl.pattern import pattern

NULL = "tag:yaml.org,2002:null"
BOOL = "tag:yaml.org,2002:bool"
INT = "tag:yaml.org,2002:int"
FLOAT = "tag:yaml.org,2002:float"
STR = "tag:yaml.org,2002:str"

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = pattern(r"[-+]?[0-9]+\Z")
_OCTAL = pattern(r"0o[0-7]+\Z")
_LEADING_ZERO = pattern(r"[-+]?0[0-7]+\Z")
_HEX = pattern(r"0x[0-9a-fA-F]+\Z")
_FLOAT = pattern(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_INFINITY = pattern(r"([-+]?)\.(inf|Inf|INF)\Z")
_NAN = frozenset({".nan", ".NaN", ".NAN"})
_CAN_START = frozenset("~+-.0123456789nNtTfF")
"""First characters of plain scalars that may not be strings; a quick test that most strings pass."""

_GO_NUMBER = pattern(
    r"[-+]?(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+"
    r"|(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)\Z"
)
"""What kubectl reads as a number without its `_` (strconv.ParseInt with base 0; yamlStyleFloat)."""
_MAY_BE_GO_NUMBER = frozenset("_xXoObB")
_KEY_AS_WRITTEN = pattern(r"0\Z|-?[1-9][0-9]{0,17}\Z|-?(?:0|[1-9][0-9]{0,2})\.[0-9]{0,2}[1-9]\Z")
"""Numbers that kubectl writes as they stand where they are keys; it shortens others."""
_LARGEST = 2**64

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


def check_plain_key(text: str) -> None:
    """Raise ValueError for a plain key that kubectl reads as a number, and writes in another form.

    The keys of JSON are strings: ours is the text, while kubectl makes `256` of a key `0400`.
    """
    if text and (text[0].isdigit() or text[0] in "+-.") and not _KEY_AS_WRITTEN.match(text):
        plain = text.replace("_", "") if text[0] != "." else text
        if _GO_NUMBER.match(plain):
            raise ValueError("key is a number, which kubectl would write in another form: put it in quotes")


def has_leading_zero(text: str) -> bool:
    """Whether a number is octal for kubectl and decimal for YAML 1.2, and these differ."""
    return bool(_LEADING_ZERO.match(text)) and int(text, 8) != int(text)


def _resolve_number(text: str) -> Scalar:
    if _INT.match(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"number has more than {MAX_DIGITS} digits")
        return _octal(text) if _LEADING_ZERO.match(text) else int(text)
    if _OCTAL.match(text):
        return _printable(int(text[2:], 8))
    if _HEX.match(text):
        return _printable(int(text[2:], 16))
    if _FLOAT.match(text):
        return _finite(float(text))
    if _INFINITY.match(text) or text in _NAN:
        raise ValueError("infinity and NaN are not supported")
    if not _MAY_BE_GO_NUMBER.isdisjoint(text) and text[0] in "+-0123456789":
        _refuse_go_number(text)
    return text


def _octal(text: str) -> int:
    value = int(text, 8)
    if abs(value) >= _LARGEST:
        raise ValueError("octal number (it begins with 0) has more than 64 bits")
    return value


def _refuse_go_number(text: str) -> None:
    if _GO_NUMBER.match(text.replace("_", "")):
        raise ValueError(
            "kubectl reads this as a number, YAML 1.2 as a string: "
            "write the number in decimal digits, or the string in quotes"
        )


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError("number too large for a 64-bit float")
    return value


def _printable(value: int) -> int:
    if value.bit_length() > MAX_DIGITS * 10 // 3:
        raise ValueError(f"number has more than {MAX_DIGITS} digits")
    return value
