"""Kubernetes objects: references, manifests rendered by a component, and patches of these."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import Struct

from dlctl.errors import Location

JsonObject = Mapping[str, Any]
"""A JSON object: string keys; values are str, int, float, bool, None, lists and such objects."""

SERVER_OWNED = frozenset(
    {
        "managedFields",
        "resourceVersion",
        "uid",
        "generation",
        "creationTimestamp",
        "selfLink",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    }
)
"""Fields of `metadata` that only the API server writes (ObjectMeta in meta/v1/types.go)."""

ApiKey = tuple[str, str]
"""`(apiVersion, kind)`, which determines the REST resource of an object."""


def split_api_version(api_version: str) -> tuple[str, str]:
    """Split `apps/v1` into `("apps", "v1")` and `v1` into `("", "v1")`."""
    group, _, version = api_version.rpartition("/")
    return group, version


class GroupKind(Struct, frozen=True, gc=False, order=True):
    """A kind without version, so that it stays the same across versions. The core group is empty."""

    group: str
    kind: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.group}" if self.group else self.kind


@lru_cache(maxsize=1024)
def group_kind_of(key: ApiKey) -> GroupKind:
    """The kind without version. Cached: a thousand objects have few kinds."""
    group, _ = split_api_version(key[0])
    return GroupKind(group, key[1])


class ObjectRef(Struct, frozen=True, gc=False, order=True):
    """The identity of an object in a cluster; `namespace` is empty for cluster-scoped objects."""

    group: str
    kind: str
    namespace: str
    name: str

    @property
    def group_kind(self) -> GroupKind:
        """The object's kind."""
        return GroupKind(self.group, self.kind)

    def __str__(self) -> str:
        place = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{self.group_kind}/{self.name}{place}"


class PodPlace(Struct, frozen=True):
    """Where an object of a custom kind has a pod template, or with `bare` only a pod's spec, by its package.

    `path` and `count` are paths with `[]` for each item and `*` for each key. `count` leads to the number of
    pods, which is `default` where that field is absent. `role` names the pods, or is the path of their name.
    """

    path: str
    count: str = ""
    default: int = 1
    role: str = ""
    bare: bool = False


class Patch(Struct, frozen=True):
    """A change of rendered objects, for fields that no parameter sets.

    `kind` and `name` select objects of the component (an empty `name` matches any); exactly one
    of `merge` (RFC 7386), `json` (RFC 6902) and `strategic` (lists are joined by their keys) is not None.
    `operations` are the places of those of `json`.
    """

    kind: str
    name: str
    merge: Mapping[str, Any] | None
    json: tuple[Mapping[str, Any], ...] | None
    location: Location | None
    strategic: Mapping[str, Any] | None = None
    operations: tuple[Location, ...] = ()


class Manifest(Struct, frozen=True, gc=False):
    """One object rendered by a component.

    `body` is the whole object as sent to the API server, including labels and namespace, and is never
    modified; `location` is in the template that rendered it. `text` is the body as YAML, if an earlier
    command printed it. `pods` is what its package states of its kind; None: nothing.
    `patches` are those that changed it, in their order.
    """

    ref: ObjectRef
    api_version: str
    body: JsonObject
    component: str
    location: Location | None = None
    text: str = ""
    pods: tuple[PodPlace, ...] | None = None
    patches: tuple[Patch, ...] = ()

    @property
    def api_key(self) -> ApiKey:
        """`(apiVersion, kind)`: which REST resource serves it."""
        return self.api_version, self.ref.kind


def owner_reference(body: JsonObject) -> dict[str, str]:
    """What `ownerReferences` of an object have of its owner `body`, as the API server returned that."""
    metadata = body["metadata"]
    return {
        "apiVersion": body["apiVersion"],
        "kind": body["kind"],
        "name": metadata["name"],
        "uid": metadata["uid"],
    }


def ref_of(body: JsonObject) -> ObjectRef:
    """Read the identity of an object that an API server returned or a template rendered."""
    metadata = body.get("metadata") or {}
    group, _ = split_api_version(str(body.get("apiVersion", "")))
    return ObjectRef(
        group=group,
        kind=str(body.get("kind", "")),
        namespace=str(metadata.get("namespace") or ""),
        name=str(metadata.get("name") or ""),
    )
