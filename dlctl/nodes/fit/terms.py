"""Selectors as values: of labels (apimachinery pkg/labels), and terms of pod affinity."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dlctl.nodes.label_requirement import Labels, Requirement


class Selector(Struct, frozen=True):
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


class PodTerm(Struct, frozen=True):
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
