"""A new component for dlctl.yaml, with typed and checked parameters."""

from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.app.names import check_name, check_object_name
from dlctl.errors import ParamError, joined
from dlctl.params.described_type import schema_types
from dlctl.params.layers import Layer, unknown_param
from dlctl.params.merge import merge_patch, nest
from dlctl.params.model import ParamSet
from dlctl.params.parse_value import Force, typed_value
from dlctl.params.path import split_name
from dlctl.params.resolve import check, combine
from dlctl.registry.prototypes.model import ParamSpec, Prototype
from dlctl.yamlio.load import Document


def typed_params(
    prototype: Prototype,
    given: Sequence[tuple[str, str]],
    file: Document | None = None,
    force: Force = Force.SCHEMA,
) -> dict[str, Any]:
    """Parameters from a values file and the command line; the command line wins. Aliases are resolved.

    Given values are kept even if they equal the default. Raises one ParamError with a problem for
    each unknown name.
    """
    values: dict[str, Any] = _from_file(prototype, file) if file else {}
    problems: list[ParamError] = []
    repeated: set[str] = set()
    for name, text in given:
        steps = split_name(name)
        spec = prototype.typed_spec(steps[0])
        if spec is None:
            problems.append(unknown_param(prototype, steps[0]))
            continue
        value = typed_value(spec, steps[1:], text, force)
        earlier = values.get(spec.name)
        if steps[1:]:
            values[spec.name] = merge_patch(earlier, nest(steps[1:], value))
        else:
            values[spec.name] = _joined(spec, earlier, value) if spec.name in repeated else value
        repeated.add(spec.name)
    if problems:
        raise joined(problems, ParamError, "invalid parameters")
    return values


def _from_file(prototype: Prototype, file: Document) -> dict[str, Any]:
    content = {} if file.value is None else file.value
    if not isinstance(content, Mapping):
        raise ParamError("values file must be a mapping of parameters", location=file.location())
    values: dict[str, Any] = {}
    for name, value in content.items():
        spec = prototype.spec(name)
        if spec is None:
            raise unknown_param(prototype, name, file.key_location((name,)))
        values[spec.name] = value
    layer = Layer(f"values file {file.path}", content, lambda name: file.location((name,)))
    check(combine("", prototype, [layer]), prototype, "", complete=False)
    return values


def _joined(spec: ParamSpec, earlier: Any, value: Any) -> Any:
    """The value of a repeated option: added to a list or mapping, else in place of the earlier one."""
    types = schema_types(spec.schema)
    if "array" in types and isinstance(value, list) and isinstance(earlier, list):
        return [*earlier, *value]
    if "object" in types and isinstance(value, Mapping) and isinstance(earlier, Mapping):
        return {**earlier, **value}
    return value


def component_block(
    prototype: Prototype,
    reference: str,
    name: str,
    base_name: str,
    namespace: str,
    params: Mapping[str, Any],
) -> dict[str, Any]:
    """The component's block to store; `reference` is the prototype's name there.

    Raises AppError for an invalid name, ParamError for a value.
    """
    check_name("a component", name)
    block: dict[str, Any] = {"prototype": reference}
    if base_name and base_name != name:
        block["name"] = check_object_name(base_name, dots=prototype.dotted_names)
    if namespace:
        block["namespace"] = check_name("a namespace", namespace)
    check(_as_set(prototype, name, params), prototype, f" (component {name})", complete=False)
    if params:
        block["params"] = dict(params)
    return block


def missing_params(prototype: Prototype, params: Mapping[str, Any]) -> tuple[str, ...]:
    """Required parameters that have no value yet."""
    values = _as_set(prototype, "", params).values
    return tuple(
        spec.name for spec in prototype.params.values() if spec.required and values[spec.name] is None
    )


def _as_set(prototype: Prototype, component: str, params: Mapping[str, Any]) -> ParamSet:
    return combine(component, prototype, [Layer("command line", params, lambda _: None)])
