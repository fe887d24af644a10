"""Parse discovery documents: aggregated discovery and the older lists."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.cluster.protocol import Resource
from dlctl.manifest import split_api_version

AGGREGATED = ",".join(
    (
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList",
        "application/json",
    )
)
"""The Accept header for `/api` and `/apis`: aggregated discovery (KEP-3352), else the older lists."""

Json = Mapping[str, Any]


def is_aggregated(document: Json) -> bool:
    """Whether a document is aggregated discovery."""
    return document.get("kind") == "APIGroupDiscoveryList"


def aggregated_resources(document: Json) -> Iterator[Resource]:
    """The resources of an APIGroupDiscoveryList, without subresources."""
    for group in document.get("items") or ():
        group_name = str((group.get("metadata") or {}).get("name") or "")
        for version in group.get("versions") or ():
            for item in version.get("resources") or ():
                if kind := (item.get("responseKind") or {}).get("kind"):
                    yield _resource(
                        group_name,
                        str(version["version"]),
                        kind,
                        str(item["resource"]),
                        item.get("scope") == "Namespaced",
                        item.get("verbs") or (),
                    )


def group_versions(document: Json) -> Iterator[str]:
    """The `group/version` names of an older `/api` (APIVersions) or `/apis` (APIGroupList)."""
    yield from document.get("versions") or ()
    for group in document.get("groups") or ():
        for version in group.get("versions") or ():
            yield str(version["groupVersion"])


def listed_resources(document: Json) -> Iterator[Resource]:
    """The resources of an APIResourceList (one group and version), without subresources."""
    group, version = split_api_version(str(document.get("groupVersion") or ""))
    for item in document.get("resources") or ():
        name = str(item["name"])
        if "/" not in name:
            yield _resource(
                group, version, item["kind"], name, bool(item.get("namespaced")), item.get("verbs") or ()
            )


def _resource(
    group: str, version: str, kind: str, plural: str, namespaced: bool, verbs: Iterable[str]
) -> Resource:
    return Resource(group, version, str(kind), plural, namespaced, frozenset(verbs))
