"""Objects as fields by their paths, and what may become of a field between a seed and today."""

from collections.abc import Callable, Mapping
from typing import Any

Fields = Mapping[str, Any]
"""The leaves of mappings and lists by path, such as `Service.spec.template.spec.containers[0].image`."""
Change = Callable[[Fields], Fields]


def fields_of(value: Any, path: str = "") -> Fields:
    """The leaves of a value by their paths; an empty mapping or list is a leaf."""
    found: dict[str, Any] = {}
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            plain = "." not in key and "/" not in key
            step = f".{key}" if plain else f"[{key}]"
            found |= fields_of(item, f"{path}{step}" if path else key)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            found |= fields_of(item, f"{path}[{index}]")
    else:
        found[path] = value
    return found


def became(path: str, old: Any, new: Any) -> Change:
    """This field has another value today."""
    return lambda fields: _with(_without(fields, path, old), path, new)


def moved(old: str, new: str) -> Change:
    """What stands at and below `old` stands, with the same values, at `new` today."""

    def change(fields: Fields) -> Fields:
        found = {path for path in fields if path == old or path.startswith((f"{old}.", f"{old}["))}
        assert found, f"the seed has no {old}, which is said to have moved to {new}"
        rest = {path: value for path, value in fields.items() if path not in found}
        for path in found:
            rest = {**_with(rest, new + path.removeprefix(old), fields[path])}
        return rest

    return change


def gone(path: str, old: Any) -> Change:
    """This field is no more."""
    return lambda fields: _without(fields, path, old)


def added(path: str, new: Any) -> Change:
    """This field is new."""
    return lambda fields: _with(fields, path, new)


def differences(expected: Fields, made: Fields) -> list[str]:
    """One line for each field that is only on one side, or differs."""
    absent = "nothing"
    return [
        f"{path}: {expected.get(path, absent)!r} expected, {made.get(path, absent)!r} made"
        for path in sorted(expected.keys() | made.keys())
        if (path in expected) != (path in made) or not same(expected[path], made[path])
    ]


def same(one: Any, other: Any) -> bool:
    """Equal, and of one type: neither 1 and true nor 1 and "1" are the same in YAML."""
    return type(one) is type(other) and bool(one == other)


def _with(fields: Fields, path: str, value: Any) -> Fields:
    new = fields_of(value, path)
    assert not fields.keys() & new.keys(), f"{path} is said to be new, but is there: {fields.get(path)!r}"
    return {**fields, **new}


def _without(fields: Fields, path: str, value: Any) -> Fields:
    old = fields_of(value, path)
    for each, there in old.items():
        assert each in fields, f"the seed has no {each}"
        assert same(fields[each], there), f"the seed has {each}: {fields[each]!r}, not {there!r}"
    return {each: fields[each] for each in fields if each not in old}
