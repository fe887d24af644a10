"""JSON pointers with steps that select an item of a list by a field: `/spec/containers/[name=web]/image`."""

import re
from typing import Any

from dlctl.errors import RenderError
from dlctl.pattern import pattern

_SELECTOR = pattern(r"\[([A-Za-z0-9_.$/-]+)=(.*)\]", re.DOTALL)


def resolved(pointer: str, body: Any) -> str:
    """The pointer (RFC 6901) with the index of the item in place of each `[FIELD=VALUE]`.

    Raises RenderError if no item, or more than one, has the field with this value.
    """
    if "/[" not in pointer:
        return pointer
    steps: list[str] = []
    for step in pointer.split("/")[1:]:
        selector = _SELECTOR.fullmatch(_plain(step)) if isinstance(body, list) else None
        where = "/".join(("", *steps))
        steps.append(str(_index(body, selector[1], selector[2], where)) if selector else step)
        body = _below(body, _plain(steps[-1]))
    return "/".join(("", *steps))


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _index(items: list[Any], field: str, value: str, where: str) -> int:
    found = [
        index
        for index, item in enumerate(items)
        if isinstance(item, dict) and field in item and str(item[field]) == value
    ]
    if len(found) == 1:
        return found[0]
    number = "no item" if not found else "more than one item"
    raise RenderError(f"{where or 'the list'} has {number} with {field} {value}")


def _below(body: Any, name: str) -> Any:
    if isinstance(body, dict):
        return body.get(name)
    if isinstance(body, list) and name.isdigit() and int(name) < len(body):
        return body[int(name)]
    return None
