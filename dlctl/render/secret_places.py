"""Mark the values of secret parameters, and turn the marks of rendered objects into places."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.params.model import ParamSet
from dlctl.redact import is_secret
from dlctl.render.engine.model import Rendered
from dlctl.render.engine.secret_values import MARKS, holds_mark, marked, unmarked
from dlctl.secret_fields import Path, item_names

MASKED_WHOLLY = ("data", "stringData")
"""Fields of Secrets that are always masked."""


def has_secret_values(params: ParamSet) -> bool:
    """Whether a secret parameter has a value that can be marked."""
    return any(holds_mark((marked(value),)) for value in params.secrets)


def marked_params(params: ParamSet) -> dict[str, Any]:
    """The values of the parameters, by name; those of secret ones are marked."""
    return {
        name: marked(param.value) if param.spec.secret else param.value
        for name, param in params.params.items()
    }


def without_marks(document: Rendered) -> Rendered:
    """The object without marks, and the places that had one, apart from the data of a Secret.

    Where a key of a mapping is marked, the place is that of the whole mapping.
    """
    plain = _plain(document.value)
    secret = is_secret(plain)
    places = (path for path in _places(document.value, ()) if path)
    kept = tuple(path for path in places if not (secret and path[0] in MASKED_WHOLLY))
    return Rendered(plain, document.location, kept)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {unmarked(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else unmarked(value)


def _places(value: Any, path: Path) -> Iterator[Path]:
    if type(value) in MARKS:
        yield path
    elif isinstance(value, Mapping):
        if path and any(type(key) in MARKS for key in value):
            yield path
            return
        for key, item in value.items():
            yield from _places(item, (*path, unmarked(key)))
    elif isinstance(value, list):
        for name, item in zip(_item_names(value), value, strict=True):
            yield from _places(item, (*path, name))


def _item_names(items: list[Any]) -> list[str]:
    """The items' names in places, which are never secret themselves."""
    secret = any(isinstance(item, Mapping) and type(item.get("name")) in MARKS for item in items)
    return [str(number) for number in range(len(items))] if secret else item_names(items)
