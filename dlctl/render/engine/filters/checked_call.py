"""The wrapper of every filter and test, which checks and counts the arguments."""

import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any

from jinja2 import pass_context

from dlctl.errors import RenderError
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.functions import fits
from dlctl.render.engine.language.undefined import Missing
from dlctl.render.engine.secret_values import Derived

Function = Callable[..., Any]


class Makes(Enum):
    """What a filter makes of its operands, which decides whether its result is marked as secret."""

    NEW = "new scalars, from anything in its operands"
    SCALARS = "new scalars, from operands that are scalars; what is in lists and mappings stays itself"
    PARTS = "parts of its operands, which keep their marks"
    ANSWER = "true or false"


def guarded(
    name: str, function: Function, *, accepts_missing: bool = False, makes: Makes = Makes.NEW
) -> Function:
    """A filter or test for Jinja2 from `function(context, value, *arguments)`.

    A function that walks over its arguments counts that itself. Raises RenderError for undefined values
    (unless accepted) and wrong arguments.
    """
    marks = {Makes.NEW: Derived.of_parts, Makes.SCALARS: Derived.of_scalars}.get(makes)

    @pass_context
    def apply(context: RenderContext, *arguments: Any, **named: Any) -> Any:
        touch = context.run.budget.touch
        for value in arguments:
            if isinstance(value, Missing) and not accepts_missing:
                value.fail()
            touch(value)
        for value in named.values():
            if isinstance(value, Missing):
                value.fail()
            touch(value)
        try:
            result = function(context, *arguments, **named)
        except TypeError as error:
            raise _wrong_arguments(name, function, arguments, named, error) from error
        derived = context.run.derived
        if derived is None or marks is None:
            return result
        return marks(derived, result, (*arguments, *named.values()))

    return apply


def _wrong_arguments(
    name: str, function: Function, arguments: tuple[Any, ...], named: dict[str, Any], error: TypeError
) -> RenderError:
    if fits(function, None, *arguments, **named):
        return RenderError(f"`{name}` failed: {error}")
    parameters = list(inspect.signature(function).parameters.values())[2:]
    known = ", ".join(str(one.replace(annotation=one.empty)) for one in parameters)
    return RenderError(f"wrong arguments for `{name}`", hint=f"usage: {name}({known})")
