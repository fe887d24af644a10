"""Rules for readiness as data: what the file of a custom kind states."""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any

from msgspec import Struct

from dlctl.errors import RenderError
from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Phase, Status, mapping_at, text_at

Bound = int | str
"""A number, or the path of the field that has it."""


class ConditionTest(Struct, frozen=True):
    """True where a condition of this type has one of these states and, if any are given, of these reasons."""

    type: str
    states: tuple[str, ...] = ("True",)
    reasons: tuple[str, ...] = ()


class FieldTest(Struct, frozen=True):
    """True where the value at `path` is one of `values`, or a number that is neither too small nor too large.

    A field that is absent has the value `default`.
    """

    path: str
    values: tuple[Any, ...] = ()
    at_least: Bound | None = None
    below: Bound | None = None
    default: Any = None


class ReadinessRule(Struct, frozen=True):
    """One rule: what an object is if all its tests are true.

    `phase` is that of a job. `ended` is how a run ended, where that is another word than the phase's;
    without `final` it has not ended.
    """

    status: Status
    phase: Phase | None = None
    condition: ConditionTest | None = None
    field: FieldTest | None = None
    when: str = ""
    reason: str = ""
    message: str = ""
    message_from: str = ""
    ended: str = ""
    final: bool = True


class Reference(Struct, frozen=True):
    """A field that has the name of an object of a kind."""

    path: str
    kind: GroupKind


class NamedBy(Struct, frozen=True):
    """How objects of any kind name one of this kind: in fields anywhere in their spec, and in labels."""

    fields: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Layer(StrEnum):
    """What can hold a job before its pods start."""

    QUEUE = "queue"
    GANG = "gang"


class Holds(Struct, frozen=True):
    """Of a kind that a queue or a gang scheduler makes for a job: while it is not ready, the job is held.

    `job_label` is the label of a job with the name of its queue, `owner_label` the label of the holder with
    the UID of its job. Paths: `queue` of the queue's name, `size` of the number of pods, `active` of a field
    that is false while the job is to stand still.
    """

    layer: Layer
    job_label: str = ""
    owner_label: str = ""
    queue: str = ""
    size: str = ""
    active: str = ""


class Readiness(Struct, frozen=True):
    """How to judge the objects of a kind: by the first rule that matches.

    `operator` is what is missing where no controller ever writes a status. A `job` comes to an end; what
    `serves` does not. Its pods have the label `pod_label` with its name, `pod_labels` with these values, and
    `role_label` with their role.
    Paths of a job: `queue` of the name of its queue, `suspend` of the field that stops its pods. With
    `keeps_pods` a change of its template reaches no pod that exists. An object `without_status` is judged
    although it has none.
    """

    kind: GroupKind
    rules: tuple[ReadinessRule, ...]
    operator: str = ""
    job: bool = False
    serves: bool = False
    pod_label: str = ""
    pod_labels: tuple[tuple[str, str], ...] = ()
    role_label: str = ""
    queue: str = ""
    suspend: str = ""
    keeps_pods: bool = False
    without_status: bool = False
    references: tuple[Reference, ...] = ()
    named_by: NamedBy = NamedBy()
    holds: Holds | None = None

    def labels_of_pods(self, name: str) -> Mapping[str, str]:
        """The labels of the pods of an object of this name; none where they have none with its name."""
        return {self.pod_label: name, **dict(self.pod_labels)} if self.pod_label else {}


Find = Callable[[GroupKind], Readiness | None]
Evaluate = Callable[[str, Mapping[str, Any]], Any]
Every = Callable[[], Iterable[Readiness]]


def _none(group_kind: GroupKind) -> Readiness | None:
    return None


def _no_kinds() -> Iterable[Readiness]:
    return ()


def _no_expressions(expression: str, scope: Mapping[str, Any]) -> Any:
    raise RenderError("expressions cannot be evaluated here")


class Rules(Struct, frozen=True, dict=True):
    """The rules of custom kinds: `find` has a kind's, `evaluate` the value of an expression over an object.

    `every` has those of all kinds; what is looked for in all of them is looked for once. Each may raise
    RegistryError; `evaluate` raises RenderError, for example where a field is missing.
    """

    find: Find = _none
    evaluate: Evaluate = _no_expressions
    every: Every = _no_kinds

    @cached_property
    def holders(self) -> tuple[Readiness, ...]:
        """The kinds that hold jobs. Raises RegistryError for data that is not valid."""
        return tuple(each for each in self.every() if each.holds is not None)

    @cached_property
    def role_labels(self) -> tuple[str, ...]:
        """The labels of pods with their role in a job. Raises RegistryError for data that is not valid."""
        return tuple(dict.fromkeys(each.role_label for each in self.every() if each.role_label))

    def queue_of(self, body: JsonObject) -> str:
        """The queue that a job's label names; empty where it has no such label."""
        labels = mapping_at(body, "metadata", "labels")
        if not labels:
            return ""
        named = (text_at(labels, each.holds.job_label) for each in self.holders if each.holds)
        return next(filter(None, named), "")


NO_RULES = Rules()
"""The rules where only the kinds of Kubernetes are judged by more than their conditions."""
