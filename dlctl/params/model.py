"""Parameter values with their origin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlctl.errors import Location
from dlctl.registry.model import ParamSpec


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value came from: the layer in words, and the place in its file."""

    layer: str
    location: Location | None

    def __str__(self) -> str:
        return f"{self.layer} ({self.location})" if self.location else self.layer


@dataclass(frozen=True, slots=True)
class Shadowed:
    """A value that a higher layer hides, or that was merged into it."""

    value: Any
    origin: Origin


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter's value; `shadowed` lists what it hides, highest layer first."""

    spec: ParamSpec
    value: Any
    origin: Origin
    shadowed: tuple[Shadowed, ...] = ()


@dataclass(frozen=True, slots=True)
class ParamSet:
    """The parameters of one component in one environment, in the prototype's order.

    A declared parameter without a value is there with the value None.
    """

    component: str
    params: Mapping[str, Param]

    @property
    def values(self) -> dict[str, Any]:
        """Names to values, for templates and rules."""
        return {name: param.value for name, param in self.params.items()}

    @property
    def secrets(self) -> tuple[Any, ...]:
        """What must never be shown: the values of `writeOnly` parameters."""
        return tuple(param.value for param in self.params.values() if param.spec.secret)
