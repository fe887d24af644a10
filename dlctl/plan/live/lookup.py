"""What a cluster already has of a target, in few requests.

One LIST per kind finds what carries our labels, over all namespaces, or, where the user may not,
one per namespace. What our manifests name and these lists do not hold may still exist under
somebody else's labels: its metadata alone is asked for, so that nobody's Secret is downloaded.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden, NotFound
from dlctl.manifest import JsonObject, ObjectRef, ref_of
from dlctl.plan.parallel import in_parallel

FEW = 4
"""Up to so many names of one kind in one namespace are asked for one by one, more by one LIST."""

Wanted = Mapping[Resource, frozenset[ObjectRef]]
"""The objects that manifests name, by the resource that serves them."""


@dataclass(frozen=True, slots=True)
class Found:
    """`ours` whole, by our labels (more than was wanted, maybe); `unmanaged` bear a wanted name without
    them, metadata only; `unreadable` says why it is not known whether an object exists."""

    ours: Mapping[ObjectRef, JsonObject]
    unmanaged: Mapping[ObjectRef, JsonObject]
    unreadable: Mapping[ObjectRef, ClusterError]


@dataclass(frozen=True, slots=True)
class _Listed:
    objects: tuple[JsonObject, ...] = ()
    refused: Mapping[str, ClusterError] | None = None
    """By namespace; "" stands for all."""


@dataclass(frozen=True, slots=True)
class _Question:
    """Metadata of `refs` (all of one resource and namespace), or of the whole namespace."""

    resource: Resource
    namespace: str
    refs: tuple[ObjectRef, ...]


def look_up(cluster: Cluster, wanted: Wanted, selector: str, threads: int) -> Found:
    """Find the wanted objects, and what else of their kinds carries our labels.

    Raises UnknownKind where the cluster does not serve a kind any more.
    """
    resources = sorted(wanted, key=lambda resource: (resource.group, resource.kind, resource.version))
    listed = in_parallel(
        lambda resource: _by_label(cluster, resource, _namespaces(wanted[resource]), selector),
        resources,
        threads,
    )
    ours = {ref_of(body): body for body in chain.from_iterable(result.objects for result in listed)}
    unreadable: dict[ObjectRef, ClusterError] = {}
    for resource, result in zip(resources, listed, strict=True):
        unreadable.update(_refused(wanted[resource], result))
    missing = {
        resource: [ref for ref in sorted(wanted[resource]) if ref not in ours and ref not in unreadable]
        for resource in resources
    }
    answers = in_parallel(lambda question: _metadata(cluster, question), _questions(missing), threads)
    unmanaged: dict[ObjectRef, JsonObject] = {}
    for bodies, refused in answers:
        unmanaged.update(bodies)
        unreadable.update(refused)
    late = [ref for ref, body in unmanaged.items() if _carries(body, selector)]
    ours.update(_created_meanwhile(cluster, late, wanted))
    return Found(ours, {ref: body for ref, body in unmanaged.items() if ref not in late}, unreadable)


def _carries(body: JsonObject, selector: str) -> bool:
    labels = (body.get("metadata") or {}).get("labels") or {}
    pairs = (part.partition("=") for part in selector.split(","))
    return all(labels.get(key) == value for key, _, value in pairs)


def _created_meanwhile(
    cluster: Cluster, refs: Iterable[ObjectRef], wanted: Wanted
) -> dict[ObjectRef, JsonObject]:
    """What another run of ours created between the two questions; what it deleted again is not there."""
    resources = {ref: resource for resource, named in wanted.items() for ref in named}
    found: dict[ObjectRef, JsonObject] = {}
    for ref in refs:
        with suppress(NotFound):
            found[ref] = cluster.get(resources[ref], ref.name, ref.namespace)
    return found


def _namespaces(refs: Iterable[ObjectRef]) -> tuple[str, ...]:
    return tuple(sorted({ref.namespace for ref in refs}))


def _by_label(cluster: Cluster, resource: Resource, namespaces: tuple[str, ...], selector: str) -> _Listed:
    try:
        return _Listed(tuple(cluster.list(resource, labels=selector)))
    except Forbidden as error:
        if not resource.namespaced:
            return _Listed(refused={"": error})
    objects: list[JsonObject] = []
    refused: dict[str, ClusterError] = {}
    for namespace in namespaces:
        try:
            objects.extend(cluster.list(resource, namespace, labels=selector))
        except Forbidden as error:
            refused[namespace] = error
    return _Listed(tuple(objects), refused)


def _refused(refs: frozenset[ObjectRef], listed: _Listed) -> dict[ObjectRef, ClusterError]:
    refused = listed.refused or {}
    return {ref: refused[ref.namespace] for ref in refs if ref.namespace in refused}


def _questions(missing: Mapping[Resource, list[ObjectRef]]) -> Iterator[_Question]:
    for resource, refs in missing.items():
        for namespace in _namespaces(refs):
            names = tuple(ref for ref in refs if ref.namespace == namespace)
            if len(names) > FEW:
                yield _Question(resource, namespace, names)
            else:
                yield from (_Question(resource, namespace, (ref,)) for ref in names)


def _metadata(
    cluster: Cluster, question: _Question
) -> tuple[dict[ObjectRef, JsonObject], dict[ObjectRef, ClusterError]]:
    fields = f"metadata.name={question.refs[0].name}" if len(question.refs) == 1 else ""
    wanted = frozenset(question.refs)
    try:
        bodies = cluster.list(question.resource, question.namespace, fields=fields, metadata_only=True)
        found = {_ref(question.resource, body): body for body in bodies}
    except Forbidden as error:
        return {}, dict.fromkeys(wanted, error)
    return {ref: body for ref, body in found.items() if ref in wanted}, {}


def _ref(resource: Resource, body: JsonObject) -> ObjectRef:
    """By the resource asked for: a metadata-only answer may name the kind PartialObjectMetadata."""
    metadata = body.get("metadata") or {}
    return ObjectRef(
        resource.group, resource.kind, str(metadata.get("namespace") or ""), str(metadata.get("name") or "")
    )
