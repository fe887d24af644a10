"""Parameter values with their origin."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.errors import Location
from dlctl.registry.prototypes.model import ParamSpec


class Origin(Struct, frozen=True):
    """Where a value comes from: a description of the layer, and the location in its file."""

    layer: str
    location: Location | None

    def __str__(self) -> str:
        return f"{self.layer} ({self.location})" if self.location else self.layer


class Shadowed(Struct, frozen=True):
    """A value of one layer, possibly overridden by or merged into a higher one."""

    value: Any
    origin: Origin


class Param(Struct, frozen=True):
    """A parameter's value; `stated` has the value of each layer that sets it, highest first.

    `referred`: the value is the placeholder of a secret that was not read.
    """

    spec: ParamSpec
    value: Any
    origin: Origin
    stated: tuple[Shadowed, ...] = ()
    referred: bool = False

    @property
    def shadowed(self) -> tuple[Shadowed, ...]:
        """The values of lower layers, overridden or merged, highest first."""
        return tuple(entry for entry in self.stated if entry.origin != self.origin)

    def at(self, path: Sequence[str]) -> "Param":
        """A value inside a mapping, with the layers that set it. Raises LookupError if there is none."""
        from dlctl.yamlio.values import has_value, value_at

        stated = tuple(
            Shadowed(value_at(entry.value, path), entry.origin)
            for entry in self.stated
            if has_value(entry.value, path)
        )
        if not stated or not (has_value(self.value, path) or stated[0].value is None):
            raise LookupError(path)
        value = value_at(self.value, path) if has_value(self.value, path) else None
        return Param(self.spec, value, stated[0].origin, stated)


class ParamSet(Struct, frozen=True):
    """The parameters of one component in one environment, in the prototype's order.

    A declared parameter without a value has the value None.
    """

    component: str
    params: Mapping[str, Param]

    @property
    def values(self) -> dict[str, Any]:
        """Names to values, for templates and rules."""
        return {name: param.value for name, param in self.params.items()}

    @property
    def nulls(self) -> tuple[str, ...]:
        """The names of the parameters that somebody has set to null."""
        return tuple(
            name
            for name, param in self.params.items()
            if param.value is None and param.stated and param.stated[0].value is None
        )

    @property
    def secrets(self) -> tuple[Any, ...]:
        """The values of `writeOnly` parameters, which must never be shown."""
        return tuple(param.value for param in self.params.values() if param.spec.secret)
