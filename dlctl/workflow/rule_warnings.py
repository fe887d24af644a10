"""Warnings about broken rules, which a later `show` would refuse."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dlctl.app.environments import load_environment
from dlctl.app.model import App, Component, Destination, Environment, Target
from dlctl.errors import DlctlError
from dlctl.params.layers import component_layers, environment_layers
from dlctl.params.resolve import combine
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.render.plain.condition import MakeEngine
from dlctl.render.rules import broken_rules
from dlctl.render.variables import template_variables

if TYPE_CHECKING:
    from dlctl.render.engine.engine import Engine


def rule_warnings(
    app: App, catalogue: Catalogue, components: Iterable[str], environment: str = ""
) -> tuple[str, ...]:
    """The messages of rules that these components break in the environment, or without an environment.

    Rules that cannot be checked yet, because a value is missing or a file is invalid, are left to `show`. So
    is a component that is no longer there.
    """
    found: list[str] = []
    for name in filter(app.components.__contains__, components):
        try:
            found += _broken(app, catalogue, app.components[name], environment)
        except DlctlError:
            continue
    return tuple(found)


def _broken(app: App, catalogue: Catalogue, component: Component, environment: str) -> list[str]:
    place = load_environment(app, environment) if environment else _no_environment()
    prototype = catalogue.within(place).find(component.prototype, component.location)
    if not prototype.rules and not prototype.combined_schemas:
        return []
    layers = (*component_layers(component), *environment_layers(place, component.name))
    params = combine(component.name, prototype, layers)
    scope = template_variables(Target(app, place), component, prototype, params)
    subject = f"component {component.name}" + (f", environment {environment}" if environment else "")
    broken = broken_rules(_engine_maker(catalogue), prototype, params, scope, subject)
    return [error.message + (f": {error.hint}" if error.hint else "") for error in broken]


def _engine_maker(catalogue: Catalogue) -> MakeEngine:
    @cache
    def make() -> "Engine":
        from dlctl.render.engine.engine import Engine  # imports Jinja2

        return Engine(bytecode_folder=catalogue.bytecode_folder)

    return make


def _no_environment() -> Environment:
    return Environment("none", Path(), Destination(), "default", layers=())
