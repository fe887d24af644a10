"""A plan that takes a target off its cluster."""

from dlctl.cluster.protocol import Cluster
from dlctl.kinds import PROTECTED, order_key, wave_of
from dlctl.plan.compare.compare import clean
from dlctl.plan.live.scan import LabelledObject, scan
from dlctl.plan.model import Action, Plan, Scope, Step
from dlctl.plan.options import THREADS

SHOWN = 10
"""Names in one note."""


def plan_delete(
    scope: Scope, cluster: Cluster, *, prune_protected: bool = False, threads: int = THREADS
) -> Plan:
    """A PRUNE step for each object of the target, the last applied first.

    Namespaces, CRDs, volumes and claims stay, with a note, unless `prune_protected`.
    """
    found = scan(cluster, scope, threads)
    to_delete = sorted(found.objects, key=lambda carried: order_key(carried.ref), reverse=True)
    notes: list[str] = []
    if not prune_protected:
        notes += [
            f"{carried.ref} is left alone (--prune-protected deletes it too)"
            for carried in reversed(to_delete)
            if carried.ref.group_kind in PROTECTED
        ]
        to_delete = [carried for carried in to_delete if carried.ref.group_kind not in PROTECTED]
    if found.unseen:
        names = ", ".join(str(kind) for kind in found.unseen[:SHOWN])
        more = f" and {len(found.unseen) - SHOWN} more" if len(found.unseen) > SHOWN else ""
        notes.append(f"not looked at, since you may not list them: {names}{more}")
    return Plan(scope, cluster.identity(), tuple(_step(carried) for carried in to_delete), tuple(notes))


def _step(carried: LabelledObject) -> Step:
    return Step(
        Action.PRUNE,
        carried.ref,
        wave_of(carried.ref.group_kind),
        resource=carried.resource,
        uid=carried.uid,
        live=clean(carried.body),
    )
