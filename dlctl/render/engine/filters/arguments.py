"""Checks of what a filter was given, with one wording."""

from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.errors import RenderError
from dlctl.quantity import amount, canonical
from dlctl.render.engine.language.undefined import Missing
from dlctl.render.engine.values import describe


def present(value: Any) -> Any:
    """The value; RenderError where it is a name that does not exist."""
    if isinstance(value, Missing):
        value.fail()
    return value


def text(value: Any) -> str:
    """The value as a text; RenderError for anything else."""
    if not isinstance(value, str):
        raise RenderError(f"a text is needed here, not {describe(value)}", hint="`| string` makes a text")
    return value


def items(value: Any) -> Sequence[Any]:
    """The value as a list (none as an empty one); RenderError for anything else."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        hint = "loop over `x | items` for keys and values" if isinstance(value, Mapping) else None
        raise RenderError(f"a list is needed here, not {describe(value)}", hint=hint)
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    """The value as a mapping (none as an empty one); RenderError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RenderError(f"a mapping is needed here, not {describe(value)}")
    return value


def number(value: Any) -> int | float:
    """The value as a number; RenderError for anything else, booleans too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RenderError(f"a number is needed here, not {describe(value)}")
    return value


def quantity(value: Any) -> int | float:
    """The value, a number or a Kubernetes quantity, in units; RenderError for anything else."""
    if not isinstance(value, str):
        return number(value)
    units = amount(value)
    if units is None:
        raise _no_quantity()
    return int(units) if units.denominator == 1 else float(units)


def canonical_quantity(value: Any) -> str:
    """The spelling that Kubernetes gives a number or quantity; RenderError for anything else."""
    written = canonical(value if isinstance(value, str) else str(number(value)))
    if written is None:
        raise _no_quantity()
    return written


def _no_quantity() -> RenderError:
    return RenderError("this text is not a quantity", hint="write a number, maybe with a unit: 500m, 16Gi")
