"""A request as the pod that is to be placed, with what the API server would say to it."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dlctl.nodes.fit.admission.admitted import admitted, daemon_tolerations, with_defaults
from dlctl.nodes.fit.admission.classes import missing_classes, priority_of, with_runtime_class
from dlctl.nodes.fit.admission.limit_ranges import (
    refused_by_limits,
    requests_over_limits,
    with_limit_defaults,
)
from dlctl.nodes.fit.claim_templates import claim_templates
from dlctl.nodes.fit.devices.wanted import Wanted, wanted
from dlctl.nodes.fit.model import NO_CLAIMS, ClusterState, Constraint, Lasting, Pod, PodRequest
from dlctl.nodes.fit.queues.flavors import with_flavors
from dlctl.nodes.fit.report import Reason
from dlctl.nodes.fit.usage import claims_of

SCHEDULER = "default-scheduler"
CLAIM_KINDS = frozenset({"resourceslices", "resourceclaims", "resourceclaimtemplates", "deviceclasses"})
"""What must be read for claims to be checked."""


class Prepared(Struct, frozen=True):
    """The pod, reasons for which it is not admitted or not scheduled at all, and notes.

    `open` are questions that only the scheduler can answer.
    """

    pod: Pod
    reasons: tuple[Reason, ...] = ()
    notes: tuple[str, ...] = ()
    open: tuple[Reason, ...] = ()


def prepare(request: PodRequest, state: ClusterState) -> Prepared:
    """The pod of a request, as it is once all defaults of its namespace are in it."""
    spec = with_runtime_class(with_defaults(request.spec), state)
    spec = with_limit_defaults(spec, state, request.namespace)
    if request.count is None:
        spec = daemon_tolerations(spec)
    spec, of_queue = with_flavors(request, spec, state)
    priority = priority_of(spec, state)
    claims = _claims(request, spec, state)
    pod = admitted(request, spec, priority=priority.value, preempts=priority.preempts)
    pod = replace(pod, claimed=claims.claimed)
    reasons = (
        *missing_classes(spec, state, request.path),
        *refused_by_limits(spec, state, request.namespace, request.path),
        *requests_over_limits(spec, request.path),
        *_gates(request, spec),
        *_about_claims(request, claims.missing),
    )
    unknown = tuple(_about_claims(request, claims.unknown))
    return Prepared(pod, reasons, (*_notes(request, spec), *of_queue), unknown)


def _claims(request: PodRequest, spec: dict[str, Any], state: ClusterState) -> Wanted:
    """The devices that the pod claims; unknown where something that decides could not be read."""
    if spec.get("resourceClaims") and state.unread & CLAIM_KINDS:
        return Wanted(NO_CLAIMS, unknown=("which devices its resource claims can get is not known",))
    return wanted(spec, request.namespace, state.devices)


def _about_claims(request: PodRequest, messages: Iterable[str]) -> Iterator[Reason]:
    for each in messages:
        field = f"{request.path}.resourceClaims"
        yield Reason(Constraint.CLAIM, each, field, lasting=Lasting.CHANGES)


def _gates(request: PodRequest, spec: dict[str, Any]) -> Iterator[Reason]:
    if gates := spec.get("schedulingGates"):
        names = ", ".join(str(each.get("name")) for each in gates)
        message, field = f"held by scheduling gate {names}", f"{request.path}.schedulingGates"
        yield Reason(Constraint.GATE, message, field, lasting=Lasting.CHANGES)


def _notes(request: PodRequest, spec: dict[str, Any]) -> Iterator[str]:
    if request.unknown:
        yield request.unknown
    scheduler = spec.get("schedulerName") or SCHEDULER
    if scheduler != SCHEDULER:
        yield f"scheduler {scheduler} may decide otherwise: the rules are those of {SCHEDULER}"
    if claims_of(spec) or claim_templates(request):
        yield "how many volumes a node may attach is not checked"
