"""Fields that a manifest states and that neither the live object nor our entry in managedFields has.

When somebody removes a field by an update, the API server strikes it out of every manager's entry, and writes
nowhere who did it. A field that was added to the files since the last apply looks the same.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.labels import APP_ID
from dlctl.manifest import JsonObject
from dlctl.plan.applyset import PART_OF_SET
from dlctl.plan.live.managed_fields import Fields
from dlctl.plan.live.owned_paths import MISSING, Path, step_to
from dlctl.secret_fields import SECRET_FIELDS

_UNSEEN = ("apiVersion", "kind", "status", "stringData")
_OURS = frozenset(f"f:{key}" for key in (PART_OF_SET, APP_ID, SECRET_FIELDS))
"""What earlier versions of this tool did not write: the next apply adds it, which is no difference."""
_KEY = "name"
"""Items of lists are found by this key; other lists are compared as a whole."""


def missing_fields(stated: JsonObject, live: JsonObject, owned: Fields) -> Iterator[Path]:
    """The outermost paths that are missing; `owned` are the fields that we own of the live object."""
    for key, value in stated.items():
        if key not in _UNSEEN:
            yield from _at((f"f:{key}",), value, live, owned)


def _at(path: Path, value: Any, parent: Any, owned: Fields) -> Iterator[Path]:
    word = path[-1]
    if value is None or value in ({}, []) or word in _OURS:
        return  # the server keeps no empty fields
    there = step_to(parent, word)
    own = owned.get(word)
    if there is MISSING:
        if own is None:
            yield path
        return
    if own == {}:
        return  # we own it as a whole: a part that is missing is a change of its value
    yield from _below(path, value, there, own if isinstance(own, Mapping) else {})


def _below(path: Path, value: Any, there: Any, owned: Fields) -> Iterator[Path]:
    if isinstance(value, Mapping) and isinstance(there, Mapping):
        for key, each in value.items():
            yield from _at((*path, f"f:{key}"), each, there, owned)
    elif isinstance(value, list) and isinstance(there, list) and _is_keyed(value, owned):
        for each in value:
            word = f"k:{json.dumps({_KEY: each[_KEY]}, separators=(',', ':'))}"
            yield from _at((*path, word), each, there, owned)


def _is_keyed(items: list[Any], owned: Fields) -> bool:
    """Whether the server merges the items of a list by their names: then we own some of them by name."""
    named = all(isinstance(each, Mapping) and isinstance(each.get(_KEY), str) for each in items)
    return named and any(word.startswith(f'k:{{"{_KEY}":') for word in owned)
