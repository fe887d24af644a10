"""`apply` and `diff`: would the new pods of a plan that request devices fit? One line for each component."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from dlctl.cluster.protocol import Cluster
from dlctl.errors import ClusterError, Forbidden
from dlctl.kinds.made_pods import MadePods, pods_of
from dlctl.kinds.object_shape import object_violations
from dlctl.manifest import JsonObject, Manifest, PodPlace
from dlctl.nodes.inventory.requests import pod_requests
from dlctl.plan.model import MAKING, Action, Plan, Step
from dlctl.redact import Redactor
from dlctl.workflow.fit.masked import masked_fit
from dlctl.workflow.fit.needs import LISTINGS
from dlctl.workflow.fit.node_check import NOTHING, ClusterFit, ToCheck, check_cluster

DECIDING = frozenset(listing.kind for listing in LISTINGS)
"""Kinds that decide about pods, such as claims, queues and quotas: those of the same plan count."""


class PlannedFit(Struct, frozen=True):
    """The verdicts on components whose new pods request devices; `note` says why there are none."""

    fit: ClusterFit = NOTHING
    note: str = ""


def planned_fit(cluster: Cluster, plan: Plan, redactor: Redactor) -> PlannedFit:
    """The verdicts on a plan's new pods; nothing is listed where none asks for devices.

    A cluster that does not answer gives a note: it stops no plan.
    """
    manifests = tuple(_asking(plan))
    if not manifests:
        return PlannedFit()
    try:
        wanted = ToCheck((*manifests, *_deciding(plan)))
        return PlannedFit(masked_fit(check_cluster(cluster, wanted), redactor))
    except Forbidden:
        return PlannedFit(note="whether pods fit is not checked: you do not have permission to list nodes")
    except ClusterError as error:
        return PlannedFit(note=f"whether pods fit is not checked: {redactor.mask_text(error.message)}")


def _deciding(plan: Plan) -> Iterator[Manifest]:
    """What the plan makes besides, and decides about pods."""
    for step in plan.steps:
        if step.manifest is not None and step.action in MAKING and step.manifest.ref.kind in DECIDING:
            yield step.manifest


def _asking(plan: Plan) -> Iterator[Manifest]:
    """The objects of which new pods come that request devices.

    Components with an invalid pod template are left out: the API server says what is wrong with it.
    """
    every = [step.manifest for step in plan.steps if step.manifest is not None and step.action in MAKING]
    wrong = {each.component for each in every if object_violations(each.body, each.pods)}
    for step in plan.steps:
        if step.manifest is None or step.action not in MAKING or step.manifest.component in wrong:
            continue
        made = pods_of(step.manifest.body, stated=step.manifest.pods).pods
        if any(map(_asks_for_devices, made)) and _makes_new(step, step.manifest.pods):
            yield step.manifest


def _asks_for_devices(made: MadePods) -> bool:
    if made.count == 0:
        return False
    return bool(made.spec.get("resourceClaims")) or any(
        "/" in name for name in pod_requests({"spec": made.spec})
    )


def _makes_new(step: Step, stated: Sequence[PodPlace] | None) -> bool:
    """Whether a step creates pods: an update does where a template changes, or there are more of them."""
    if step.action is not Action.UPDATE or step.live is None or step.merged is None:
        return True
    before, after = _pods(step.live, stated), _pods(step.merged, stated)
    return any(
        path not in before or before[path][0] != made or _more(before[path][1], count)
        for path, (made, count) in after.items()
    )


def _pods(body: JsonObject, stated: Sequence[PodPlace] | None) -> dict[str, tuple[object, int | None]]:
    made = pods_of(body, stated=stated).pods
    return {each.path: ((each.metadata, each.spec), each.count) for each in made}


def _more(before: int | None, after: int | None) -> bool:
    return (after or 0) > (before or 0)
