"""What Kueue adds to the pods that it admits: node labels and tolerations of a ResourceFlavor.

Follows pkg/scheduler/flavorassigner and pkg/podset of Kueue: of the flavors of a resource group the first
counts that the pods tolerate and select, and that has room.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.nodes.fit.admission.classes import named
from dlctl.nodes.fit.filters.node_affinity import NodeAffinity
from dlctl.nodes.fit.filters.taints import BLOCKING, Taints
from dlctl.nodes.fit.model import ClusterState, NodeState, PodRequest, Taint
from dlctl.nodes.fit.pod_requests import scheduled_requests
from dlctl.nodes.fit.queues.kueue import flavors_with_room, queue_of
from dlctl.nodes.inventory.node_status import Toleration

Body = dict[str, Any]
_TOPOLOGY = "kueue.x-k8s.io/podset-"


def with_flavors(request: PodRequest, spec: Body, state: ClusterState) -> tuple[Body, tuple[str, ...]]:
    """The spec of pods that Kueue has admitted, and notes on what it was given."""
    notes: list[str] = []
    for flavor in _chosen(request, spec, state):
        stated: Mapping[str, Any] = flavor.get("spec") or {}
        selector = {**(spec.get("nodeSelector") or {}), **(stated.get("nodeLabels") or {})}
        tolerations = [*(spec.get("tolerations") or ()), *(stated.get("tolerations") or ())]
        spec = {**spec, "nodeSelector": selector, "tolerations": tolerations}
        name = (flavor.get("metadata") or {}).get("name")
        if stated.get("nodeLabels"):
            notes.append(f"Kueue puts its pods on nodes of the flavor {name}")
        if stated.get("topologyName"):
            notes.append(f"Kueue places pods by the topology {stated['topologyName']}, which is not checked")
    if not notes and any(key.startswith(_TOPOLOGY) for key in request.annotations):
        notes.append("Kueue places its pods by topology, which is not checked")
    return spec, tuple(notes)


def _chosen(request: PodRequest, spec: Body, state: ClusterState) -> Iterator[JsonObject]:
    """The flavor of each resource group that covers what the pods ask for."""
    cluster = queue_of(request, state)
    if cluster is None or "resourceflavors" in state.unread:
        return
    asked = {name: value * (request.count or 1) for name, value in scheduled_requests(spec).items()}
    for group in (cluster.get("spec") or {}).get("resourceGroups") or ():
        covered = {name: asked[name] for name in group.get("coveredResources") or () if name in asked}
        names = flavors_with_room(cluster, group, covered, state.queues.cluster_queues) if covered else ()
        if found := _first(spec, names, state):
            yield found


def _first(spec: Body, names: Sequence[str], state: ClusterState) -> JsonObject | None:
    """The first flavor whose labels the pods select, and whose taints they tolerate."""
    flavors = [found for name in names if (found := named(state.queues.flavors, name)) is not None]
    return next((each for each in flavors if _suits(spec, each.get("spec") or {})), None)


def _suits(spec: Body, flavor: Mapping[str, Any]) -> bool:
    taints = [
        Taint(str(t.get("key")), str(t.get("value") or ""), str(t.get("effect")))
        for t in flavor.get("nodeTaints") or ()
    ]
    stated = [*(spec.get("tolerations") or ()), *(flavor.get("tolerations") or ())]
    tolerated = Taints([Toleration.read(each) for each in stated])
    if not all(tolerated.tolerates(taint) for taint in taints if taint.effect in BLOCKING):
        return False
    labels = flavor.get("nodeLabels") or {}
    return NodeAffinity(_about(spec, labels)).matches(NodeState("", labels, (), False, {}))


def _about(spec: Body, labels: Mapping[str, str]) -> Body:
    """The selector and the affinity of pods, of which only the conditions on these labels count."""
    selector = {key: value for key, value in (spec.get("nodeSelector") or {}).items() if key in labels}
    affinity = (spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    terms = [
        {"matchExpressions": kept}
        for term in required.get("nodeSelectorTerms") or ()
        if (kept := [each for each in term.get("matchExpressions") or () if each.get("key") in labels])
    ]
    if len(terms) < len(required.get("nodeSelectorTerms") or ()) or not terms:
        return {"nodeSelector": selector}
    own = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}
    return {"nodeSelector": selector, "affinity": {"nodeAffinity": own}}
