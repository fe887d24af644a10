"""Selectors as values: of labels (apimachinery pkg/labels), and terms of pod affinity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dlctl.text import listed

Labels = Mapping[str, str]
SHOWN = 3
"""The most values of a requirement that a message names."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One condition on a label: `operator` as in label selectors and node selectors."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether labels satisfy it (labels.Requirement.Matches); an unknown operator matches nothing."""
        value = labels.get(self.key)
        if self.operator == "In":
            return value is not None and value in self.values
        if self.operator == "NotIn":
            return value is None or value not in self.values
        if self.operator == "Exists":
            return value is not None
        if self.operator == "DoesNotExist":
            return value is None
        if self.operator in ("Gt", "Lt"):
            return _compared(value, self.operator, self.values)
        return False

    def __str__(self) -> str:
        if self.operator in ("Exists", "DoesNotExist"):
            return self.key if self.operator == "Exists" else f"!{self.key}"
        word = {"In": "in", "NotIn": "notin", "Gt": ">", "Lt": "<"}.get(self.operator, self.operator)
        values = listed(self.values, limit=SHOWN)
        if self.operator == "In" and len(self.values) == 1:
            return f"{self.key}={values}"
        return (
            f"{self.key} {word} ({values})"
            if self.operator in ("In", "NotIn")
            else f"{self.key} {word} {values}"
        )


def _compared(value: str | None, operator: str, values: Sequence[str]) -> bool:
    if value is None or len(values) != 1:
        return False
    left, right = integer(value), integer(values[0])
    if left is None or right is None:
        return False
    return left > right if operator == "Gt" else left < right


def integer(text: str) -> int | None:
    """A whole number of 64 bits as Go's strconv.ParseInt reads it; None for any other text."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 400:
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector; None as `requirements` matches nothing, an empty tuple everything."""

    requirements: tuple[Requirement, ...] | None

    def matches(self, labels: Labels) -> bool:
        """Whether all requirements hold."""
        return self.requirements is not None and all(each.matches(labels) for each in self.requirements)

    @property
    def empty(self) -> bool:
        """Whether it selects everything."""
        return self.requirements == ()

    def __str__(self) -> str:
        return ",".join(map(str, self.requirements or ())) or ("everything" if self.empty else "nothing")


NOTHING = Selector(None)


def requirements(expressions: Any) -> tuple[Requirement, ...]:
    """`matchExpressions` of a selector."""
    return tuple(
        Requirement(
            str(each.get("key")), str(each.get("operator")), tuple(map(str, each.get("values") or ()))
        )
        for each in expressions or ()
    )


def label_selector(body: Mapping[str, Any] | None) -> Selector:
    """A LabelSelector (metav1.LabelSelectorAsSelector): null selects nothing, an empty one everything."""
    if body is None:
        return NOTHING
    equal = (Requirement(key, "In", (str(value),)) for key, value in (body.get("matchLabels") or {}).items())
    return Selector((*equal, *requirements(body.get("matchExpressions"))))


@dataclass(frozen=True, slots=True)
class PodTerm:
    """A required term of pod affinity or anti-affinity (scheduler framework, AffinityTerm).

    `namespaces` are names; `namespace_selector` adds those whose labels it selects.
    """

    topology_key: str
    selector: Selector
    namespaces: frozenset[str]
    namespace_selector: Selector = NOTHING

    def matches(self, namespace: str, labels: Labels, namespace_labels: Labels) -> bool:
        """Whether a pod of this namespace and these labels is meant."""
        inside = namespace in self.namespaces or self.namespace_selector.matches(namespace_labels)
        return inside and self.selector.matches(labels)


def pod_terms(
    affinity: Mapping[str, Any] | None, namespace: str, labels: Labels | None = None
) -> tuple[PodTerm, ...]:
    """The required terms of a `podAffinity` or `podAntiAffinity`.

    With the `labels` of a pod that is not made yet, `matchLabelKeys` and `mismatchLabelKeys` become part of
    the selector, as the API server does (pkg/registry/core/pod/strategy.go).
    """
    terms = (affinity or {}).get("requiredDuringSchedulingIgnoredDuringExecution") or ()
    return tuple(_term(each, namespace, labels) for each in terms)


def _term(body: Mapping[str, Any], namespace: str, labels: Labels | None) -> PodTerm:
    selector = label_selector(body.get("labelSelector"))
    if labels is not None and selector.requirements is not None:
        more = (
            *by_keys(body.get("matchLabelKeys"), "In", labels),
            *by_keys(body.get("mismatchLabelKeys"), "NotIn", labels),
        )
        selector = Selector((*selector.requirements, *more))
    names, others = body.get("namespaces") or (), body.get("namespaceSelector")
    own = (namespace,) if not names and others is None else ()
    return PodTerm(str(body.get("topologyKey")), selector, frozenset((*names, *own)), label_selector(others))


def by_keys(keys: Any, operator: str, labels: Labels) -> tuple[Requirement, ...]:
    """A requirement for each of these labels that the pod has."""
    return tuple(Requirement(key, operator, (labels[key],)) for key in keys or () if key in labels)
