"""The fields of an object that were made from secret parameters, by their places.

An annotation of the object lists them, so that an old value is masked, too, when neither the files nor the
template know it any more. It holds places only: JSON pointers (RFC 6901), in which an item of a list is
written as `[name=main]` if the names of its items are unique, since others may add items.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dlctl.labels import annotations_of
from dlctl.manifest import JsonObject

SECRET_FIELDS = "dlctl.dev/secret-fields"
"""The annotation: a JSON list of pointers."""

MAX_LENGTH = 16_384
"""The longest annotation; beyond it places are shortened to the fields that hold them."""

Path = tuple[str, ...]
Change = Callable[[Any], Any]


def annotation_of(paths: Iterable[Path]) -> str:
    """The annotation's text for these places; empty for none."""
    kept = set(paths)
    while kept and len(text := _written(kept)) > MAX_LENGTH:
        deepest = max(map(len, kept))
        if deepest == 1:
            break
        kept = {path[: deepest - 1] for path in kept}
    return text if kept else ""


def _written(paths: Iterable[Path]) -> str:
    import json

    return json.dumps(["".join(f"/{escape(part)}" for part in path) for path in sorted(paths)])


def fields_of(body: JsonObject) -> tuple[Path, ...]:
    """The places that an object's annotation lists; what is no list of pointers counts as none."""
    import json

    text = (
        annotations_of(body).get(SECRET_FIELDS) if isinstance(body.get("metadata"), (dict, Mapping)) else None
    )
    try:
        found = json.loads(text) if isinstance(text, str) else []
    except (ValueError, RecursionError):
        return ()
    pointers = found if isinstance(found, list) else []
    return tuple(_path(each) for each in pointers if isinstance(each, str) and each.startswith("/"))


def _path(pointer: str) -> Path:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def escape(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901, section 3)."""
    return key.replace("~", "~0").replace("/", "~1")


def item_names(items: list[Any]) -> list[str]:
    """How the items of a list are written in a place: by unique names, else by their numbers."""
    names = [item.get("name") if isinstance(item, Mapping) else None for item in items]
    if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
        return [f"[name={name}]" for name in names]
    return [str(number) for number in range(len(items))]


def changed_at(value: Any, paths: Iterable[Path], change: Change) -> Any:
    """A copy in which the values at these places are changed; places that it does not have are ignored."""
    below: dict[str, list[Path]] = {}
    for path in paths:
        if not path:
            return change(value)
        below.setdefault(path[0], []).append(path[1:])
    if not below:
        return value
    if isinstance(value, Mapping):
        return {
            key: changed_at(item, below[key], change) if key in below else item for key, item in value.items()
        }
    if isinstance(value, list):
        named = zip(item_names(value), map(str, range(len(value))), value, strict=True)
        return [
            changed_at(
                item, (*below.get(name, ()), *(below.get(number, ()) if name != number else ())), change
            )
            for name, number, item in named
        ]
    return value


def values_at(value: Any, paths: Iterable[Path]) -> Iterator[Any]:
    """The values at these places."""
    found: list[Any] = []
    changed_at(value, paths, found.append)
    yield from found
