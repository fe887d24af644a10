"""One condition on a label, of label selectors and node selectors alike."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from dlctl.text import listed

Labels = Mapping[str, str]
SHOWN = 3
"""The most values of a requirement that a message names."""


class Requirement(Struct, frozen=True):
    """One condition on a label: `operator` as in label selectors and node selectors."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether labels satisfy it (labels.Requirement.Matches); an unknown operator matches nothing."""
        value = labels.get(self.key)
        if self.operator == "In":
            return value is not None and value in self.values
        if self.operator == "NotIn":
            return value is None or value not in self.values
        if self.operator == "Exists":
            return value is not None
        if self.operator == "DoesNotExist":
            return value is None
        if self.operator in ("Gt", "Lt"):
            return _compared(value, self.operator, self.values)
        return False

    def __str__(self) -> str:
        if self.operator in ("Exists", "DoesNotExist"):
            return self.key if self.operator == "Exists" else f"!{self.key}"
        word = {"In": "in", "NotIn": "notin", "Gt": ">", "Lt": "<"}.get(self.operator, self.operator)
        values = listed(self.values, limit=SHOWN)
        if self.operator == "In" and len(self.values) == 1:
            return f"{self.key}={values}"
        return (
            f"{self.key} {word} ({values})"
            if self.operator in ("In", "NotIn")
            else f"{self.key} {word} {values}"
        )


def _compared(value: str | None, operator: str, values: Sequence[str]) -> bool:
    if value is None or len(values) != 1:
        return False
    left, right = integer(value), integer(values[0])
    if left is None or right is None:
        return False
    return left > right if operator == "Gt" else left < right


def integer(text: str) -> int | None:
    """A whole number of 64 bits as Go's strconv.ParseInt reads it; None for any other text."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 400:
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None
