"""A request as the pod that is to be placed, with what the API server would say to it."""

from dataclasses import dataclass

from dlctl.nodes.fit.admission.admitted import admitted, daemon_tolerations, with_defaults
from dlctl.nodes.fit.model import ClusterState, Constraint, Lasting, Pod, PodRequest
from dlctl.nodes.fit.report import Reason


@dataclass(frozen=True, slots=True)
class Prepared:
    """The pod, reasons for which it is not admitted or not scheduled at all, and notes."""

    pod: Pod
    reasons: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()


def prepare(request: PodRequest, state: ClusterState) -> Prepared:
    """The pod of a request."""
    spec = with_defaults(request.spec)
    if request.count is None:
        spec = daemon_tolerations(spec)
    reasons: list[Reason] = []
    if gates := spec.get("schedulingGates"):
        names = ", ".join(str(each.get("name")) for each in gates)
        field = f"{request.path}.schedulingGates"
        reasons.append(
            Reason(Constraint.GATE, f"held by scheduling gate {names}", field, lasting=Lasting.CHANGES)
        )
    priority = int(spec.get("priority") or 0)
    pod = admitted(request, spec, priority=priority, preempts=spec.get("preemptionPolicy") != "Never")
    return Prepared(pod, tuple(reasons), tuple(filter(None, (request.unknown,))))
