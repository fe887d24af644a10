"""All filters of templates; they replace Jinja2's own set.

Omitted are filters that are random (`random`), that make strings longer (`center`, `indent`,
`format`, `wordwrap`), that bypass the sandbox (`attr`), or that are for HTML.
"""

from collections.abc import Callable, Iterable
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.filters.checked_call import Makes, guarded
from dlctl.render.engine.filters.lists import LIST_FILTERS
from dlctl.render.engine.filters.merge import merge
from dlctl.render.engine.filters.numbers import NUMBER_FILTERS
from dlctl.render.engine.filters.texts import TEXT_FILTERS, raw
from dlctl.render.engine.language.compiler import LOOP_FILTER
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.undefined import Missing
from dlctl.render.engine.values import describe


def default(_: RenderContext, value: Any, fallback: Any = "") -> Any:
    """The value, or the fallback if it is none or a missing key.

    An undeclared parameter remains an error.
    """
    if isinstance(value, Missing):
        if value.must_exist:
            value.fail()
        return fallback
    return fallback if value is None else value


def merged(context: RenderContext, value: Any, *others: Any) -> Any:
    """The value merged with the others, see `merge`."""
    return merge((value, *others), context.run.budget)


def loop_over(context: RenderContext, value: Any) -> Iterable[Any]:
    """The iterable of a `for` loop, with its steps counted; none is an empty list."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple | dict):
        raise RenderError(
            f"cannot loop over {describe(value)}: expected a list or a mapping",
            hint="for a string: `x | split(',')` or `x | list`" if isinstance(value, str) else None,
        )
    context.run.budget.step(len(value))
    return value


_ALL: dict[str, Callable[..., Any]] = {
    **TEXT_FILTERS,
    **LIST_FILTERS,
    **NUMBER_FILTERS,
    "merge": merged,
    LOOP_FILTER: loop_over,
}

MAKES: dict[str, Makes] = {
    **dict.fromkeys(("first", "last", "reverse", "sort", "unique", "flatten", "min", "max"), Makes.PARTS),
    **dict.fromkeys(("items", "dictsort", "keys", "values", "map", "merge", LOOP_FILTER), Makes.PARTS),
    **dict.fromkeys(("select", "reject", "selectattr", "rejectattr"), Makes.PARTS),
    **dict.fromkeys(("list", "length", "count"), Makes.SCALARS),
}
"""What filters make; one that is not listed makes new scalars."""

FILTERS: dict[str, Callable[..., Any]] = {
    **{name: guarded(name, one, makes=MAKES.get(name, Makes.NEW)) for name, one in _ALL.items()},
    **{name: guarded(name, default, accepts_missing=True, makes=Makes.PARTS) for name in ("default", "d")},
}
"""The filters of YAML templates and expressions, by name."""

TEXT_TEMPLATE_FILTERS: dict[str, Callable[..., Any]] = {**FILTERS, "raw": guarded("raw", raw)}
"""The filters of text templates."""
