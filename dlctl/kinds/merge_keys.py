"""The keys by which items of lists are joined: by the name of the list's field, or by a CRD's schema.

The fields are those with `patchMergeKey` in k8s.io/api (core/v1, admissionregistration/v1) and in JobSet; a
CRD states `x-kubernetes-list-type` and `x-kubernetes-list-map-keys` (structural-merge-diff).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dlctl.manifest import GroupKind, JsonObject

Keys = tuple[str, ...]
Schemas = dict[tuple[GroupKind, str], JsonObject]

_BY_FIELD: Mapping[str, tuple[Keys, ...]] = {
    "containers": (("name",),),
    "initContainers": (("name",),),
    "ephemeralContainers": (("name",),),
    "env": (("name",),),
    "volumes": (("name",),),
    "volumeMounts": (("mountPath",),),
    "volumeDevices": (("devicePath",),),
    "ports": (("containerPort",), ("port",)),
    "imagePullSecrets": (("name",),),
    "hostAliases": (("ip",),),
    "topologySpreadConstraints": (("topologyKey", "whenUnsatisfiable"),),
    "resourceClaims": (("name",),),
    "schedulingGates": (("name",),),
    "secrets": (("name",),),
    "webhooks": (("name",),),
    "replicatedJobs": (("name",),),
    "conditions": (("type",),),
}


def list_keys(field: str, schema: JsonObject | None, *lists: Sequence[Any]) -> Keys:
    """The fields that tell the items of a list apart; empty if the list is replaced as a whole.

    `schema` is the list's own in a CRD; `lists` are the items on both sides, which must all have the keys.
    """
    if schema is not None and "x-kubernetes-list-type" in schema:
        return tuple(schema.get("x-kubernetes-list-map-keys") or ())
    items = [item for each in lists for item in each]
    return next((keys for keys in _BY_FIELD.get(field, ()) if _all_have(items, keys)), ())


def is_set(schema: JsonObject | None) -> bool:
    """Whether the schema of a list states that it is a set of scalars."""
    return schema is not None and schema.get("x-kubernetes-list-type") == "set"


def schemas_of(definitions: Iterable[JsonObject]) -> Schemas:
    """The schemas in CustomResourceDefinitions, by kind and version."""
    found: Schemas = {}
    for body in definitions:
        spec = _mapping(body.get("spec"))
        kind = GroupKind(str(spec.get("group", "")), str(_mapping(spec.get("names")).get("kind", "")))
        for version in spec.get("versions") or ():
            schema = _mapping(_mapping(_mapping(version).get("schema")).get("openAPIV3Schema"))
            if schema:
                found[kind, str(version.get("name", ""))] = schema
    return found


def below(schema: JsonObject | None, field: str) -> JsonObject | None:
    """The schema of a field of a mapping; None if it is not known."""
    stated = _mapping(schema)
    found = _mapping(stated.get("properties")).get(field) or stated.get("additionalProperties")
    return found if isinstance(found, Mapping) else None


def items_of(schema: JsonObject | None) -> JsonObject | None:
    """The schema of the items of a list; None if it is not known."""
    found = _mapping(schema).get("items")
    return found if isinstance(found, Mapping) else None


def _all_have(items: Iterable[Any], keys: Keys) -> bool:
    return all(isinstance(item, Mapping) and ("$patch" in item or keys[0] in item) for item in items)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
