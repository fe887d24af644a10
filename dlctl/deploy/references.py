"""What an object needs of other objects: those that it names, and those that its annotation lists."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from dlctl.errors import PlanError
from dlctl.kinds import BUILT_IN
from dlctl.manifest import GroupKind, JsonObject, Manifest, ObjectRef
from dlctl.status.model import mapping_at, text_at
from dlctl.status.readiness import Reference, Rules

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
    }
)
"""Fields with the name of an object of one of these kinds, wherever they are; readiness files add others."""

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

_ACCOUNT, _SECRET = GroupKind("", "ServiceAccount"), GroupKind("", "Secret")


class Naming(Struct, frozen=True):
    """How objects name each other: kinds by field and by label, and the references of each kind."""

    fields: Mapping[str, tuple[GroupKind, ...]]
    labels: Mapping[str, tuple[GroupKind, ...]]
    references: Mapping[GroupKind, tuple[Reference, ...]]


def naming_of(kinds: Iterable[GroupKind], rules: Rules) -> Naming:
    """How objects of these kinds name each other. Raises RegistryError for data that is not valid."""
    fields, labels = dict(_BY_NAME), dict[str, tuple[GroupKind, ...]]()
    references: dict[GroupKind, tuple[Reference, ...]] = {}
    for kind in dict.fromkeys(kinds):
        readiness = rules.find(kind) if kind not in BUILT_IN else None
        if readiness is None:
            continue
        references[kind] = readiness.references
        for known, keys in ((fields, readiness.named_by.fields), (labels, readiness.named_by.labels)):
            known.update((key, (*known.get(key, ()), kind)) for key in keys)
    return Naming(fields, labels, references)


def named_objects(manifest: Manifest, naming: Naming) -> Iterator[ObjectRef]:
    """The objects that an object names in fields that mean an object, in its namespace or in none."""
    for kind, name in _named(manifest, naming):
        yield _ref(kind, manifest.ref.namespace, name)
        yield _ref(kind, "", name)


def _named(manifest: Manifest, naming: Naming) -> Iterator[tuple[GroupKind, str]]:
    labels = mapping_at(manifest.body, "metadata", "labels")
    for key, kinds in naming.labels.items():
        if text_at(labels, key):
            yield from ((kind, text_at(labels, key)) for kind in kinds)
    for reference in naming.references.get(manifest.ref.group_kind, ()):
        name = text_at(manifest.body, *reference.path.split("."))
        if name:
            yield reference.kind, name
    yield from _in(manifest.body.get("spec"), naming.fields)


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


def _in(value: Any, fields: Mapping[str, tuple[GroupKind, ...]]) -> Iterator[tuple[GroupKind, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _in(item, fields)
    if not isinstance(value, Mapping):
        return
    for key, item in value.items():
        if key in fields and (names := _names(item)):
            yield from ((kind, name) for name in names for kind in fields[key])
        elif key in _BY_MAPPING and text_at(item, "name"):
            yield _BY_MAPPING[key], text_at(item, "name")
        elif key == "imagePullSecrets" and isinstance(item, list):
            yield from ((GroupKind("", "Secret"), text_at(each, "name")) for each in item)
        elif key.endswith("Ref") and text_at(item, "name") and text_at(item, "kind"):
            yield GroupKind(_group(item), text_at(item, "kind")), text_at(item, "name")
        else:
            yield from _in(item, fields)


def _names(value: Any) -> tuple[str, ...]:
    """The name or names in a field: one, or those of a list of references, such as `[{name: base}]`."""
    if isinstance(value, list):
        return tuple(filter(None, (text_at(each, "name") for each in value)))
    return (value,) if isinstance(value, str) else ()


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
        f"{ref}: '{entry}' in annotation {DEPENDS_ON} does not name an object",
        hint="write GROUP/KIND/NAME, or GROUP/namespaces/NAMESPACE/KIND/NAME; the core group is empty",
    )


def _ref(kind: GroupKind, namespace: str, name: str) -> ObjectRef:
    return ObjectRef(kind.group, kind.kind, namespace, name)
