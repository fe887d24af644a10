"""Turn rendered documents into manifests: check them, set namespace and labels."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlctl import labels
from dlctl.app.model import Component, Target
from dlctl.errors import Location, RenderError
from dlctl.manifest import GroupKind, Manifest, ObjectRef, group_kind_of
from dlctl.pattern import pattern
from dlctl.registry.prototypes.model import NO_KINDS, PackageKinds
from dlctl.render.engine.model import Rendered
from dlctl.render.stated_patches import patches_for
from dlctl.secret_fields import SECRET_FIELDS, annotation_of

_API_VERSION = pattern(r"([^/]+/)?[^/]+\Z")
LOCAL_CONFIG = "config.kubernetes.io/local-config"
"""Annotation of an object that is not applied to a cluster; kustomize and kpt use it the same way."""
_IN_TEMPLATE = "put the value in quotes, or write '{{ value | string }}'"


def flatten(documents: Sequence[Rendered]) -> Iterator[Rendered]:
    """Single objects: expand each list (`List`, `ConfigMapList` and so on), and skip local configuration."""
    for document in documents:
        body = document.value
        if _is_list(body):
            yield from flatten([Rendered(item, document.location) for item in _items(document)])
        else:
            check_object(body, document.location, to_string=_IN_TEMPLATE)
            annotations = body["metadata"].get("annotations") or {}
            if annotations.get(LOCAL_CONFIG) != "true":
                yield document


def _is_list(body: Any) -> bool:
    """Whether a document is a list of objects, as kubectl decides it: by its kind, and by `items`."""
    if not isinstance(body, Mapping) or not isinstance(body.get("kind"), str):
        return False
    plain = body["kind"] == "List" and body.get("apiVersion") == "v1"
    return plain or (body["kind"].endswith("List") and isinstance(body.get("items"), list))


def _items(document: Rendered) -> list[Any]:
    """The objects of a list. Those of a `ConfigMapList` need not state their kind."""
    items = document.value.get("items") or []
    if not isinstance(items, list):
        raise RenderError("'items' of the List is not a list", location=document.location)
    kind = document.value["kind"].removesuffix("List")
    own = {"apiVersion": document.value.get("apiVersion"), "kind": kind} if kind else {}
    return [{**own, **item} if isinstance(item, Mapping) else item for item in items]


def check_object(body: Any, location: Location | None, *, to_string: str = "put it in quotes") -> None:
    """Raise RenderError if a document is not a Kubernetes object with a name.

    `to_string` says how a value is made a string.
    """
    if not isinstance(body, Mapping):
        raise RenderError("template does not render a Kubernetes object", location=location)
    for key in ("apiVersion", "kind"):
        if not isinstance(body.get(key), str) or not body[key]:
            raise RenderError(f"object has no '{key}'", location=location)
    if not _API_VERSION.match(body["apiVersion"]):
        raise RenderError(
            f"{body['kind']} has invalid apiVersion '{body['apiVersion']}'",
            location=location,
            hint="use GROUP/VERSION, or VERSION for the core group",
        )
    _check_metadata(body, location)
    for key in ("labels", "annotations"):
        _check_texts(body, key, location, to_string)


def _check_metadata(body: Mapping[str, Any], location: Location | None) -> None:
    metadata = body.get("metadata")
    if not isinstance(metadata, Mapping):
        raise RenderError(f"{body['kind']} has no 'metadata'", location=location)
    if "generateName" in metadata:
        raise RenderError(
            f"{body['kind']} uses generateName, which is not supported",
            location=location,
            hint="set 'name': an object with a new name on each run can be neither compared nor deleted",
        )
    if not isinstance(metadata.get("name"), str) or not metadata["name"]:
        raise RenderError(f"metadata.name of {body['kind']} must be a non-empty string", location=location)
    if not isinstance(metadata.get("namespace") or "", str):
        raise RenderError(f"metadata.namespace of {body['kind']} must be a string", location=location)


def _check_texts(body: Mapping[str, Any], key: str, location: Location | None, to_string: str) -> None:
    texts = body["metadata"].get(key) or {}
    if not isinstance(texts, Mapping):
        raise RenderError(
            f"metadata.{key} of {body['kind']} {body['metadata']['name']} is not a mapping", location=location
        )
    wrong = [name for name, value in texts.items() if not isinstance(value, str)]
    if wrong:
        raise RenderError(
            f"metadata.{key} of {body['kind']} {body['metadata']['name']}: '{wrong[0]}' is not a string",
            location=location,
            hint=to_string,
        )


def make_manifest(
    document: Rendered,
    target: Target,
    component: Component,
    prototype: str,
    cluster_scoped: frozenset[GroupKind],
    stated: PackageKinds = NO_KINDS,
) -> Manifest:
    """One object with its namespace, labels and annotations; selectors and pod templates are not changed.

    `stated` is what its package states of kinds.
    """
    body, secret_fields = document.value, document.secret_fields
    metadata = dict(body["metadata"])
    group_kind = group_kind_of((body["apiVersion"], body["kind"]))
    namespace = ""
    if group_kind in cluster_scoped:
        metadata.pop("namespace", None)
    else:
        namespace = metadata.get("namespace") or namespace_of(target, component)
        metadata["namespace"] = namespace
    ours = {labels.APP_ID: target.app.id, SECRET_FIELDS: annotation_of(secret_fields)}
    if any(ours.values()):
        own = {name: text for name, text in ours.items() if text}
        metadata["annotations"] = dict(sorted({**(metadata.get("annotations") or {}), **own}.items()))
    metadata["labels"] = object_labels(target, component, prototype, metadata.get("labels") or {})
    ordered = {key: metadata.pop(key) for key in ("name", "namespace", "labels") if key in metadata}
    ref = ObjectRef(group_kind.group, group_kind.kind, namespace, ordered["name"])
    return Manifest(
        ref=ref,
        api_version=body["apiVersion"],
        body={**body, "metadata": {**ordered, **metadata}},
        component=component.name,
        location=document.location,
        pods=found.pods if (found := stated.get(group_kind)) else None,
        patches=patches_for(target, component, ref),
    )


def namespace_of(target: Target, component: Component) -> str:
    """The component's own namespace, else the environment's."""
    return component.namespace or target.environment.namespace


def object_labels(
    target: Target, component: Component, prototype: str, own: Mapping[str, str]
) -> dict[str, str]:
    """The recommended labels, which the object's own override, and dlctl's labels, which always win.

    See "Recommended Labels" of the Kubernetes documentation for `app.kubernetes.io/*`.
    """
    recommended = {
        labels.NAME: prototype,
        labels.INSTANCE: component.base_name,
        labels.PART_OF: target.app.name,
    }
    ours = {
        labels.MANAGED_BY: labels.MANAGER,
        **labels.target_labels(target.app.name, target.environment.name),
        labels.COMPONENT: component.name,
    }
    return {**recommended, **(target.environment.labels or {}), **own, **ours}
