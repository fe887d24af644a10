"""Label selectors, with the syntax of kubectl: `a=b,c in (x,y),!d`."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from dlctl.nodes.label_requirement import Requirement
from dlctl.nodes.labelling.keys import key_problem, value_problem

_PARTS = re.compile(r",(?![^()]*\))")
_ABSENT = re.compile(r"!\s*(?P<key>[^\s!=<>(),]+)\Z")
_PRESENT = re.compile(r"(?P<key>[^\s!=<>(),]+)\Z")
_EQUAL = re.compile(r"(?P<key>[^\s!=<>(),]+)\s*(?P<op>==|=|!=)\s*(?P<values>[^\s!=<>(),]*)\Z")
_SET = re.compile(r"(?P<key>[^\s!=<>(),]+)\s+(?P<op>in|notin)\s*\((?P<values>[^()]*)\)\Z")
_NUMBER = re.compile(r"(?P<key>[^\s!=<>(),]+)\s*(?P<op>[<>])\s*(?P<values>[+-]?\d+)\Z")
_FORMS = ((_ABSENT, "DoesNotExist"), (_PRESENT, "Exists"), (_EQUAL, ""), (_SET, ""), (_NUMBER, ""))
_OPERATORS = {
    "=": "In",
    "==": "In",
    "in": "In",
    "!=": "NotIn",
    "notin": "NotIn",
    "<": "Lt",
    ">": "Gt",
}


class Selector(Struct, frozen=True):
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
            operator = named or _OPERATORS[found["op"]]
            values = tuple(_values(found["op"], found["values"])) if not named else ()
            for problem in (key_problem(found["key"]), *map(value_problem, values)):
                if problem and operator not in ("Gt", "Lt"):
                    raise ValueError(f"in '{part}' {problem}")
            return Requirement(found["key"], operator, values)
    raise ValueError(f"'{part}' is not a valid part of a label selector")


def _values(written: str, text: str) -> Iterator[str]:
    yield from (value.strip() for value in text.split(",")) if written in ("in", "notin") else (text.strip(),)
