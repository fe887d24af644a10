"""Parse discovery documents: aggregated discovery and the older lists."""

from collections.abc import Iterable, Iterator

from dlctl.cluster.answers.answer import Answer
from dlctl.cluster.answers.shape import each, fields, text
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

_KIND = fields(("kind",), kind=text)
_SERVED = each(
    fields(("resource",), resource=text, responseKind=fields(kind=text), scope=text, verbs=each(text))
)
_VERSIONS = each(fields(("version",), version=text, resources=_SERVED))
_GROUPS = fields(("kind",), items=each(fields(metadata=fields(name=text), versions=_VERSIONS)))
_OLDER = fields(
    ("kind",),
    kind=text,
    versions=each(text),
    groups=each(fields(versions=each(fields(("groupVersion",), groupVersion=text)))),
)
_LIST = fields(
    ("kind", "groupVersion"),
    kind=text,
    groupVersion=text,
    resources=each(fields(("name", "kind"), name=text, kind=text, verbs=each(text))),
)


def is_aggregated(answer: Answer) -> bool:
    """Whether an answer is aggregated discovery. Raises ClusterError if it is not a Kubernetes object."""
    return bool(answer.mapping(_KIND)["kind"] == "APIGroupDiscoveryList")


def aggregated_resources(answer: Answer) -> Iterator[Resource]:
    """The resources of an APIGroupDiscoveryList, without subresources. Raises ClusterError."""
    for group in answer.mapping(_GROUPS).get("items") or ():
        group_name = (group.get("metadata") or {}).get("name") or ""
        for version in group.get("versions") or ():
            for item in version.get("resources") or ():
                if kind := (item.get("responseKind") or {}).get("kind"):
                    yield _resource(
                        group_name,
                        version["version"],
                        kind,
                        item["resource"],
                        item.get("scope") == "Namespaced",
                        item.get("verbs") or (),
                    )


def group_versions(answer: Answer) -> Iterator[str]:
    """The `group/version` names of an older `/api` (APIVersions) or `/apis` (APIGroupList).

    Raises ClusterError for an answer of another kind.
    """
    document = answer.mapping(_OLDER)
    if document["kind"] not in ("APIVersions", "APIGroupList"):
        raise answer.wrong("it is not a list of API groups: the server is not a Kubernetes API server")
    yield from document.get("versions") or ()
    for group in document.get("groups") or ():
        for version in group.get("versions") or ():
            yield version["groupVersion"]


def listed_resources(answer: Answer) -> Iterator[Resource]:
    """The resources of an APIResourceList (one group and version), without subresources."""
    document = answer.mapping(_LIST)
    group, version = split_api_version(document["groupVersion"])
    for item in document.get("resources") or ():
        if "/" not in item["name"]:
            yield _resource(
                group,
                version,
                item["kind"],
                item["name"],
                bool(item.get("namespaced")),
                item.get("verbs") or (),
            )


def _resource(
    group: str, version: str, kind: str, plural: str, namespaced: bool, verbs: Iterable[str]
) -> Resource:
    return Resource(group, version, kind, plural, namespaced, frozenset(verbs))
