"""The wrapper of every filter and test, which checks and counts the arguments."""

import inspect
from collections.abc import Callable
from typing import Any

from jinja2 import pass_context

from dlctl.errors import RenderError
from dlctl.render.engine.language.context import RenderContext
from dlctl.render.engine.language.functions import fits
from dlctl.render.engine.language.undefined import Missing

Function = Callable[..., Any]


def guarded(name: str, function: Function, *, accepts_missing: bool = False) -> Function:
    """A filter or test for Jinja2 from `function(context, value, *arguments)`.

    A function that walks over its arguments counts that itself. Raises RenderError for undefined values
    (unless accepted) and wrong arguments.
    """

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
            return function(context, *arguments, **named)
        except TypeError as error:
            raise _wrong_arguments(name, function, arguments, named, error) from error

    return apply


def _wrong_arguments(
    name: str, function: Function, arguments: tuple[Any, ...], named: dict[str, Any], error: TypeError
) -> RenderError:
    if fits(function, None, *arguments, **named):
        return RenderError(f"`{name}` failed: {error}")
    parameters = list(inspect.signature(function).parameters.values())[2:]
    known = ", ".join(str(one.replace(annotation=one.empty)) for one in parameters)
    return RenderError(f"wrong arguments for `{name}`", hint=f"usage: {name}({known})")
