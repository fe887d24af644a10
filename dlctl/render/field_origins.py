"""Which parameters make a field of a rendered object: those with whose change it changes.

Templates do not record which parameter a value came from, and a fragment may join several. So a component is
rendered again with one parameter changed, once for each parameter, and the field is compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from dlctl.app.model import Component, Target
from dlctl.errors import DlctlError
from dlctl.kinds.field_path import Step, follow
from dlctl.manifest import ref_of
from dlctl.params.layers import Layer
from dlctl.params.model import Param
from dlctl.render.engine.model import Rendered
from dlctl.render.rendering import RenderedComponent
from dlctl.render.target import Renderer


class FieldRef(Struct, frozen=True):
    """A field of an object of a component."""

    kind: str
    name: str
    path: tuple[Step, ...]


def field_origins(
    renderer: Renderer,
    target: Target,
    component: Component,
    overrides: Sequence[Layer],
    fields: Sequence[FieldRef],
) -> Mapping[FieldRef, tuple[Param, ...]]:
    """The parameters that decide about each field: those that somebody stated, else those with defaults.

    Raises the errors of rendering the component as it is.
    """
    base = renderer.component(target, component, overrides)
    found: dict[FieldRef, list[Param]] = {field: [] for field in fields}
    for param in base.params.params.values():
        changed = _changed(renderer, target, component, overrides, param)
        if changed is not None:
            for field in fields:
                if _value(base.documents, field) != _value(changed.documents, field):
                    found[field].append(param)
    return {field: _stated(params) for field, params in found.items()}


def _stated(params: Sequence[Param]) -> tuple[Param, ...]:
    return tuple(param for param in params if not _is_default(param)) or tuple(params)


def _is_default(param: Param) -> bool:
    return param.origin.location == param.spec.location


def _changed(
    renderer: Renderer, target: Target, component: Component, overrides: Sequence[Layer], param: Param
) -> RenderedComponent | None:
    """The component with another value of one parameter; None where the prototype accepts none."""
    for value in _others(param):
        layer = Layer("another value", {param.spec.name: value}, lambda _: None)
        try:
            return renderer.component(target, component, (*overrides, layer))
        except DlctlError:
            continue
    return None


def _others(param: Param) -> Iterator[Any]:
    """Values to try instead: one that is near, then the default, then none."""
    value, spec = param.value, param.spec
    if value is None:
        return
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        yield from (each for each in spec.schema.get("enum", ()) if each != value)
        yield from (f"{value}-x", f"{value}x", f"{value}1")
    if spec.has_default and spec.default != value:
        yield spec.default
    yield None


def _value(documents: Sequence[Rendered], field: FieldRef) -> Any:
    for document in documents:
        ref = ref_of(document.value)
        if (ref.kind, ref.name) == (field.kind, field.name):
            return follow(document.value, field.path)
    return None
