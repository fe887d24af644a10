"""Faults put into good objects, each of one class, chosen by a seed."""

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]
UNTOUCHED = frozenset({"apiVersion", "kind"})
QUANTITIES = frozenset({"cpu", "memory", "storage", "nvidia.com/gpu", "ephemeral-storage"})


@dataclass(frozen=True, slots=True)
class Mutant:
    """An object with one fault: its class, and where it was put."""

    fault: str
    path: Path
    body: Any


def mutants(body: Any, faults: "tuple[str, ...]", each: int, seed: str) -> Iterator[Mutant]:
    """Up to `each` mutants of an object for each class of fault."""
    for fault in faults:
        chance = random.Random(f"{seed}/{fault}")
        candidates = list(FAULTS[fault](body))
        for path, change in chance.sample(candidates, min(each, len(candidates))):
            changed = copy.deepcopy(body)
            change(changed, chance)
            yield Mutant(fault, path, changed)


Change = Callable[[Any, random.Random], None]
Candidates = Iterator[tuple[Path, Change]]


def paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value in an object with the way to it, outside in."""
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            if path or key not in UNTOUCHED:
                yield from paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from paths(item, (*path, index))


def _holder(body: Any, path: Path) -> Any:
    for step in path[:-1]:
        body = body[step]
    return body


def _set(path: Path, value: Any) -> Change:
    def change(body: Any, chance: random.Random) -> None:
        _holder(body, path)[path[-1]] = value

    return change


def misspelt_field(body: Any) -> Candidates:
    """A key with two letters exchanged, or one dropped."""
    for path, _ in paths(body):
        if path and isinstance(path[-1], str) and len(path[-1]) > 3 and path != ("metadata",):
            yield path, _misspell(path)


def _misspell(path: Path) -> Change:
    def change(body: Any, chance: random.Random) -> None:
        holder, key = _holder(body, path), str(path[-1])
        at = chance.randrange(1, len(key) - 1)
        wrong = chance.choice((key[:at] + key[at + 1 :], key[:at] + key[at + 1] + key[at] + key[at + 2 :]))
        holder[wrong if wrong != key else f"{key}x"] = holder.pop(key)

    return change


def wrong_type(body: Any) -> Candidates:
    """A number for text, text for a number, a scalar for a mapping or list, and the reverse."""
    for path, value in paths(body):
        if not path or path in (("metadata",), ("metadata", "name"), ("metadata", "namespace")):
            continue
        for other in _other_types(value):
            yield path, _set(path, other)


def _other_types(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return ("yes", 1)
    if isinstance(value, str):
        return (7, True, ["a"], {"a": "b"})
    if isinstance(value, int | float):
        return ("seven", True, [1], 1.5)
    return ("text", 3, [1] if isinstance(value, dict) else {"a": 1})


def missing_field(body: Any) -> Candidates:
    """A field less; most are not required."""
    for path, _ in paths(body):
        if path and isinstance(path[-1], str) and path[0] != "metadata":
            yield path, _drop(path)


def _drop(path: Path) -> Change:
    return lambda body, chance: _holder(body, path).pop(path[-1])


def bad_enum(body: Any) -> Candidates:
    """Text that begins with a capital, as values of enumerations do, with a sign more."""
    for path, value in paths(body):
        if isinstance(value, str) and value[:1].isupper() and value.isalnum() and path[0] != "metadata":
            yield path, _set(path, f"{value}s")


def duplicate_item(body: Any) -> Candidates:
    """An item of a list of mappings once more, with another value in one of its fields."""
    for path, value in paths(body):
        if isinstance(value, list) and value and isinstance(value[0], dict | str):
            yield path, _repeat(path)


def _repeat(path: Path) -> Change:
    def change(body: Any, chance: random.Random) -> None:
        items = _holder(body, path)[path[-1]]
        items.append(copy.deepcopy(items[0]))

    return change


def bad_quantity(body: Any) -> Candidates:
    """An amount in a unit that does not exist."""
    for path, _ in paths(body):
        if path and path[-1] in QUANTITIES:
            for wrong in ("1GB", "lots", "-1", "1,5"):
                yield path, _set(path, wrong)


def bad_label(body: Any) -> Candidates:
    """A label of the object or of a pod template with a key or value of the wrong form."""
    for path, value in paths(body):
        if path and path[-1] in ("labels", "matchLabels") and isinstance(value, dict):
            for key, wrong in (("team", "a b"), ("team", "-x"), ("a b", "x"), ("-/x", "x"), ("t", "x" * 64)):
                yield (*path, key), _set((*path, key), wrong)


def bad_name(body: Any) -> Candidates:
    """A name that is none."""
    for path, value in paths(body):
        if path and path[-1] == "name" and isinstance(value, str) and path[0] in ("metadata", "spec"):
            for wrong in ("Upper_Case", "-x", "a b", "x" * 254):
                yield path, _set(path, wrong)


def bad_port(body: Any) -> Candidates:
    """A port that does not exist."""
    for path, value in paths(body):
        if path and isinstance(value, int) and str(path[-1]).lower().endswith("port"):
            for wrong in (0, 65536, -1):
                yield path, _set(path, wrong)


def null_value(body: Any) -> Candidates:
    """Null instead of a value, in fields and in lists."""
    for path, _ in paths(body):
        if path and path[0] != "metadata":
            yield path, _set(path, None)


def huge_number(body: Any) -> Candidates:
    """A number that no int32 holds, and one below zero."""
    for path, value in paths(body):
        if isinstance(value, int) and not isinstance(value, bool):
            yield path, _set(path, 2**40)
            yield path, _set(path, -5)


def old_version(body: Any) -> Candidates:
    """An apiVersion that the kind had once, or never."""
    group, _, _ = body["apiVersion"].rpartition("/")
    yield ("apiVersion",), _set(("apiVersion",), f"{group}/v1beta9" if group else "v9")


FAULTS: dict[str, Callable[[Any], Candidates]] = {
    "misspelt field": misspelt_field,
    "wrong type": wrong_type,
    "missing field": missing_field,
    "bad enum": bad_enum,
    "duplicate item": duplicate_item,
    "bad quantity": bad_quantity,
    "bad label": bad_label,
    "bad name": bad_name,
    "bad port": bad_port,
    "null": null_value,
    "huge number": huge_number,
    "old version": old_version,
}
"""The classes of faults."""
