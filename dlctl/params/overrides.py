"""Parse `--set [COMPONENT.]NAME=VALUE` to parameter layers by component."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dlctl.app.model import App, Component
from dlctl.errors import ParamError, UsageError
from dlctl.params.layers import Layer
from dlctl.params.merge import merge_patch, nest
from dlctl.params.parse_value import value_for
from dlctl.params.path import split_name
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.model import Prototype
from dlctl.suggest import did_you_mean, did_you_mean_param
from dlctl.text import listed, shown_name


def override_layers(
    app: App, catalogue: Catalogue, components: Sequence[Component], settings: Sequence[str]
) -> Mapping[str, tuple[Layer, ...]]:
    """The layer that `--set` adds to each component.

    A setting that starts with a component's name and a dot applies to that component, any other to
    every selected component that declares the parameter. Raises ParamError if none does.
    """
    values: dict[str, dict[str, Any]] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            # The argument is not shown: it may contain a secret.
            raise UsageError(
                "--set needs NAME=VALUE", hint="use --set NAME=VALUE or --set COMPONENT.NAME=VALUE"
            )
        for component, spec_name, value in _assigned(app, catalogue, components, split_name(name), text):
            values[component] = merge_patch(values.get(component, {}), {spec_name: value})
    return {name: (Layer("--set", stated, lambda _: None),) for name, stated in values.items()}


def _assigned(
    app: App, catalogue: Catalogue, components: Sequence[Component], steps: tuple[str, ...], text: str
) -> list[tuple[str, str, Any]]:
    chosen, steps = _chosen(app, components, steps)
    found = []
    known: set[str] = set()
    for component in chosen:
        prototype: Prototype = catalogue.find(component.prototype, component.location)
        known.update(prototype.params)
        spec = prototype.typed_spec(steps[0])
        if spec is not None:
            value = value_for(component.name, spec, steps[1:], text)
            found.append((component.name, spec.name, nest(steps[1:], value)))
    if not found:
        raise _not_declared(app, steps, known)
    return found


def _not_declared(app: App, steps: tuple[str, ...], known: Collection[str]) -> ParamError:
    """The error for a setting of no component: COMPONENT.NAME of one that does not exist, or a name."""
    all_params = "'dlctl param list' lists the parameters of every component"
    if len(steps) > 1:
        components = f"components of this app: {listed(app.components)}"
        return ParamError(
            f"component {shown_name(steps[0])} not found, "
            "and no selected component has a parameter of that name",
            hint=did_you_mean(steps[0], app.components)
            or did_you_mean_param(steps[0], known)
            or (components if app.components else all_params),
        )
    return ParamError(
        f"no selected component has a parameter {shown_name(steps[0])}",
        hint=did_you_mean_param(steps[0], known, all_params),
    )


def _chosen(
    app: App, components: Sequence[Component], steps: tuple[str, ...]
) -> tuple[Sequence[Component], tuple[str, ...]]:
    if len(steps) < 2 or steps[0] not in app.components:
        return components, steps
    chosen = [component for component in components if component.name == steps[0]]
    if not chosen:
        raise ParamError(f"component '{steps[0]}' is not selected", hint=f"select it with -c {steps[0]}")
    return chosen, steps[1:]
