"""The status of a target's objects, read once."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from dlctl.cluster.fresh import with_fresh_kinds
from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.kinds import order_key
from dlctl.manifest import Manifest, ObjectRef
from dlctl.plan.live.extras import Members, members, not_rendered
from dlctl.plan.live.kinds import Kinds, find_kinds
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.live.objects.listed import Wanted, list_ours
from dlctl.plan.live.objects.lookup import NOTHING, look_up, wanted_by
from dlctl.plan.live.objects.model import Found, LiveObject
from dlctl.plan.live.objects.read import read_body
from dlctl.plan.live.old_secrets import masked_verdict
from dlctl.plan.live.ownership import owner_text
from dlctl.plan.live.pending import pods_to_read, with_reason
from dlctl.plan.model import Scope
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import both, in_parallel
from dlctl.status import NO_RULES, Rules, Status, Verdict
from dlctl.status.model import text_at


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
    read = _Reader(scope, tuple(manifests), cluster, threads, now, rules, extras).statuses
    return tuple(sorted(with_fresh_kinds(read), key=lambda status: order_key(status.ref)))


class _Reader(Struct, frozen=True):
    """Reads the status of a target's objects."""

    scope: Scope
    listed: tuple[Manifest, ...]
    cluster: Cluster
    threads: int
    now: Callable[[], datetime]
    rules: Rules
    extras: bool

    def statuses(self) -> list[ObjectStatus]:
        """The status of each rendered object, then of those that are no longer rendered."""
        kinds = find_kinds(self.cluster, self.listed, self.threads)
        wanted = wanted_by((kinds.served[m.api_key], m.ref) for m in self.listed if m.api_key in kinds.served)
        there, found = self._found(wanted, kinds)
        statuses = self._rendered(kinds, wanted, found)
        if not self.extras:
            return statuses
        return statuses + (self._extra(found.ours.values()) if there else self._searched(found))

    def _found(self, wanted: Wanted, kinds: Kinds) -> tuple[Members | None, Found]:
        """Where further objects may be, if that is asked and a parent lists it, and what is found.

        Both are asked for at once: a parent seldom lists more than what is rendered.
        """
        listed = NOTHING
        there: Members | None = None
        places = {self.scope.namespace, *(manifest.ref.namespace for manifest in self.listed)} - {""}
        if self.extras:
            there, listed = both(
                lambda: self._members(wanted, kinds),
                lambda: list_ours(self.cluster, wanted, self.scope.selector, self.threads, places),
                self.threads,
            )
        if there is not None:
            wanted = {**dict.fromkeys(there.further, frozenset[ObjectRef]()), **wanted}
            places |= there.namespaces
        return there, look_up(self.cluster, wanted, self.scope, self.threads, places, listed)

    def _members(self, wanted: Wanted, kinds: Kinds) -> Members | None:
        unavailable = {m.ref.group_kind for m in self.listed if m.api_key in kinds.unavailable}
        return members(self.cluster, self.scope, {resource.group_kind for resource in wanted} | unavailable)

    def _rendered(self, kinds: Kinds, wanted: Wanted, found: Found) -> list[ObjectStatus]:
        served = frozenset(ref for refs in wanted.values() for ref in refs)
        now = self.now()
        statuses = [self._judged(m, kinds, found, served=m.ref in served, now=now) for m in self.listed]
        selectors = [self._pods_to_read(each, found) for each in statuses]
        asked = [pair for pair in zip(statuses, selectors, strict=True) if pair[1]]
        reasons = iter(in_parallel(self._with_reason, asked, self.threads))
        return [
            next(reasons) if selector else each for each, selector in zip(statuses, selectors, strict=True)
        ]

    def _judged(
        self, manifest: Manifest, kinds: Kinds, found: Found, *, served: bool, now: datetime
    ) -> ObjectStatus:
        ref = manifest.ref
        verdict = _unavailable(kinds, manifest) or _verdict(ref, found, self.rules, served=served, now=now)
        live = found.ours.get(ref)
        metadata = live.body.get("metadata") if live is not None else {}
        uid, created = text_at(metadata, "uid"), text_at(metadata, "creationTimestamp")
        return ObjectStatus(ref, manifest.component, verdict, uid=uid, created=created)

    def _pods_to_read(self, status: ObjectStatus, found: Found) -> str:
        """The selector of the pods that may say more; empty where no controller has made any yet."""
        live = found.ours.get(status.ref)
        if live is None or not live.body.get("status"):
            return ""
        return pods_to_read(status.ref, status.verdict, self.rules)

    def _with_reason(self, asked: tuple[ObjectStatus, str]) -> ObjectStatus:
        status, selector = asked
        return replace(status, verdict=with_reason(self.cluster, status.ref, status.verdict, selector))

    def _searched(self, found: Found) -> list[ObjectStatus]:
        """The objects that are no longer rendered, from a search of all kinds, with their bodies."""
        from dlctl.plan.live.objects.scan import scan

        unavailable = {ref.group_kind for ref, error in found.unreadable.items() if _fails(error)}
        places = {manifest.ref.namespace for manifest in self.listed}
        labelled = scan(self.cluster, self.scope, self.threads, places, unavailable).ours.values()
        rendered = {manifest.ref for manifest in self.listed}
        extra = [live for live in labelled if live.ref not in rendered]
        bodies = in_parallel(
            lambda live: read_body(self.cluster, live.resource, live.ref), extra, self.threads
        )
        pairs = zip(extra, bodies, strict=True)
        return self._extra(replace(live, body=body) for live, body in pairs if body is not None)

    def _extra(self, found: Iterable[LiveObject]) -> list[ObjectStatus]:
        rendered = {manifest.ref for manifest in self.listed}
        now = self.now()
        return [
            ObjectStatus(
                live.ref,
                self.scope.component_of(live.body),
                masked_verdict(live.body, now=now, rules=self.rules),
                extra=True,
            )
            for live in not_rendered(found, rendered, self.scope)
        ]


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
