"""The objects of runs on a cluster, beside their jobs."""

from collections.abc import Iterable

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError
from dlctl.jobs.runs.record import run_of
from dlctl.labels import RUN
from dlctl.manifest import GroupKind, JsonObject
from dlctl.plan.live.objects.deletable import deletable
from dlctl.plan.live.objects.model import LiveObject
from dlctl.plan.live.objects.read import whole
from dlctl.plan.live.ownership import is_run_of_ours
from dlctl.plan.model import Scope
from dlctl.plan.options import THREADS
from dlctl.plan.parallel import in_parallel

OWN_KINDS = (
    GroupKind("", "ConfigMap"),
    GroupKind("", "Secret"),
    GroupKind("", "Service"),
    GroupKind("trainer.kubeflow.org", "TrainingRuntime"),
)
"""The kinds of what a run has for itself, beside its job and its pod group."""


def configuration_of(
    cluster: Cluster, scope: Scope, runs: Iterable[str], namespace: str
) -> tuple[LiveObject, ...]:
    """What these runs of a target have for themselves; kinds that may not be listed are left out."""
    wanted = frozenset(runs)
    kinds = [
        each
        for each in deletable(cluster.resources())
        if each.group_kind in OWN_KINDS or each.kind == "PodGroup"
    ]
    selector = f"{RUN} in ({','.join(sorted(wanted))})"

    def listed(index: int) -> tuple[LiveObject, ...]:
        resource = kinds[index]
        try:
            return tuple(whole(resource, body) for body in cluster.list(resource, namespace, labels=selector))
        except ClusterError:
            return ()

    found = in_parallel(listed, range(len(kinds)), THREADS) if wanted else ()
    return tuple(each for answer in found for each in answer if is_run_of_ours(each.body, scope))


def bodies_of(found: Iterable[LiveObject], run: str) -> tuple[JsonObject, ...]:
    """The objects of one run."""
    return tuple(each.body for each in found if run_of(each.body) == run)
