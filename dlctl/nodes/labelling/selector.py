"""Label selectors, with the syntax of kubectl: `a=b,c in (x,y),!d`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dlctl.nodes.labelling.keys import key_problem, value_problem

_PARTS = re.compile(r",(?![^()]*\))")
_ABSENT = re.compile(r"!\s*(?P<key>[^\s!=<>(),]+)\Z")
_PRESENT = re.compile(r"(?P<key>[^\s!=<>(),]+)\Z")
_EQUAL = re.compile(r"(?P<key>[^\s!=<>(),]+)\s*(?P<op>==|=|!=)\s*(?P<values>[^\s!=<>(),]*)\Z")
_SET = re.compile(r"(?P<key>[^\s!=<>(),]+)\s+(?P<op>in|notin)\s*\((?P<values>[^()]*)\)\Z")
_NUMBER = re.compile(r"(?P<key>[^\s!=<>(),]+)\s*(?P<op>[<>])\s*(?P<values>[+-]?\d+)\Z")
_FORMS = ((_ABSENT, "absent"), (_PRESENT, "exists"), (_EQUAL, ""), (_SET, ""), (_NUMBER, ""))


@dataclass(frozen=True, slots=True)
class Requirement:
    """One part of a selector."""

    key: str
    op: str
    values: frozenset[str]

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels fulfil it; `!=` and `notin` are fulfilled by a missing label, too."""
        value = labels.get(self.key)
        if self.op == "absent":
            return value is None
        if self.op in ("!=", "notin"):
            return value not in self.values
        if value is None:
            return False
        return self.op == "exists" or self._compare(value)

    def _compare(self, value: str) -> bool:
        if self.op not in ("<", ">"):
            return value in self.values
        number, limit = _integer(value), int(next(iter(self.values)))
        return number is not None and (number < limit if self.op == "<" else number > limit)


@dataclass(frozen=True, slots=True)
class Selector:
    """All requirements together; none selects everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether labels fulfil every requirement."""
        return all(each.matches(labels) for each in self.requirements)


def parse_selector(text: str) -> Selector:
    """The selector of a text. Raises ValueError, whose text says what is wrong with which part."""
    if not text.strip():
        return Selector()
    return Selector(tuple(_requirement(part.strip()) for part in _PARTS.split(text)))


def _requirement(part: str) -> Requirement:
    for form, named in _FORMS:
        if match := form.match(part):
            found = match.groupdict()
            op = named or found["op"].replace("==", "=")
            values = frozenset(_values(op, found.get("values") or ""))
            for problem in (key_problem(found["key"]), *map(value_problem, values)):
                if problem and op not in ("<", ">"):
                    raise ValueError(f"in '{part}' {problem}")
            return Requirement(found["key"], op, values)
    raise ValueError(f"'{part}' is no part of a label selector")


def _values(op: str, text: str) -> Iterator[str]:
    yield from (value.strip() for value in text.split(",")) if op in ("in", "notin") else (text.strip(),)


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[+-]?\d{1,19}", text) else None
