"""Volcano: whether a queue's capability has room for a job (plugins/proportion and capacity of Volcano)."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.nodes.fit.admission.classes import named
from dlctl.nodes.fit.filters.resources import written
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting, PodRequest
from dlctl.nodes.fit.queues.demand import Wanted, least, total
from dlctl.nodes.fit.report import Reason
from dlctl.nodes.inventory.amounts import amounts

ANNOTATION = "scheduling.volcano.sh/queue-name"
SCHEDULER = "volcano"


def volcano_queue(request: PodRequest) -> tuple[str, str]:
    """The queue of an object's pods and the field that names it; empty where Volcano has no part in it."""
    spec = request.object_spec
    policy: Mapping[str, Any] = (spec.get("runPolicy") or {}).get("schedulingPolicy") or {}
    if SCHEDULER not in (request.spec.get("schedulerName"), spec.get("schedulerName"), policy and SCHEDULER):
        return "", ""
    if spec.get("queue"):
        return str(spec["queue"]), "spec.queue"
    if policy.get("queue"):
        return str(policy["queue"]), "spec.runPolicy.schedulingPolicy.queue"
    for annotations, place in (
        (request.object_annotations, "metadata.annotations"),
        (request.annotations, f"{request.path.removesuffix('.spec')}.metadata.annotations"),
    ):
        if annotations.get(ANNOTATION):
            return str(annotations[ANNOTATION]), f"{place}[{ANNOTATION}]"
    return "default", ""


def volcano_reasons(request: PodRequest, wanted: Wanted, state: ClusterState) -> Iterator[Reason]:
    """Why Volcano would not let these pods of one object start now, or ever."""
    name, field = volcano_queue(request)
    if not name or "queues" in state.unread:
        return
    queue = named(state.queues.volcano_queues, name)
    if queue is None:
        if field:
            message = f"Volcano queue {name} does not exist"
            yield Reason(Constraint.QUEUE, message, field, lasting=Lasting.CHANGES)
        return
    if (queue.get("status") or {}).get("state", "Open") not in ("Open", ""):
        yield Reason(Constraint.QUEUE, f"Volcano queue {name} is closed", field, lasting=Lasting.CHANGES)
    capability = amounts((queue.get("spec") or {}).get("capability"))
    allocated = amounts((queue.get("status") or {}).get("allocated"))
    needs = least(wanted, request.minimum) if request.minimum else total(wanted)
    for resource, most in capability.items():
        need, free = needs.get(resource, 0), most - allocated.get(resource, 0)
        if need > free:
            texts = [written(resource, value) for value in (need, max(0, free), most)]
            message = f"Volcano queue {name}: {texts[0]} {resource} needed, {texts[1]} of {texts[2]} free"
            lasting = Lasting.ALWAYS if need > most else Lasting.HELD
            yield Reason(Constraint.QUEUE, message, field, lasting=lasting)
