"""Every filter that templates have; Jinja2's own set is replaced by this one.

Left out are those that depend on chance (`random`), that make text grow (`center`, `indent`,
`format`, `wordwrap`), that reach attributes past the sandbox (`attr`), or that are about HTML.
"""

from collections.abc import Callable, Iterable
from typing import Any

from dlctl.errors import RenderError
from dlctl.render.engine.filters.checked_call import guarded
from dlctl.render.engine.filters.lists import LIST_FILTERS
from dlctl.render.engine.filters.merge import merge
from dlctl.render.engine.filters.numbers import NUMBER_FILTERS
from dlctl.render.engine.filters.texts import TEXT_FILTERS, raw
from dlctl.render.engine.language.compiler import LOOP_FILTER
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.undefined import Missing
from dlctl.render.engine.values import describe


def default(_: RenderContext, value: Any, fallback: Any = "") -> Any:
    """The value, or the fallback where it is none or a key that is not there.

    A parameter that is not declared stays an error.
    """
    if isinstance(value, Missing):
        if value.must_exist:
            value.fail()
        return fallback
    return fallback if value is None else value


def merged(context: RenderContext, value: Any, *others: Any) -> Any:
    """The value joined with the others, see `merge`."""
    return merge((value, *others), context.run.budget)


def loop_over(context: RenderContext, value: Any) -> Iterable[Any]:
    """What a `for` loops over, its steps counted; none is an empty list."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple | dict):
        raise RenderError(
            f"a loop goes over a list or a mapping, not {describe(value)}",
            hint="for a text: `x | split(',')` or `x | list`" if isinstance(value, str) else None,
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

FILTERS: dict[str, Callable[..., Any]] = {
    **{name: guarded(name, function) for name, function in _ALL.items()},
    **{name: guarded(name, default, accepts_missing=True) for name in ("default", "d")},
}
"""The filters of YAML templates and expressions, by name."""

TEXT_TEMPLATE_FILTERS: dict[str, Callable[..., Any]] = {**FILTERS, "raw": guarded("raw", raw)}
"""The filters of text templates."""
