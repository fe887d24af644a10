"""`diff --offline`: the rendered objects of two environments, without any cluster."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.labels import ENVIRONMENT
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.view.hunks import unified
from dlctl.plan.view.masked import mask_pair
from dlctl.plan.view.text import title
from dlctl.redact import Redactor
from dlctl.render.rendering import Rendering
from dlctl.secret_fields import fields_of
from dlctl.yamlio.dump import dump

_NOTHING = Manifest(ObjectRef("", "", "", ""), "", {}, component="")


class RenderedChange(Struct, frozen=True):
    """An object that differs, or that only one environment has; `diff` has the hunks of masked YAML."""

    component: str
    object: str
    action: str
    diff: str


def offline_diff(first: Rendering, second: Rendering) -> tuple[RenderedChange, ...]:
    """The differences of the second environment's objects from the first one's, in the order of application.

    What differs by its very nature counts as equal: the environments' own namespaces, and their names in our
    label.
    """
    redactor = _redactor(first, second)
    left, right = _by_place(first), _by_place(second)
    places = dict.fromkeys((*left, *right))
    changes = (_change(place, left.get(place), right.get(place), redactor) for place in places)
    return tuple(change for change in changes if change)


def _redactor(first: Rendering, second: Rendering) -> Redactor:
    one, other = first.redactor, second.redactor
    return one.with_values(second.secrets).with_derived(other.derived)


def _by_place(rendering: Rendering) -> dict[ObjectRef, Manifest]:
    """The manifests by identity, without the environment's own namespace."""
    own = rendering.target.environment.namespace
    found = {}
    for manifest in rendering.manifests:
        ref = manifest.ref
        namespace = "" if ref.namespace == own else ref.namespace
        body = _without_own(manifest.body, own)
        found[ObjectRef(ref.group, ref.kind, namespace, ref.name)] = Manifest(
            ref, manifest.api_version, body, manifest.component, manifest.location
        )
    return found


def _without_own(body: JsonObject, namespace: str) -> dict[str, Any]:
    metadata = {
        key: value
        for key, value in (body.get("metadata") or {}).items()
        if key != "namespace" or value != namespace
    }
    found = _without_label({**body, "metadata": metadata})
    return dict(found)


def _without_label(value: Any) -> Any:
    """The value without our label of the environment, wherever labels are."""
    if isinstance(value, Mapping):
        return {key: _without_label(item) for key, item in value.items() if key != ENVIRONMENT}
    return [_without_label(item) for item in value] if isinstance(value, list) else value


def _change(
    place: ObjectRef, left: Manifest | None, right: Manifest | None, redactor: Redactor
) -> RenderedChange | None:
    component = (right or left or _NOTHING).component
    old, new = mask_pair(
        left.body if left else None,
        right.body if right else None,
        redactor,
        fields_of(right.body) if right else (),
    )
    before, after = _lines(old), _lines(new)
    if before == after:
        return None
    action = "added" if left is None else "removed" if right is None else "changed"
    hunks = "".join(f"{line}\n" for line in unified(before, after))
    return RenderedChange(component, title(redactor.mask_ref(place)), action, hunks)


def _lines(body: JsonObject | None) -> list[str]:
    return dump(body).splitlines() if body is not None else []
