"""Filters for lists and mappings. None counts as an empty one."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.filters import arguments as expect
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.values import copy_value, describe
from dlctl.suggest import did_you_mean


def first(_: RenderContext, value: Any) -> Any:
    """The first item; none of an empty list."""
    return next(iter(expect.items(value)), None)


def last(_: RenderContext, value: Any) -> Any:
    """The last item; none of an empty list."""
    return next(reversed(expect.items(value)), None)


def length(_: RenderContext, value: Any) -> int:
    """The number of items, keys or characters."""
    return len(value) if isinstance(value, str | dict) else len(expect.items(value))


def to_list(context: RenderContext, value: Any) -> list[Any]:
    """A mapping's keys or a string's characters as a list."""
    found = list(value) if isinstance(value, str | dict) else list(expect.items(value))
    context.run.budget.length_of_list(len(found))
    return found


def reverse(_: RenderContext, value: Any) -> list[Any]:
    """The list in reverse order."""
    return list(reversed(expect.items(value)))


def sort(context: RenderContext, value: Any, reverse: bool = False, attribute: Any = None) -> list[Any]:
    """The sorted list: numbers by size, strings by characters."""
    found = expect.items(value)
    try:
        return sorted(found, key=_key(context, attribute), reverse=bool(reverse))
    except TypeError as error:
        raise RenderError(
            "cannot sort values of different types", hint="sort by one field: `x | sort(attribute='name')`"
        ) from error


def unique(context: RenderContext, value: Any) -> list[Any]:
    """The list without duplicates; the first of equal values stays."""
    return list({_identity(context, item): item for item in reversed(expect.items(value))}.values())[::-1]


def _identity(context: RenderContext, value: Any) -> str:
    return json.dumps(copy_value(value, context.run.budget), sort_keys=True)


def flatten(context: RenderContext, value: Any) -> list[Any]:
    """The items of nested lists, one level deep, without items that are none."""
    found: list[Any] = []
    for item in expect.items(value):
        if isinstance(item, list | tuple):
            found.extend(item)
        elif item is not None:
            found.append(item)
        context.run.budget.length_of_list(len(found))
    return found


def items(_: RenderContext, value: Any) -> list[list[Any]]:
    """The pairs of key and value, in mapping order."""
    return [[key, item] for key, item in expect.mapping(value).items()]


def dictsort(_: RenderContext, value: Any) -> list[list[Any]]:
    """The pairs of key and value, sorted by key."""
    return [[key, item] for key, item in sorted(expect.mapping(value).items())]


def keys(_: RenderContext, value: Any) -> list[Any]:
    """The mapping's keys."""
    return list(expect.mapping(value))


def values(_: RenderContext, value: Any) -> list[Any]:
    """The mapping's values."""
    return list(expect.mapping(value).values())


def map_items(
    context: RenderContext,
    value: Any,
    name: Any = None,
    *arguments: Any,
    attribute: Any = None,
) -> list[Any]:
    """The result of a filter for each item, or an attribute of each item."""
    if (name is None) == (attribute is None):
        raise RenderError("map needs a filter name or an attribute", hint='`x | map(attribute="name")`')
    if attribute is not None:
        return [expect.present(_attribute(context, item, attribute)) for item in expect.items(value)]
    apply = _named(context.environment.filters, name, "filter")
    return [apply(context, item, *arguments) for item in expect.items(value)]


def select(context: RenderContext, value: Any, test: Any = None, *arguments: Any) -> list[Any]:
    """The items that pass the test (without a test: that are true)."""
    holds = _test(context, test, arguments)
    return [item for item in expect.items(value) if holds(item)]


def reject(context: RenderContext, value: Any, test: Any = None, *arguments: Any) -> list[Any]:
    """The items that do not pass the test."""
    holds = _test(context, test, arguments)
    return [item for item in expect.items(value) if not holds(item)]


def selectattr(
    context: RenderContext, value: Any, attribute: Any, test: Any = None, *arguments: Any
) -> list[Any]:
    """The items whose attribute passes the test."""
    holds = _test(context, test, arguments)
    return [item for item in expect.items(value) if holds(_attribute(context, item, attribute))]


def rejectattr(
    context: RenderContext, value: Any, attribute: Any, test: Any = None, *arguments: Any
) -> list[Any]:
    """The items whose attribute does not pass the test."""
    holds = _test(context, test, arguments)
    return [item for item in expect.items(value) if not holds(_attribute(context, item, attribute))]


def _test(context: RenderContext, name: Any, arguments: Iterable[Any]) -> Callable[[Any], bool]:
    if name is None:
        return bool
    check = _named(context.environment.tests, name, "test")
    return lambda item: bool(check(context, item, *arguments))


def _named(known: Mapping[str, Any], name: Any, what: str) -> Any:
    if not isinstance(name, str) or name not in known:
        hint = did_you_mean(name, known) if isinstance(name, str) else None
        raise RenderError(f"unknown {what} {name!r}" if hint else f"not the name of a {what}", hint=hint)
    return known[name]


def _attribute(context: RenderContext, item: Any, path: Any) -> Any:
    found = item
    for name in expect.text(path).split("."):
        found = context.environment.getattr(found, name)
    return found


def _key(context: RenderContext, attribute: Any) -> Callable[[Any], Any]:
    def key(item: Any) -> Any:
        found = item if attribute is None else expect.present(_attribute(context, item, attribute))
        if found is None or isinstance(found, list | tuple | dict):
            raise RenderError(f"cannot sort by {describe(found)}")
        return found

    return key


LIST_FILTERS: dict[str, Callable[..., Any]] = {
    "first": first,
    "last": last,
    "length": length,
    "count": length,
    "list": to_list,
    "reverse": reverse,
    "sort": sort,
    "unique": unique,
    "flatten": flatten,
    "items": items,
    "dictsort": dictsort,
    "keys": keys,
    "values": values,
    "map": map_items,
    "select": select,
    "reject": reject,
    "selectattr": selectattr,
    "rejectattr": rejectattr,
}
