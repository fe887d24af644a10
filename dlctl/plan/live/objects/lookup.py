"""Find a target's objects on a cluster, in few requests.

One LIST per kind finds the objects with our labels, over all namespaces, or per namespace if the user
has no permission for that; without any permission to list, one GET per object finds those of the manifests.
Objects of the manifests that are not in these lists may still exist with
other labels: only their metadata is requested, so that Secrets of others are not downloaded.
"""

from collections.abc import Iterable, Iterator, Mapping, Set

from msgspec import Struct

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Forbidden
from dlctl.manifest import ObjectRef
from dlctl.plan.live.objects.model import Found, LiveObject, Unseen
from dlctl.plan.live.objects.read import (
    Listing,
    list_by_label,
    list_metadata,
    metadata_of,
    read_body,
    read_by_names,
    whole,
)
from dlctl.plan.live.ownership import carries
from dlctl.plan.model import Scope
from dlctl.plan.parallel import in_parallel

FEW = 4
"""Up to this many names of one kind in one namespace are read one by one, more by one LIST."""

Wanted = Mapping[Resource, frozenset[ObjectRef]]
"""The objects of the manifests, by resource."""

_Unreadable = Mapping[ObjectRef, ClusterError]


def look_up(
    cluster: Cluster, wanted: Wanted, scope: Scope, threads: int, namespaces: Set[str] = frozenset()
) -> Found:
    """Find the wanted objects, and all other objects of their kinds with our labels.

    Where a kind cannot be listed over all namespaces, those of the wanted objects are searched, and
    `namespaces`. Raises UnknownKind if the cluster no longer serves a kind.
    """
    ours, unlisted, unseen = _by_label(cluster, wanted, scope.selector, threads, namespaces)
    missing = {
        resource: [ref for ref in sorted(wanted[resource]) if ref not in ours and ref not in unlisted]
        for resource in _sorted(wanted)
    }
    named, unlisted_names = _by_name(cluster, missing, threads)
    one_by_one, unreadable = _by_get(cluster, wanted, {**unlisted, **unlisted_names}, threads)
    ours |= {ref: found for ref, found in one_by_one.items() if carries(found.body, scope)}
    named |= {
        ref: metadata_of(found.resource, found.body) for ref, found in one_by_one.items() if ref not in ours
    }
    late = {ref: found for ref, found in named.items() if carries(found.body, scope)}
    unmanaged = {ref: found for ref, found in named.items() if ref not in late}
    ours = {**ours, **_created_meanwhile(cluster, late.values())}
    return Found(ours, unmanaged, unreadable, unseen)


def _by_get(
    cluster: Cluster, wanted: Wanted, unlisted: _Unreadable, threads: int
) -> tuple[dict[ObjectRef, LiveObject], _Unreadable]:
    """The objects that could not be listed, one by one: rights to get are enough."""
    readable = {ref for ref, error in unlisted.items() if isinstance(error, Forbidden)}
    pairs = [(resource, ref) for resource in _sorted(wanted) for ref in sorted(wanted[resource] & readable)]
    found: dict[ObjectRef, LiveObject] = {}
    unreadable = {ref: error for ref, error in unlisted.items() if ref not in readable}
    for here, not_here in in_parallel(
        lambda pair: read_by_names(cluster, pair[0], (pair[1],)), pairs, threads
    ):
        found |= here
        unreadable |= not_here
    return found, unreadable


def wanted_by(pairs: Iterable[tuple[Resource, ObjectRef]]) -> Wanted:
    """The objects of the pairs, grouped by resource."""
    wanted: dict[Resource, set[ObjectRef]] = {}
    for resource, ref in pairs:
        wanted.setdefault(resource, set()).add(ref)
    return {resource: frozenset(refs) for resource, refs in wanted.items()}


def _sorted(wanted: Iterable[Resource]) -> list[Resource]:
    return sorted(wanted, key=lambda resource: (resource.group, resource.kind, resource.version))


def _by_label(
    cluster: Cluster, wanted: Wanted, selector: str, threads: int, namespaces: Set[str]
) -> tuple[dict[ObjectRef, LiveObject], _Unreadable, tuple[Unseen, ...]]:
    """The objects with our labels, the wanted ones that could not be listed, and what was not searched."""

    def ask(resource: Resource) -> list[Listing]:
        places = tuple(sorted({*_namespaces(wanted[resource]), *namespaces}))
        return list(list_by_label(cluster, resource, selector, places))

    resources = _sorted(wanted)
    ours: dict[ObjectRef, LiveObject] = {}
    unreadable: dict[ObjectRef, ClusterError] = {}
    unseen: list[Unseen] = []
    for resource, listings in zip(resources, in_parallel(ask, resources, threads), strict=True):
        for listing in listings:
            ours.update((found.ref, found) for found in listing.objects)
            if listing.refused:
                unseen.append(Unseen(resource, listing.namespace, listing.refused))
                everywhere = not listing.namespace
                there = (ref for ref in wanted[resource] if everywhere or ref.namespace == listing.namespace)
                unreadable.update(dict.fromkeys(there, listing.refused))
    return ours, unreadable, tuple(unseen)


class _Query(Struct, frozen=True):
    """A query for `refs` of one resource and namespace: a GET for one object, else a LIST."""

    resource: Resource
    namespace: str
    refs: frozenset[ObjectRef]

    @property
    def name(self) -> str:
        return next(iter(self.refs)).name if len(self.refs) == 1 else ""


def _by_name(
    cluster: Cluster, missing: Mapping[Resource, list[ObjectRef]], threads: int
) -> tuple[dict[ObjectRef, LiveObject], _Unreadable]:
    def ask(query: _Query) -> Listing:
        return list_metadata(cluster, query.resource, query.namespace, query.name)

    queries = list(_queries(missing))
    named: dict[ObjectRef, LiveObject] = {}
    unreadable: dict[ObjectRef, ClusterError] = {}
    for query, listing in zip(queries, in_parallel(ask, queries, threads), strict=True):
        named.update((found.ref, found) for found in listing.objects if found.ref in query.refs)
        if listing.refused:
            unreadable.update(dict.fromkeys(query.refs, listing.refused))
    return named, unreadable


def _queries(missing: Mapping[Resource, list[ObjectRef]]) -> Iterator[_Query]:
    for resource, refs in missing.items():
        for namespace in _namespaces(refs):
            there = [ref for ref in refs if ref.namespace == namespace]
            if len(there) > FEW:
                yield _Query(resource, namespace, frozenset(there))
            else:
                yield from (_Query(resource, namespace, frozenset([ref])) for ref in there)


def _namespaces(refs: Iterable[ObjectRef]) -> tuple[str, ...]:
    return tuple(sorted({ref.namespace for ref in refs}))


def _created_meanwhile(cluster: Cluster, late: Iterable[LiveObject]) -> dict[ObjectRef, LiveObject]:
    """Objects that another dlctl run created between the two requests, if they still exist."""
    found: dict[ObjectRef, LiveObject] = {}
    for each in late:
        body = read_body(cluster, each.resource, each.ref)
        if body is not None:
            found[each.ref] = whole(each.resource, body)
    return found
