"""The value of an expression, and whether it is true: without the engine where that is certain."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlctl.errors import Location
from dlctl.render.plain.parse import parse
from dlctl.render.plain.tokens import NotPlainError
from dlctl.render.plain.values import small

if TYPE_CHECKING:  # imports Jinja2
    from dlctl.render.engine.engine import Engine

MakeEngine = Callable[[], "Engine"]
"""Returns the engine; called only where an expression needs it."""


def plain_value(expression: str, scope: Mapping[str, Any]) -> Any:
    """The value of a plain expression. Raises NotPlainError for all others, also for those with an error."""
    return small(parse(expression)(scope))


def value_of(
    engine: MakeEngine, expression: str, scope: Mapping[str, Any], location: Location | None = None
) -> Any:
    """The value of an expression. Raises RenderError, with its location, if it cannot be evaluated."""
    try:
        return plain_value(expression, scope)
    except NotPlainError:
        return engine().evaluate(expression, scope, location=location)


def is_true(engine: MakeEngine, expression: str, scope: Mapping[str, Any], location: Location | None) -> bool:
    """Whether an expression is true. Raises RenderError, with its location, if it cannot be evaluated."""
    return bool(value_of(engine, expression, scope, location))
