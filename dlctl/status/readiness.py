"""Rules for readiness as data: what the file of a custom kind states."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from dlctl.errors import RenderError
from dlctl.manifest import GroupKind
from dlctl.status.model import Phase, Status

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


class Readiness(Struct, frozen=True):
    """How to judge the objects of a kind: by the first rule that matches.

    `operator` is what is missing where no controller ever writes a status. A `job` comes to an end; its pods
    have the label `pod_label` with its name. With `keeps_pods` a change of its template reaches no pod that
    exists. An object of a kind `without_status` is judged although it has none.
    """

    kind: GroupKind
    rules: tuple[ReadinessRule, ...]
    operator: str = ""
    job: bool = False
    pod_label: str = ""
    keeps_pods: bool = False
    without_status: bool = False


Find = Callable[[GroupKind], Readiness | None]
Evaluate = Callable[[str, Mapping[str, Any]], Any]


def _none(group_kind: GroupKind) -> Readiness | None:
    return None


def _no_expressions(expression: str, scope: Mapping[str, Any]) -> Any:
    raise RenderError("expressions cannot be evaluated here")


class Rules(Struct, frozen=True):
    """The rules of custom kinds: `find` has a kind's, `evaluate` the value of an expression over an object.

    Both may raise RegistryError; `evaluate` raises RenderError, for example where a field is missing.
    """

    find: Find = _none
    evaluate: Evaluate = _no_expressions


NO_RULES = Rules()
"""The rules where only the kinds of Kubernetes are judged by more than their conditions."""
