"""The layers that a parameter's value comes from, lowest first."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from dlctl.app.model import Block, Component, Environment
from dlctl.errors import Location, ParamError, joined
from dlctl.registry.prototypes.model import ROLES, ParamSpec, Prototype
from dlctl.text import listed, shown_name


class Layer(Struct, frozen=True):
    """The values of one layer, by name as written (aliases included).

    `label` describes the layer; `locate` returns the location of a value. A `lenient` layer applies
    to many components: names that a prototype does not declare are ignored.
    """

    label: str
    values: Mapping[str, Any]
    locate: Callable[[str], Location | None]
    lenient: bool = False


def block_layer(label: str, block: Block, *, lenient: bool = False) -> Layer:
    """The layer of a block in a file."""
    return Layer(label, block.values, block.location, lenient)


def component_layers(component: Component) -> tuple[Layer, ...]:
    """The layer of a component in dlctl.yaml."""
    return (block_layer(f"component {component.name}", component.params),)


def environment_layers(environment: Environment, component: str) -> tuple[Layer, ...]:
    """The layers of the extended environments and then this one: each for all components, then for this."""
    layers: list[Layer] = []
    for layer in (part for each in environment.layers for part in each.parts):
        layers.append(block_layer(f"environment {layer.environment}", layer.params, lenient=True))
        if component in layer.components:
            label = f"environment {layer.environment}, component {component}"
            layers.append(block_layer(label, layer.components[component]))
    return tuple(layers)


def declared_values(prototype: Prototype, layer: Layer) -> dict[str, tuple[Any, Location | None]]:
    """The layer's values by canonical name, each with its location.

    Raises one ParamError with a problem for each undeclared or repeated name.
    """
    found: dict[str, tuple[Any, Location | None]] = {}
    problems: list[ParamError] = []
    for name, value in layer.values.items():
        spec = prototype.spec(name)
        if spec is None:
            if not layer.lenient:
                problems.append(unknown_param(prototype, name, layer.locate(name)))
        elif spec.name in found:
            problems.append(_given_twice(spec, layer))
        else:
            found[spec.name] = (_named(prototype, spec, value, layer.locate(name)), layer.locate(name))
    if problems:
        raise joined(problems, ParamError, f"{layer.label} has invalid parameters")
    return found


def _named(prototype: Prototype, spec: ParamSpec, value: Any, location: Location | None) -> Any:
    if spec.name != ROLES:
        return value
    from dlctl.params.role_values import with_names

    return with_names(prototype, value, location)


def unknown_param(prototype: Prototype, name: str, location: Location | None = None) -> ParamError:
    """The error for a name that the prototype does not declare, or that is a group of parameters."""
    members = [spec.name for spec in prototype.params.values() if spec.group == name]
    if name and members:
        return ParamError(
            f"{shown_name(name)} is a group of parameters of prototype '{prototype.name}', not a parameter",
            location=location,
            hint=f"its parameters: {listed(members)}",
        )
    if name == "params":
        return ParamError(
            f"prototype '{prototype.name}' has no parameter 'params'",
            location=location,
            hint="write the parameters themselves here, without 'params' above them",
        )
    if name == "namespace":
        return ParamError(
            f"prototype '{prototype.name}' has no parameter 'namespace'",
            location=location,
            hint="the namespace of a component is 'namespace:' beside its 'prototype:' in dlctl.yaml, "
            "that of an environment is set with 'dlctl env set ENV --namespace NAME'",
        )
    from dlctl.suggest import did_you_mean_param

    aliases = {alias: spec.name for spec in prototype.params.values() for alias in spec.aliases}
    return ParamError(
        f"prototype '{prototype.name}' has no parameter {shown_name(name)}",
        location=location,
        hint=did_you_mean_param(
            name,
            prototype.params,
            f"'dlctl prototype describe {prototype.name}' lists its parameters",
            aliases,
        ),
    )


def _given_twice(spec: ParamSpec, layer: Layer) -> ParamError:
    one, other, *_ = (name for name in layer.values if name in (spec.name, *spec.aliases))
    return ParamError(
        f"'{one}' and '{other}' are names of the same parameter",
        location=layer.locate(other),
        hint=f"set only '{spec.name}'",
    )
