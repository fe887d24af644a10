"""Read the kind from a CustomResourceDefinition."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.kinds.table import DEFINITION
from dlctl.manifest import GroupKind, JsonObject, ref_of


class DefinedKind(Struct, frozen=True):
    """A custom kind: `plural` is its name in URLs, `versions` are the served ones."""

    group_kind: GroupKind
    plural: str
    namespaced: bool
    versions: tuple[str, ...]


def is_definition(body: JsonObject) -> bool:
    """Whether the object is a CustomResourceDefinition."""
    return body.get("kind") == DEFINITION.kind and ref_of(body).group_kind == DEFINITION


def read_definition(body: JsonObject) -> DefinedKind:
    """The kind defined by a CustomResourceDefinition; missing fields are empty."""
    spec = _mapping(body.get("spec"))
    names = _mapping(spec.get("names"))
    stated = spec.get("versions")
    versions = [each for each in stated if isinstance(each, Mapping)] if isinstance(stated, list) else []
    return DefinedKind(
        GroupKind(str(spec.get("group", "")), str(names.get("kind", ""))),
        plural=str(names.get("plural", "")),
        namespaced=spec.get("scope") != "Cluster",
        versions=tuple(str(each.get("name", "")) for each in versions if each.get("served", True)),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
