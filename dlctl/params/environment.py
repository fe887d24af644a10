"""The parameters of all components in one environment, and checks across components."""

from collections.abc import Callable, Collection, Mapping

from dlctl.app.model import Component, Target
from dlctl.errors import ParamError, joined
from dlctl.params.layers import component_layers, environment_layers
from dlctl.params.model import ParamSet
from dlctl.registry.prototypes.catalogue import Catalogue


def enabled_components(target: Target) -> tuple[Component, ...]:
    """The components that are enabled in this environment, in the order of dlctl.yaml."""
    disabled = target.environment.disabled
    return tuple(component for component in target.app.components.values() if component.name not in disabled)


def environment_params(target: Target, catalogue: Catalogue) -> Mapping[str, ParamSet]:
    """The values of every enabled component. Raises ParamError for unknown names; values are not checked."""
    from dlctl.params.resolve import combine

    catalogue = catalogue.within(target.environment)
    return {
        component.name: combine(
            component.name,
            catalogue.find(component.prototype, component.location),
            (*component_layers(component), *environment_layers(target.environment, component.name)),
        )
        for component in enabled_components(target)
    }


def base_params(components: Mapping[str, Component], catalogue: Catalogue) -> Mapping[str, ParamSet]:
    """The values from dlctl.yaml and prototype defaults, without any environment."""
    from dlctl.params.resolve import combine

    return {
        name: combine(
            name, catalogue.find(component.prototype, component.location), component_layers(component)
        )
        for name, component in components.items()
    }


def check_environment_wide(target: Target, names: Callable[[], Collection[str]]) -> None:
    """Refuse environment-wide parameters that no component declares: they would have no effect.

    `names` returns the names of all parameters of the app's components, aliases included. Raises one
    ParamError that lists the unknown ones with their locations.
    """
    stated = [
        (name, part.params.location(name))
        for layer in target.environment.layers
        for part in layer.parts
        for name in part.params.values
    ]
    if not stated:
        return
    from dlctl.suggest import did_you_mean

    known = names()
    problems = [
        ParamError(
            f"no component has a parameter '{name}'", location=location, hint=did_you_mean(name, known)
        )
        for name, location in stated
        if name not in known
    ]
    if problems:
        raise joined(problems, ParamError, f"environment '{target.environment.name}' sets unknown parameters")
