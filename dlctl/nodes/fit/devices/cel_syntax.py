"""The syntax of CEL that selectors of devices use: comparisons, logic, fields, indexes, calls and lists."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct

from dlctl.pattern import pattern

_TOKEN = pattern(
    r"""\s*(?:(?P<text>"(?:[^"\\\n]|\\["'\\nt])*"|'(?:[^'\\\n]|\\["'\\nt])*')"""
    r"""|(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"""
    r"""|(?P<sign>&&|\|\||==|!=|<=|>=|[<>!()\[\].,-])|(?P<end>\Z))"""
)
_ESCAPES = {"n": "\n", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}
_COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
MOST = 10 * 1024
"""The longest expression (k8s.io/api/resource/v1: CELSelectorExpressionMaxLength)."""


class UnsupportedError(Exception):
    """The expression uses what is not evaluated here."""


class Node(Struct, frozen=True):
    """A part of an expression: `kind` is what it does with `parts`, `name` the operator, field or value."""

    kind: str
    name: Any = None
    parts: tuple["Node", ...] = ()


@lru_cache(maxsize=512)
def parse(expression: str) -> Node:
    """The expression's tree. Raises UnsupportedError for what is not evaluated here."""
    if len(expression) > MOST:
        raise UnsupportedError
    parser = _Parser(_tokens(expression))
    found = parser.either()
    parser.expect("end", "")
    return found


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    while not found or found[-1][0] != "end":
        match = _TOKEN.match(text, place)
        if match is None:
            raise UnsupportedError
        place = match.end()
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
    return found


class _Parser:
    """Reads tokens from left to right; each method reads one level of precedence."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def expect(self, kind: str, text: str) -> None:
        """Read this token."""
        if self._tokens[self._place] != (kind, text):
            raise UnsupportedError
        self._place += 1

    def _taken(self, *texts: str) -> str:
        """One of these signs or words, if it comes next; else an empty text."""
        kind, text = self._tokens[self._place]
        if text in texts and kind in ("sign", "name"):
            self._place += 1
            return text
        return ""

    def either(self) -> Node:
        """`a || b`."""
        self._depth += 1
        if self._depth > 50:
            raise UnsupportedError
        parts = [self._all()]
        while self._taken("||"):
            parts.append(self._all())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Node("or", parts=tuple(parts))

    def _all(self) -> Node:
        parts = [self._compared()]
        while self._taken("&&"):
            parts.append(self._compared())
        return parts[0] if len(parts) == 1 else Node("and", parts=tuple(parts))

    def _compared(self) -> Node:
        left = self._negated()
        while operator := self._taken(*_COMPARING):
            left = Node("compare", operator, (left, self._negated()))
        return left

    def _negated(self) -> Node:
        negations = 0
        while self._taken("!"):
            negations += 1
        found = self._member()
        return Node("not", parts=(found,)) if negations % 2 else found

    def _member(self) -> Node:
        found = self._primary()
        while step := self._taken(".", "["):
            if step == "[":
                found = Node("index", parts=(found, self.either()))
                self.expect("sign", "]")
                continue
            name = self._name()
            if self._taken("("):
                found = Node("method", name, (found, *self._items(")")))
            else:
                found = Node("field", name, (found,))
        return found

    def _primary(self) -> Node:
        if self._taken("("):
            found = self.either()
            self.expect("sign", ")")
            return found
        if self._taken("["):
            return Node("list", parts=self._items("]"))
        sign = -1 if self._taken("-") else 1
        kind, text = self._tokens[self._place]
        if kind == "number":
            self._place += 1
            return Node("value", sign * (float(text) if "." in text else int(text)))
        if sign < 0:
            raise UnsupportedError
        if kind == "text":
            self._place += 1
            return Node("value", _unescaped(text[1:-1]))
        name = self._name()
        if name in _WORDS:
            return Node("value", _WORDS[name])
        return Node("call", name, self._items(")")) if self._taken("(") else Node("variable", name)

    def _name(self) -> str:
        kind, text = self._tokens[self._place]
        if kind != "name":
            raise UnsupportedError
        self._place += 1
        return text

    def _items(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self._taken(end):
            if found:
                self.expect("sign", ",")
            found.append(self.either())
        return tuple(found)


def _unescaped(text: str) -> str:
    found, rest = "", iter(text)
    for each in rest:
        following = next(rest) if each == "\\" else ""
        found += _ESCAPES.get(following, following) if following else each
    return found
