"""How much work a JSON Schema makes: small schemas with `$ref`s that double would never end."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from msgspec import Struct

LARGEST = 20_000
"""Schemas in a schema, each counted as often as it is referred to. What people write has hundreds."""

MOST_CHECKS = 20_000_000
"""The most checks of one value: its values inside times the schemas. They take a second, and Ctrl-C waits."""

MOST_EXPLAINED = 100_000
"""The most checks whose failures are listed: of an `anyOf`, each failure lists one for each schema in it."""

_REFERENCES = ("$ref", "$dynamicRef")
_SAME_PLACE = ("allOf", "anyOf", "oneOf", "dependentSchemas", "if", "then", "else", "not", *_REFERENCES)
"""Keywords whose schemas are for the value itself."""
_SOME_PLACES = ("patternProperties", "propertyNames", "contains", "unevaluatedItems", "unevaluatedProperties")
"""Keywords whose schemas may be for the same values inside, as others are."""
_OWN_PLACES = ("properties", "additionalProperties", "prefixItems", "items")
"""Keywords of which one schema is for one value inside."""
_ONE = frozenset(
    ("if", "then", "else", "not", "propertyNames", "contains", "additionalProperties", "items")
) | frozenset(("unevaluatedItems", "unevaluatedProperties"))


def is_too_large(schema: Mapping[str, Any]) -> bool:
    """Whether a check against the schema could take very long.

    That is: `$ref`s that lead to the same schema in very many ways, or that lead back to a schema in more
    than one way for one value, so that the ways double with each level of it.
    """
    try:
        return _Sizes(schema).of(schema).number > LARGEST
    except RecursionError:
        return True


def number_of_schemas(schema: Mapping[str, Any]) -> int:
    """How many schemas a schema has that is not too large, each counted as often as it is referred to."""
    return _Sizes(schema).of(schema).number


def number_of_values(value: Any) -> int:
    """How many values a value has inside, itself included."""
    number, waiting = 0, [value]
    while waiting:
        found = waiting.pop()
        number += 1
        if isinstance(found, Mapping):
            waiting.extend(found.values())
        elif isinstance(found, list | tuple):
            waiting.extend(found)
    return number


class _Size(Struct, frozen=True):
    """The number of schemas in a schema, and in how many ways it leads back to each schema around it."""

    number: int
    back: Mapping[int, int]


class _Sizes:
    """The sizes of the subschemas of one schema, each calculated once."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._known: dict[int, _Size] = {}
        self._open: set[int] = set()

    def of(self, schema: Any) -> _Size:
        if not isinstance(schema, Mapping):
            return _Size(1, {})
        key = id(schema)
        if key in self._open:
            return _Size(1, {key: 1})
        if key not in self._known:
            self._open.add(key)
            self._known[key] = self._calculated(schema, key)
            self._open.discard(key)
        return self._known[key]

    def _calculated(self, schema: Mapping[str, Any], key: int) -> _Size:
        added = [self.of(each) for name in (*_SAME_PLACE, *_SOME_PLACES) for each in self._held(schema, name)]
        apart = [self.of(each) for name in _OWN_PLACES for each in self._held(schema, name)]
        back: Counter[int] = Counter()
        for size in apart:
            back |= Counter(size.back)  # the larger of both
        for size in added:
            back += Counter(size.back)
        number = 1 + sum(size.number for size in (*added, *apart))
        return _Size(LARGEST + 1 if back.pop(key, 0) > 1 else number, back)

    def _held(self, schema: Mapping[str, Any], name: str) -> list[Any]:
        """The schemas of a keyword."""
        held = schema.get(name)
        if held is None:
            return []
        if name in _REFERENCES:
            return [self._target(held)]
        if name in _ONE:
            return [held]
        return list(held.values()) if isinstance(held, Mapping) else held if isinstance(held, list) else []

    def _target(self, reference: Any) -> Any:
        """The schema that a pointer refers to, as `#/$defs/name`; none for other references."""
        if not isinstance(reference, str) or not reference.startswith("#"):
            return None
        found: Any = self._root
        for step in filter(None, unquote(reference[1:]).split("/")):
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(found, Mapping):
                found = found.get(name)
            elif isinstance(found, list) and name.isdecimal() and int(name) < len(found):
                found = found[int(name)]
            else:
                return None
        return found
