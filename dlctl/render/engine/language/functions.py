"""Functions that templates can call; their first argument is the current run."""

import inspect
from collections.abc import Callable
from typing import Any

from jinja2.utils import Namespace
from msgspec import Struct

from dlctl.errors import RenderError
from dlctl.render.engine.secret_values import plain_type
from dlctl.render.engine.values import describe


class TemplateFunction(Struct, frozen=True):
    """A function that templates can call by name; no others can be called."""

    name: str
    function: Callable[..., Any]

    def __call__(self, run: Any, /, *arguments: Any, **named: Any) -> Any:
        """The function's result. Raises RenderError for wrong arguments."""
        try:
            return self.function(run, *arguments, **named)
        except TypeError as error:
            if fits(self.function, run, *arguments, **named):
                raise
            raise RenderError(f"wrong arguments for {self.name}()") from error


def fits(function: Callable[..., Any], /, *arguments: Any, **named: Any) -> bool:
    """Whether the arguments match the function's signature."""
    try:
        inspect.signature(function).bind(*arguments, **named)
    except TypeError:
        return False
    return True


def _range(run: Any, *bounds: Any) -> list[int]:
    for bound in bounds:
        if plain_type(bound) is not int:
            raise RenderError(f"range() needs integers, found {describe(bound)}")
    if not 1 <= len(bounds) <= 3 or bounds[2:] == (0,):
        raise RenderError("range() needs a stop, or a start, a stop and a nonzero step")
    numbers = range(*bounds)
    try:
        run.budget.length_of_list(len(numbers))
    except OverflowError as error:
        raise RenderError("range() has too many items") from error
    return list(numbers) if run.derived is None else run.derived.of_scalars(list(numbers), bounds)


def _namespace(run: Any, /, **values: Any) -> Namespace:
    return Namespace(**values)


BUILT_IN = (TemplateFunction("range", _range), TemplateFunction("namespace", _namespace))
