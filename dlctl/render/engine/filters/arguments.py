"""Checks of filter arguments, with uniform messages."""

from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.errors import RenderError
from dlctl.quantity import amount, canonical
from dlctl.render.engine.language.undefined import Missing
from dlctl.render.engine.values import describe


def present(value: Any) -> Any:
    """The value. Raises RenderError if it is undefined."""
    if isinstance(value, Missing):
        value.fail()
    return value


def text(value: Any) -> str:
    """The value as a string. Raises RenderError for other types."""
    if not isinstance(value, str):
        raise RenderError(f"expected a string, found {describe(value)}", hint="convert it with `| string`")
    return value


def items(value: Any) -> Sequence[Any]:
    """The value as a list (none as an empty one). Raises RenderError for other types."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        hint = "loop over `x | items` for keys and values" if isinstance(value, Mapping) else None
        raise RenderError(f"expected a list, found {describe(value)}", hint=hint)
    return value


def mapping(value: Any) -> Mapping[str, Any]:
    """The value as a mapping (none as an empty one). Raises RenderError for other types."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RenderError(f"expected a mapping, found {describe(value)}")
    return value


def number(value: Any) -> int | float:
    """The value as a number. Raises RenderError for other types, including booleans."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RenderError(f"expected a number, found {describe(value)}")
    return value


def quantity(value: Any) -> int | float:
    """A number or a Kubernetes quantity, as a number. Raises RenderError for other values."""
    if not isinstance(value, str):
        return number(value)
    units = amount(value)
    if units is None:
        raise _not_a_quantity()
    return int(units) if units.denominator == 1 else float(units)


def canonical_quantity(value: Any) -> str:
    """A number or quantity as Kubernetes writes it. Raises RenderError for other values."""
    written = canonical(value if isinstance(value, str) else str(number(value)))
    if written is None:
        raise _not_a_quantity()
    return written


def _not_a_quantity() -> RenderError:
    return RenderError("string is not a quantity", hint="use a number with an optional unit: 500m, 16Gi")
