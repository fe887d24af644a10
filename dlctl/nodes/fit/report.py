"""What a check found, as values."""

from enum import StrEnum

from msgspec import Struct

from dlctl.nodes.fit.model import Constraint, Lasting, PodRequest


class Verdict(StrEnum):
    """Whether pods fit; UNKNOWN where something that decides it could not be read or is not modelled."""

    FITS = "fits now"
    WAITS = "waits"
    NEVER = "can never fit"
    UNKNOWN = "not checked"


SEVERITY = (Verdict.FITS, Verdict.UNKNOWN, Verdict.WAITS, Verdict.NEVER)
"""From best to worst."""


def worst(verdicts: "list[Verdict]") -> Verdict:
    """The verdict of several together."""
    return max(verdicts, key=SEVERITY.index, default=Verdict.FITS)


class Reason(Struct, frozen=True):
    """Why pods do not fit. `nodes` is for how many nodes it holds, None where it is not about nodes.

    `field` is the full path in the object; empty where none asks for it.
    """

    constraint: Constraint
    message: str
    field: str = ""
    nodes: int | None = None
    lasting: Lasting = Lasting.ALWAYS
    resource: str = ""


class Holder(Struct, frozen=True):
    """Who holds what is lacking: how much of a resource, in thousandths, on how many nodes."""

    name: str
    resource: str
    amount: int
    nodes: int


class Left(Struct, frozen=True):
    """What stays free of a resource on the nodes that these pods may use, and the most on one node."""

    resource: str
    total: int
    largest: int


class GroupFit(Struct, frozen=True):
    """The verdict on the pods of one template.

    `placed` of `wanted` pods have a place; `on` says how many on which node. Of a gang that does not start
    none has one: `placed` is how many would. `suitable` is how many nodes would do if they were empty.
    `preemption` says what the pods' priority could free.
    """

    request: PodRequest
    verdict: Verdict
    wanted: int
    placed: int
    asks: str
    on: tuple[tuple[str, int], ...] = ()
    reasons: tuple[Reason, ...] = ()
    holders: tuple[Holder, ...] = ()
    left: tuple[Left, ...] = ()
    suitable: int = 0
    nodes: int = 0
    devices: bool = False
    preemption: str = ""
    notes: tuple[str, ...] = ()


class FitReport(Struct, frozen=True):
    """The verdicts on groups of pods that are wanted together."""

    groups: tuple[GroupFit, ...]
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """The worst of all."""
        return worst([group.verdict for group in self.groups])
