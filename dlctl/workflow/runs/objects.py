"""The objects of runs on a cluster, beside their jobs."""

from collections.abc import Iterable

from msgspec import Struct

from dlctl.cluster.kind_unavailable import KindUnavailable
from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import Forbidden
from dlctl.jobs.runs.record import run_of
from dlctl.labels import RUN, any_of
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


class Configuration(Struct, frozen=True):
    """What runs have for themselves; `unread` are the kinds that may not be listed."""

    objects: tuple[LiveObject, ...] = ()
    unread: tuple[str, ...] = ()


def configuration_of(cluster: Cluster, scope: Scope, runs: Iterable[str], namespace: str) -> Configuration:
    """What these runs of a target have for themselves in a namespace. Raises ClusterError."""
    wanted = frozenset(runs)
    kinds = [
        each
        for each in deletable(cluster.resources())
        if each.group_kind in OWN_KINDS or each.kind == "PodGroup"
    ]
    if not wanted:
        return Configuration()
    selector = any_of(RUN, wanted)
    answers = in_parallel(lambda resource: _listed(cluster, resource, namespace, selector), kinds, THREADS)
    found = (each for answer in answers if answer is not None for each in answer)
    return Configuration(
        tuple(each for each in found if is_run_of_ours(each.body, scope)),
        tuple(each.plural for each, answer in zip(kinds, answers, strict=True) if answer is None),
    )


def _listed(
    cluster: Cluster, resource: Resource, namespace: str, selector: str
) -> tuple[LiveObject, ...] | None:
    """The objects of a kind; None where they may not be listed."""
    try:
        return tuple(whole(resource, body) for body in cluster.list(resource, namespace, labels=selector))
    except KindUnavailable:
        return ()
    except Forbidden:
        return None


def bodies_of(found: Iterable[LiveObject], run: str) -> tuple[JsonObject, ...]:
    """The objects of one run."""
    return tuple(each.body for each in found if run_of(each.body) == run)
