"""Plan the deletion of a target from its cluster."""

from collections.abc import Sequence

from dlctl.cluster.protocol import Cluster
from dlctl.events import Emit, Note, no_events
from dlctl.kinds import PROTECTED, order_key, wave_of
from dlctl.manifest import GroupKind
from dlctl.plan.compare.compare import clean
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.live.objects.scan import scan
from dlctl.plan.model import Action, Plan, Scope, Step
from dlctl.plan.options import THREADS

SHOWN = 10
"""The maximum number of names in one note."""


def plan_delete(
    scope: Scope,
    cluster: Cluster,
    *,
    prune_protected: bool = False,
    threads: int = THREADS,
    emit: Emit = no_events,
) -> Plan:
    """A PRUNE step for each object of the target, in reverse order of application.

    Namespaces, CRDs, volumes and claims are kept, with a note, unless `prune_protected`.
    """
    found = scan(cluster, scope, threads)
    ordered = sorted(found.ours.values(), key=lambda each: order_key(each.ref), reverse=True)
    kept = [] if prune_protected else [each for each in ordered if each.ref.group_kind in PROTECTED]
    for each in reversed(kept):
        emit(Note(f"{each.ref} is kept (pass --prune-protected to delete it)"))
    if found.unseen:
        emit(Note(_unseen(found.unseen)))
    return Plan(scope, cluster.identity(), tuple(_step(each) for each in ordered if each not in kept))


def _unseen(kinds: Sequence[GroupKind]) -> str:
    names = ", ".join(str(kind) for kind in kinds[:SHOWN])
    more = f" and {len(kinds) - SHOWN} more" if len(kinds) > SHOWN else ""
    return f"not checked, because you have no permission to list them: {names}{more}"


def _step(found: LiveObject) -> Step:
    return Step(
        Action.PRUNE,
        found.ref,
        wave_of(found.ref.group_kind),
        resource=found.resource,
        uid=found.uid,
        live=clean(found.body),
    )
