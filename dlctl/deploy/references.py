"""What an object needs of other objects: those that it names, and those that its annotation lists."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from dlctl.errors import PlanError
from dlctl.manifest import GroupKind, JsonObject, Manifest, ObjectRef
from dlctl.status.held import QUEUE_LABEL
from dlctl.status.model import text_at

DEPENDS_ON = "config.kubernetes.io/depends-on"
"""Annotation with objects in the form of kpt: `group/kind/name`, `group/namespaces/namespace/kind/name`."""

_BY_NAME: Mapping[str, tuple[GroupKind, ...]] = MappingProxyType(
    {
        "serviceAccountName": (GroupKind("", "ServiceAccount"),),
        "priorityClassName": (GroupKind("scheduling.k8s.io", "PriorityClass"),),
        "runtimeClassName": (GroupKind("node.k8s.io", "RuntimeClass"),),
        "storageClassName": (GroupKind("storage.k8s.io", "StorageClass"),),
        "claimName": (GroupKind("", "PersistentVolumeClaim"),),
        "secretName": (GroupKind("", "Secret"),),
        "clusterQueue": (GroupKind("kueue.x-k8s.io", "ClusterQueue"),),
        "queue": (GroupKind("scheduling.volcano.sh", "Queue"),),
        "runtime": (
            GroupKind("serving.kserve.io", "ServingRuntime"),
            GroupKind("serving.kserve.io", "ClusterServingRuntime"),
        ),
    }
)
"""Fields with the name of an object of one of these kinds, wherever they are."""

_BY_MAPPING: Mapping[str, GroupKind] = MappingProxyType(
    {
        "configMap": GroupKind("", "ConfigMap"),
        "configMapRef": GroupKind("", "ConfigMap"),
        "configMapKeyRef": GroupKind("", "ConfigMap"),
        "secret": GroupKind("", "Secret"),
        "secretRef": GroupKind("", "Secret"),
        "secretKeyRef": GroupKind("", "Secret"),
    }
)
"""Fields with a mapping that has the name of an object of this kind."""

_QUEUE = GroupKind("kueue.x-k8s.io", "LocalQueue")
_ACCOUNT, _SECRET = GroupKind("", "ServiceAccount"), GroupKind("", "Secret")


def named_objects(manifest: Manifest) -> Iterator[ObjectRef]:
    """The objects that an object names in fields that mean an object, in its namespace or in none."""
    namespace = manifest.ref.namespace
    queue = text_at(manifest.body, "metadata", "labels", QUEUE_LABEL)
    if queue:
        yield _ref(_QUEUE, namespace, queue)
    for kind, name in _in(manifest.body.get("spec")):
        yield _ref(kind, namespace, name)
        yield _ref(kind, "", name)


def secrets_of_account(manifest: Manifest) -> Iterator[ObjectRef]:
    """The Secrets that a ServiceAccount lists; none for other kinds.

    They need not exist before it: a Secret with a token is made for an account that exists.
    """
    if manifest.ref.group_kind != _ACCOUNT:
        return
    for key in ("secrets", "imagePullSecrets"):
        listed = manifest.body.get(key)
        for each in listed if isinstance(listed, list) else ():
            yield _ref(_SECRET, manifest.ref.namespace, text_at(each, "name"))


def _in(value: Any) -> Iterator[tuple[GroupKind, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _in(item)
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        if key in _BY_NAME and isinstance(item, str):
            yield from ((kind, item) for kind in _BY_NAME[key])
        elif key in _BY_MAPPING and text_at(item, "name"):
            yield _BY_MAPPING[key], text_at(item, "name")
        elif key == "imagePullSecrets" and isinstance(item, list):
            yield from ((GroupKind("", "Secret"), text_at(each, "name")) for each in item)
        elif key.endswith("Ref") and text_at(item, "name") and text_at(item, "kind"):
            yield GroupKind(_group(item), text_at(item, "kind")), text_at(item, "name")
        else:
            yield from _in(item)


def _group(reference: Any) -> str:
    """The API group that a reference names: `apiGroup`, or that of `apiVersion`."""
    return text_at(reference, "apiGroup") or text_at(reference, "apiVersion").rpartition("/")[0]


def annotated_objects(manifest: Manifest) -> Iterator[ObjectRef]:
    """The objects that the annotation lists. Raises PlanError for an entry of another form."""
    stated = text_at(manifest.body, "metadata", "annotations", DEPENDS_ON)
    for entry in filter(None, (each.strip() for each in stated.split(","))):
        yield _parsed(entry, manifest.body, manifest.ref)


def _parsed(entry: str, body: JsonObject, ref: ObjectRef) -> ObjectRef:
    parts = entry.split("/")
    if len(parts) == 3 and all(parts[1:]):
        return ObjectRef(parts[0], parts[1], "", parts[2])
    if len(parts) == 5 and parts[1] == "namespaces" and all(parts[2:]):
        return ObjectRef(parts[0], parts[3], parts[2], parts[4])
    raise PlanError(
        f"{ref}: '{entry}' in annotation {DEPENDS_ON} is no object",
        hint="write GROUP/KIND/NAME, or GROUP/namespaces/NAMESPACE/KIND/NAME; the core group is empty",
    )


def _ref(kind: GroupKind, namespace: str, name: str) -> ObjectRef:
    return ObjectRef(kind.group, kind.kind, namespace, name)
