"""Functions that templates may call: they get the running render first."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jinja2.utils import Namespace

from dlctl.errors import RenderError
from dlctl.render.engine.values import describe


@dataclass(frozen=True, slots=True)
class TemplateFunction:
    """The only kind of function that a template can call by name."""

    name: str
    function: Callable[..., Any]

    def __call__(self, run: Any, /, *arguments: Any, **named: Any) -> Any:
        """The function's result; RenderError where the arguments do not fit."""
        try:
            return self.function(run, *arguments, **named)
        except TypeError as error:
            if fits(self.function, run, *arguments, **named):
                raise
            raise RenderError(f"{self.name}() was called with other arguments than it takes") from error


def fits(function: Callable[..., Any], /, *arguments: Any, **named: Any) -> bool:
    """Whether the function takes these arguments."""
    try:
        inspect.signature(function).bind(*arguments, **named)
    except TypeError:
        return False
    return True


def _range(run: Any, *bounds: Any) -> list[int]:
    for bound in bounds:
        if type(bound) is not int:
            raise RenderError(f"range() takes integers, not {describe(bound)}")
    if not 1 <= len(bounds) <= 3 or bounds[2:] == (0,):
        raise RenderError("range() takes a stop, or a start, a stop and a step that is not 0")
    numbers = range(*bounds)
    try:
        run.budget.length_of_list(len(numbers))
    except OverflowError as error:
        raise RenderError("a range of more items than can be counted") from error
    return list(numbers)


def _namespace(run: Any, /, **values: Any) -> Namespace:
    return Namespace(**values)


BUILT_IN = (TemplateFunction("range", _range), TemplateFunction("namespace", _namespace))
