"""ApplySets: a parent object that lists the kinds and namespaces of a target's objects (KEP-3659).

The strings are those of kubectl (pkg/cmd/apply/applyset.go) and of the Kubernetes reference of labels and
annotations, so that kubectl reads the same set.
"""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from dlctl import __version__
from dlctl.labels import (
    APP_ID,
    MANAGED_BY,
    MANAGER,
    annotations_of,
    environment_label,
    labels_of,
    target_labels,
)
from dlctl.manifest import GroupKind, JsonObject, ObjectRef

ID = "applyset.kubernetes.io/id"
"""The label of a parent: the set's id."""
PART_OF_SET = "applyset.kubernetes.io/part-of"
"""The label of a member: the set's id."""
TOOLING = "applyset.kubernetes.io/tooling"
GROUP_KINDS = "applyset.kubernetes.io/contains-group-kinds"
GROUP_RESOURCES = "applyset.kubernetes.io/contains-group-resources"
"""The older annotation, which lists resources instead of kinds: read where it stands alone."""
NAMESPACES = "applyset.kubernetes.io/additional-namespaces"

TOOL = "dlctl"
_DIGEST = 8
"""Characters of a digest that tells apart names which differ in upper-case letters."""
PARENT_MANAGER = f"{TOOL}-applyset"
"""The field manager of parents."""


class Contents(Struct, frozen=True):
    """The kinds of a set's members, and their namespaces."""

    kinds: frozenset[GroupKind] = frozenset()
    namespaces: frozenset[str] = frozenset()

    def joined(self, other: "Contents") -> "Contents":
        """The contents of both."""
        return Contents(self.kinds | other.kinds, self.namespaces | other.namespaces)


def contents_of(refs: Iterable[ObjectRef]) -> Contents:
    """The kinds and namespaces of objects."""
    found = frozenset((ref.group_kind, ref.namespace) for ref in refs)
    return Contents(frozenset(kind for kind, _ in found), frozenset(place for _, place in found) - {""})


class Parent(Struct, frozen=True):
    """The parent of a target's set, as it is on the cluster; without `uid` it does not exist.

    `labels` are those that identify the target, `app_id` is the app's. `problem` says why it must not be
    written, and `can_adopt` whether --adopt allows it. `unreadable` is the reason of a refused request.
    """

    ref: ObjectRef
    labels: Mapping[str, str]
    app_id: str = ""
    uid: str = ""
    version: str = ""
    contents: Contents = field(default_factory=Contents)
    problem: str = ""
    can_adopt: bool = False
    unreadable: str = ""

    @property
    def id(self) -> str:
        """The id of the set."""
        return applyset_id(self.ref)

    @property
    def is_ours(self) -> bool:
        """Whether it exists, and this tool wrote it for this target."""
        return bool(self.uid) and not self.problem


class ApplySet(Struct, frozen=True):
    """A target's set in a plan: the parent, what it lists before the first write and after the last one.

    `replaced` are parents of earlier names of the environment, to be deleted last of all.
    """

    parent: Parent
    superset: Contents = field(default_factory=Contents)
    remaining: Contents = field(default_factory=Contents)
    replaced: tuple[Parent, ...] = ()


def joined(parents: Iterable[Parent]) -> Contents:
    """What these parents list."""
    found = Contents()
    for parent in parents:
        found = found.joined(parent.contents)
    return found


def applyset_id(parent: ObjectRef) -> str:
    """The id of the set with this parent: `applyset-` and a digest of its name, namespace, kind and group."""
    text = f"{parent.name}.{parent.namespace}.{parent.kind}.{parent.group}"
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
    return f"applyset-{digest}-v1"


def parent_of(app: str, environment: str, namespace: str, app_id: str = "") -> Parent:
    """The parent of a target's set, before it is looked for: a ConfigMap in the environment's namespace."""
    name = object_name(f"{TOOL}.{app}.{environment_label(environment)}")
    return Parent(ObjectRef("", "ConfigMap", namespace, name), target_labels(app, environment), app_id)


def object_name(name: str) -> str:
    """The name itself, or one that an object may have: with lower-case letters and a digest of the name."""
    lower = name.lower().replace("_", "-")
    return lower if lower == name else f"{lower}.{hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]}"


def found_parent(parent: Parent, body: JsonObject) -> Parent:
    """The parent as an object on the cluster states it."""
    metadata, notes = body["metadata"], annotations_of(body)
    problem, can_adopt = _problem(parent, body)
    kinds = frozenset(map(_group_kind, _items(notes.get(GROUP_KINDS))))
    places = frozenset(_items(notes.get(NAMESPACES)))
    return Parent(
        parent.ref,
        parent.labels,
        parent.app_id,
        uid=str(metadata.get("uid") or ""),
        version=str(metadata.get("resourceVersion") or ""),
        contents=Contents(kinds, places | {parent.ref.namespace}),
        problem=problem,
        can_adopt=can_adopt,
    )


def listed_resources(body: JsonObject) -> frozenset[str]:
    """The resources, as `deployments.apps`, that a parent lists which does not list kinds."""
    notes = annotations_of(body)
    return frozenset() if GROUP_KINDS in notes else frozenset(_items(notes.get(GROUP_RESOURCES)))


def parent_body(parent: Parent, contents: Contents) -> dict[str, Any]:
    """The parent to apply; with a known version the server refuses it where it changed meanwhile."""
    namespaces = contents.namespaces - {parent.ref.namespace}
    annotations = {
        TOOLING: f"{TOOL}/v{__version__}",
        GROUP_KINDS: ",".join(sorted(map(str, contents.kinds))),
        NAMESPACES: ",".join(sorted(namespaces)),
        **({APP_ID: parent.app_id} if parent.app_id else {}),
    }
    metadata = {
        "name": parent.ref.name,
        "namespace": parent.ref.namespace,
        "labels": {ID: parent.id, MANAGED_BY: MANAGER, **parent.labels},
        "annotations": annotations,
        **({"resourceVersion": parent.version} if parent.version else {}),
    }
    return {"apiVersion": "v1", "kind": parent.ref.kind, "metadata": metadata}


def lists(parent: Parent, contents: Contents) -> bool:
    """Whether the parent on the cluster lists exactly these kinds and namespaces."""
    own = parent.ref.namespace
    there, wanted = parent.contents, contents
    return there.kinds == wanted.kinds and there.namespaces - {own} == wanted.namespaces - {own}


def set_of(body: JsonObject) -> str:
    """The id of the set that an object is a member of; empty if it is in none."""
    return str(labels_of(body).get(PART_OF_SET) or "")


def _problem(parent: Parent, body: JsonObject) -> tuple[str, bool]:
    """Why an object of the parent's name is not this target's parent, and whether it can be taken over."""
    notes = annotations_of(body)
    tooling, found = str(notes.get(TOOLING) or ""), str(labels_of(body).get(ID) or "")
    if not tooling and not found:
        return "already exists and is not an ApplySet parent", True
    if tooling.rpartition("/")[0] != TOOL:
        return f"is the ApplySet parent of {tooling or 'an unknown tool'}", True
    if found != parent.id:
        return f"is an ApplySet parent with id {found or '(none)'} instead of {parent.id}", True
    app_id = str(notes.get(APP_ID) or "")
    if app_id and app_id != parent.app_id:
        return f"is the ApplySet parent of another app of this name, app id {app_id}", False
    return "", False


def _items(text: Any) -> list[str]:
    return [item.strip() for item in str(text or "").split(",") if item.strip()]


def _group_kind(text: str) -> GroupKind:
    kind, _, group = text.partition(".")
    return GroupKind(group, kind)
