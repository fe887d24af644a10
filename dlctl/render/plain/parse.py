"""Parse plain expressions: the grammar of Jinja2's, without what only the engine has.

Variables with attributes, items and methods; strings, whole numbers, `true`, `false`, `none` and lists;
`length`, `is none`, `is defined`; `~`, `+`, `-`; one comparison; `not`, `and`, `or`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from dlctl.render.plain import values
from dlctl.render.plain.tokens import END, NotPlainError, Token, tokens_of

Value = Callable[[Mapping[str, Any]], Any]
"""The value of an expression with these variables. Raises NotPlainError."""
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})
_CONSTANTS = {"true": True, "True": True, "false": False, "False": False, "none": None, "None": None}
_AFTER_A_TEST = frozenset({"and", "or", ")", "]", ",", "", *_COMPARISONS})


@lru_cache(maxsize=4096)  # the rules of a prototype are asked for each of its components
def parse(expression: str) -> Value:
    """What evaluates an expression. Raises NotPlainError."""
    parser = _Parser(tokens_of(expression))
    found = parser.either()
    if parser.kind != END:
        raise NotPlainError
    return found


class _Parser:
    """One method for each level of the grammar, from the loosest."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._position = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._position].kind

    @property
    def _next(self) -> str:
        """The text of the next name or sign; quotes of a string are part of its text."""
        return self._tokens[self._position].text

    def _take(self, text: str) -> bool:
        found = self._next == text
        self._position += found and bool(text)
        return found

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise NotPlainError

    def _any(self, kind: str) -> str:
        token = self._tokens[self._position]
        if token.kind != kind:
            raise NotPlainError
        self._position += 1
        return token.text

    def either(self) -> Value:
        left = self._both()
        while self._take("or"):
            left = _or(left, self._both())
        return left

    def _both(self) -> Value:
        left = self._negated()
        while self._take("and"):
            left = _and(left, self._negated())
        return left

    def _negated(self) -> Value:
        if self._take("not"):
            value = self._negated()
            return lambda scope: not value(scope)
        return self._comparison()

    def _comparison(self) -> Value:
        left = self._sum()
        if self._next in _COMPARISONS:
            return self._alone(_binary(values.compared, self._any("sign"), left, self._sum()))
        if self._take("in"):
            return self._alone(_contained(left, self._sum()))
        if self._next == "not":
            self._any("name")
            self._expect("in")
            inside = _contained(left, self._sum())
            return self._alone(lambda scope: not inside(scope))
        return left

    def _alone(self, comparison: Value) -> Value:
        if self._next in _COMPARISONS or self._next in ("in", "not"):
            raise NotPlainError  # a chain of comparisons
        return comparison

    def _sum(self) -> Value:
        left = self._text()
        while self._next in ("+", "-"):
            left = _binary(values.summed, self._any("sign"), left, self._text())
        return left

    def _text(self) -> Value:
        left = self._filtered()
        while self._take("~"):
            left = _joined(left, self._filtered())
        return left

    def _filtered(self) -> Value:
        value = self._postfix(self._primary())
        while self._take("|"):
            self._expect("length")
            if self._next == "(":
                raise NotPlainError
            value = _length(value)
        return self._test(value) if self._take("is") else value

    def _test(self, value: Value) -> Value:
        negated = self._take("not")
        name = self._any("name")
        if name not in ("none", "defined") or self._next not in _AFTER_A_TEST:
            raise NotPlainError
        return _tested(value, name, negated)

    def _postfix(self, value: Value) -> Value:
        while self._next in (".", "["):
            if self._take("["):
                value = _item(value, self.either())
                self._expect("]")
                continue
            self._expect(".")
            name = self._any("name")
            value = self._call(value, name) if self._take("(") else _attribute(value, name)
        if self._next == "(":
            raise NotPlainError
        return value

    def _call(self, owner: Value, method: str) -> Value:
        argument = self.either()
        self._expect(")")
        return lambda scope: values.called(owner(scope), method, argument(scope))

    def _primary(self) -> Value:
        if self._take("("):
            inside = self.either()
            self._expect(")")
            return inside
        if self._take("["):
            return self._list()
        if self.kind == "text":
            return self._string()
        if self.kind == "number":
            return _constant(int(self._any("number")))
        return _name(self._any("name"))

    def _string(self) -> Value:
        found = self._any("text")[1:-1]
        if self.kind == "text":
            raise NotPlainError  # two strings are one
        return _constant(found)

    def _list(self) -> Value:
        items: list[Value] = []
        while not self._take("]"):
            items.append(self.either())
            if self._next != "]":
                self._expect(",")
        return lambda scope: [item(scope) for item in items]


def _constant(value: Any) -> Value:
    return lambda _: value


def _name(name: str) -> Value:
    return _constant(_CONSTANTS[name]) if name in _CONSTANTS else lambda scope: _variable(scope, name)


def _variable(scope: Mapping[str, Any], name: str) -> Any:
    if name not in scope:
        raise NotPlainError
    found = scope[name]
    return dict(found) if isinstance(found, Mapping) and not isinstance(found, dict) else found


def _or(left: Value, right: Value) -> Value:
    return lambda scope: left(scope) or right(scope)


def _and(left: Value, right: Value) -> Value:
    return lambda scope: left(scope) and right(scope)


def _binary(function: Callable[[str, Any, Any], Any], sign: str, left: Value, right: Value) -> Value:
    return lambda scope: function(sign, left(scope), right(scope))


def _contained(left: Value, right: Value) -> Value:
    return lambda scope: values.contained(left(scope), right(scope))


def _joined(left: Value, right: Value) -> Value:
    return lambda scope: values.joined(left(scope), right(scope))


def _length(value: Value) -> Value:
    return lambda scope: values.length(value(scope))


def _attribute(value: Value, name: str) -> Value:
    return lambda scope: values.attribute(value(scope), name)


def _item(value: Value, key: Value) -> Value:
    return lambda scope: values.item(value(scope), key(scope))


def _tested(value: Value, name: str, negated: bool) -> Value:
    if name == "none":
        return lambda scope: (value(scope) is None) != negated
    return lambda scope: (value(scope), not negated)[1]
