"""Resolve parameters: merge layers, record where each value comes from, check against the schema."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from dlctl.app.model import Component, Target
from dlctl.errors import DlctlError, Location, ParamError, joined
from dlctl.params.layers import Layer, component_layers, declared_values, environment_layers
from dlctl.params.merge import merge_patch
from dlctl.params.model import Origin, Param, ParamSet, Shadowed
from dlctl.params.references import (
    Read,
    entry_references,
    misspelt_hint,
    misspelt_key,
    reference_of,
    with_references,
    with_whole_entries,
)
from dlctl.params.schema import normalise, problems_of
from dlctl.registry.prototypes.model import ROLES, ParamSpec, Prototype
from dlctl.text import shown_name

Values = Mapping[str, tuple[Any, Location | None]]


def resolve(
    target: Target,
    component: Component,
    prototype: Prototype,
    overrides: Sequence[Layer] = (),
    read: Read | None = None,
) -> ParamSet:
    """The component's parameters in the target's environment.

    Secrets that are referred to are read with `read`; without it there are placeholders for them.
    Raises one ParamError that lists every unknown name, invalid value and missing value.
    """
    layers = (
        *component_layers(component),
        *environment_layers(target.environment, component.name),
        *overrides,
    )
    subject = f" (component {component.name}, environment {target.environment.name})"
    params = with_references(combine(component.name, prototype, layers), read)
    check(params, prototype, subject)
    return params


def combine(component: str, prototype: Prototype, layers: Sequence[Layer]) -> ParamSet:
    """Merge layers without checking the values. Raises ParamError for unknown names only."""
    named: list[tuple[Layer, Values]] = []
    problems: list[DlctlError] = []
    for layer in layers:
        try:
            named.append((layer, declared_values(prototype, layer)))
        except ParamError as error:
            problems.extend(error.single_errors)
    if problems:
        raise wrong_params(component, problems)
    params = {spec.name: _param(spec, prototype, named) for spec in prototype.params.values()}
    return ParamSet(component, params)


def check(params: ParamSet, prototype: Prototype, subject: str, *, complete: bool = True) -> None:
    """Raise one ParamError that lists every invalid value and, if `complete`, every missing one."""
    problems = [
        problem
        for param in params.params.values()
        for problem in _problems(prototype, param, params.component, subject, complete=complete)
    ]
    if problems:
        raise wrong_params(params.component, problems)


def wrong_params(component: str, problems: Sequence[DlctlError]) -> DlctlError:
    """One error for several problems of a component's parameters; a single problem is returned as it is."""
    return joined(problems, ParamError, f"component '{component}' has {len(problems)} invalid parameters")


def _problems(
    prototype: Prototype, param: Param, component: str, subject: str, *, complete: bool
) -> Iterator[ParamError]:
    spec = param.spec
    if spec.name == ROLES:
        from dlctl.params.role_values import without_nulls, without_references

        param = replace(
            param,
            value=without_references(prototype, without_nulls(prototype, param.value), unread=param.referred),
            referred=False,
        )
    # To know whether a parameter is secret takes a walk through its schema: few values need that.
    if (
        param.referred
        or (reference_of(param.value) is not None and spec.secret)
        or entry_references(spec, param.value)
    ):
        return  # it is checked where it is read
    key = misspelt_key(param.value) if spec.types and "object" not in spec.types else None
    if key is not None and spec.secret:
        yield ParamError(
            f"parameter '{spec.name}': {shown_name(key)} refers to no secret{subject}",
            location=param.origin.location,
            hint=misspelt_hint(key),
        )
    elif param.value is not None:
        yield from problems_of(spec, param.value, subject, param.origin.location)
    elif spec.required and complete and "null" not in spec.types:
        yield ParamError(
            f"parameter '{spec.name}' is required{subject}",
            location=param.origin.location if param.shadowed else None,
            hint=f"dlctl param set {component} {spec.name} VALUE",
        )


def _param(spec: ParamSpec, prototype: Prototype, layers: Sequence[tuple[Layer, Values]]) -> Param:
    origin = Origin(f"default of prototype {prototype.name}", spec.location)
    value, entries = spec.default, ([Shadowed(spec.default, origin)] if spec.has_default else [])
    for layer, values in layers:
        if spec.name in values:
            stated, place = values[spec.name]
            origin = Origin(layer.label, place)
            entries.insert(0, Shadowed(stated, origin))
            value = None if stated is None else _merged(prototype, spec, value, stated)
    return Param(spec, normalise(spec.schema, value), origin, tuple(entries))


def _merged(prototype: Prototype, spec: ParamSpec, value: Any, stated: Any) -> Any:
    """The value of a lower layer with that of a higher one; a reference is replaced as a whole."""
    if spec.name == ROLES:
        from dlctl.params.role_values import with_nulls, with_whole_references

        merged = with_nulls(value, stated, merge_patch(value, stated))
        return with_whole_references(prototype, value, stated, merged)
    if spec.secret and (reference_of(stated) is not None or reference_of(value) is not None):
        return stated
    return with_whole_entries(spec, value, stated, merge_patch(value, stated))
