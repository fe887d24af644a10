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
from dlctl.plan.live.objects.listed import Listed, Wanted, by_name, with_rest
from dlctl.plan.live.objects.model import Found, LiveObject
from dlctl.plan.live.objects.read import (
    Listing,
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

NOTHING = Listed()
"""Nothing is listed yet."""

_Unreadable = Mapping[ObjectRef, ClusterError]


def look_up(
    cluster: Cluster,
    wanted: Wanted,
    scope: Scope,
    threads: int,
    namespaces: Set[str] = frozenset(),
    listed: Listed = NOTHING,
) -> Found:
    """Find the wanted objects, and all other objects of their kinds with our labels.

    What is `listed` already is not listed again. Where a kind cannot be listed over all namespaces, those of
    the wanted objects are searched, and `namespaces`. Raises UnknownKind if the cluster no longer serves a
    kind.
    """
    listed = with_rest(cluster, listed, wanted, scope.selector, threads, namespaces)
    ours, unlisted = dict(listed.ours), _unlisted(wanted, listed)
    missing = {
        resource: [ref for ref in sorted(wanted[resource]) if ref not in ours and ref not in unlisted]
        for resource in by_name(wanted)
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
    return Found(ours, unmanaged, unreadable, listed.unseen)


def _by_get(
    cluster: Cluster, wanted: Wanted, unlisted: _Unreadable, threads: int
) -> tuple[dict[ObjectRef, LiveObject], _Unreadable]:
    """The objects that could not be listed, one by one: rights to get are enough."""
    readable = {ref for ref, error in unlisted.items() if isinstance(error, Forbidden)}
    pairs = [(resource, ref) for resource in by_name(wanted) for ref in sorted(wanted[resource] & readable)]
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


def _unlisted(wanted: Wanted, listed: Listed) -> dict[ObjectRef, ClusterError]:
    """The wanted objects that could not be listed, and why."""
    return {
        ref: unseen.error
        for unseen in listed.unseen
        for ref in wanted.get(unseen.resource, ())
        if unseen.namespace in ("", ref.namespace)
    }


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
