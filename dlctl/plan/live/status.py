"""The status of a target's objects, read once."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.kinds import order_key
from dlctl.manifest import GroupKind, Manifest, ObjectRef
from dlctl.plan.live.kinds import Kinds, find_kinds
from dlctl.plan.live.objects.lookup import look_up, wanted_by
from dlctl.plan.live.objects.model import Found
from dlctl.plan.live.objects.read import read_body
from dlctl.plan.live.objects.scan import scan
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.plan.live.ownership import owner_text
from dlctl.plan.live.pending import with_reason
from dlctl.plan.model import Scope
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel
from dlctl.status import NO_RULES, Rules, Status, Verdict


class ObjectStatus(Struct, frozen=True):
    """One object of a target and its status; `extra` objects have our labels but are no longer rendered."""

    ref: ObjectRef
    component: str
    verdict: Verdict
    extra: bool = False


def utc_now() -> datetime:
    """The current time."""
    return datetime.now(UTC)


def status_of(
    scope: Scope,
    manifests: Iterable[Manifest],
    cluster: Cluster,
    *,
    threads: int = THREADS,
    now: Callable[[], datetime] = utc_now,
    rules: Rules = NO_RULES,
    extras: bool = True,
) -> tuple[ObjectStatus, ...]:
    """A verdict for each rendered object, and each object that is no longer rendered, in plan order.

    `rules` are those of custom kinds. Without `extras`, what is no longer rendered is not looked for.
    """
    listed = tuple(manifests)

    def read() -> list[ObjectStatus]:
        statuses, unavailable = _statuses(scope, listed, cluster, threads, now, rules)
        found = _extras(scope, listed, cluster, threads, now(), unavailable, rules) if extras else []
        return statuses + found

    statuses = with_fresh_kinds(read)
    return tuple(sorted(statuses, key=lambda status: order_key(status.ref)))


def _statuses(
    scope: Scope,
    listed: tuple[Manifest, ...],
    cluster: Cluster,
    threads: int,
    now: Callable[[], datetime],
    rules: Rules,
) -> tuple[list[ObjectStatus], Mapping[GroupKind, ClusterError]]:
    """The status of each rendered object, and the kinds that nobody can read."""
    kinds = find_kinds(cluster, listed, threads)
    wanted = wanted_by((kinds.served[m.api_key], m.ref) for m in listed if m.api_key in kinds.served)
    found = look_up(cluster, wanted, scope, threads)
    served = frozenset(ref for refs in wanted.values() for ref in refs)
    statuses = [
        ObjectStatus(
            m.ref,
            m.component,
            _unavailable(kinds, m) or _verdict(m.ref, found, rules, served=m.ref in served, now=now()),
        )
        for m in listed
    ]
    statuses = in_parallel(
        lambda each: replace(each, verdict=with_reason(cluster, each.ref, each.verdict, rules)),
        statuses,
        threads,
    )
    unavailable = {ref.group_kind: error for ref, error in found.unreadable.items() if _fails(error)}
    return statuses, unavailable


def _unavailable(kinds: Kinds, manifest: Manifest) -> Verdict | None:
    error = kinds.unavailable.get(manifest.api_key)
    return Verdict(Status.UNKNOWN, error.message) if error is not None else None


def _fails(error: ClusterError) -> bool:
    """Whether a kind cannot be read by anybody: it need not be asked for again."""
    return isinstance(error, KindUnavailable)


def _verdict(ref: ObjectRef, found: Found, rules: Rules, *, served: bool, now: datetime) -> Verdict:
    if not served:
        return Verdict(Status.NOT_FOUND, "the cluster does not serve this kind")
    if ref in found.unreadable:
        return Verdict(Status.UNKNOWN, found.unreadable[ref].message)
    other = found.unmanaged.get(ref)
    if other is not None:
        owner = owner_text(other.body)
        reason = f"belongs to {owner}" if owner else "does not have this app's labels"
        return Verdict(Status.NOT_FOUND, f"an object with this name exists, but it {reason}")
    live = found.ours.get(ref)
    return masked_verdict(live.body if live is not None else None, now=now, rules=rules)


def _extras(
    scope: Scope,
    manifests: tuple[Manifest, ...],
    cluster: Cluster,
    threads: int,
    now: datetime,
    unavailable: Mapping[GroupKind, ClusterError],
    rules: Rules,
) -> list[ObjectStatus]:
    rendered = {manifest.ref for manifest in manifests}
    namespaces = {ref.namespace for ref in rendered}
    labelled = scan(cluster, scope, threads, namespaces, unavailable).ours.values()
    extra = [live for live in labelled if live.ref not in rendered]
    bodies = in_parallel(lambda live: read_body(cluster, live.resource, live.ref), extra, threads)
    return [
        ObjectStatus(
            live.ref,
            scope.component_of(live.body),
            masked_verdict(body, now=now, rules=rules),
            extra=True,
        )
        for live, body in zip(extra, bodies, strict=True)
        if body is not None
    ]
