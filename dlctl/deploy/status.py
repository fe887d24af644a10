"""The state of a target's objects."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.deploy.model import ObjectStatus
from dlctl.errors import NotFound
from dlctl.kinds import order_key
from dlctl.labels import component_of
from dlctl.manifest import JsonObject, Manifest, ObjectRef
from dlctl.plan.live.kinds import find_kinds
from dlctl.plan.live.lookup import Found, look_up
from dlctl.plan.live.ownership import owner_text
from dlctl.plan.live.scan import LabelledObject, scan
from dlctl.plan.model import Scope
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status import Status, Verdict, verdict_of


def utc_now() -> datetime:
    """The time now."""
    return datetime.now(UTC)


def status_of(
    scope: Scope,
    manifests: Iterable[Manifest],
    cluster: Cluster,
    *,
    threads: int = THREADS,
    now: Callable[[], datetime] = utc_now,
) -> tuple[ObjectStatus, ...]:
    """A verdict for each rendered object, and for each of ours that is rendered no more, in plan order."""
    listed = tuple(manifests)
    kinds = find_kinds(cluster, listed, threads)
    wanted: dict[Resource, set[ObjectRef]] = {}
    for manifest in listed:
        resource = kinds.served.get(manifest.api_key)
        if resource is not None:
            wanted.setdefault(resource, set()).add(manifest.ref)
    refs = {resource: frozenset(found) for resource, found in wanted.items()}
    found = look_up(cluster, refs, scope.selector, threads)
    served = frozenset(ref for group in refs.values() for ref in group)
    statuses = [
        ObjectStatus(m.ref, m.component, _verdict(m.ref, found, served=m.ref in served, now=now()))
        for m in listed
    ]
    statuses += _extras(scope, listed, cluster, threads, now())
    return tuple(sorted(statuses, key=lambda status: order_key(status.ref)))


def _verdict(ref: ObjectRef, found: Found, *, served: bool, now: datetime) -> Verdict:
    if not served:
        return Verdict(Status.NOT_FOUND, "the cluster does not serve this kind")
    if ref in found.unreadable:
        return Verdict(Status.UNKNOWN, found.unreadable[ref].message)
    other = found.unmanaged.get(ref)
    if other is not None:
        owner = owner_text(other)
        words = f"belongs to {owner}" if owner else "does not carry this app's labels"
        return Verdict(Status.NOT_FOUND, f"an object of this name exists, but it {words}")
    return verdict_of(found.ours.get(ref), now=now)


def _extras(
    scope: Scope, manifests: tuple[Manifest, ...], cluster: Cluster, threads: int, now: datetime
) -> list[ObjectStatus]:
    rendered = {manifest.ref for manifest in manifests}
    namespaces = {ref.namespace for ref in rendered}
    carried = scan(cluster, scope, threads, namespaces).objects
    extra = [each for each in carried if each.ref not in rendered]
    bodies = in_parallel(lambda each: _live(cluster, each), extra, threads)
    return [
        ObjectStatus(each.ref, component_of(each.body), verdict_of(body, now=now), extra=True)
        for each, body in zip(extra, bodies, strict=True)
        if body is not None
    ]


def _live(cluster: Cluster, carried: LabelledObject) -> JsonObject | None:
    try:
        return cluster.get(carried.resource, carried.ref.name, carried.ref.namespace)
    except NotFound:
        return None
