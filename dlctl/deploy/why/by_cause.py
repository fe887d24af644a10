"""Pods that do not work, in groups of one role and one cause."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from dlctl.deploy.why.pod_cause import PodCause, pod_cause, role_of
from dlctl.manifest import JsonObject
from dlctl.status.model import text_at

TELLING = ("image", "crash", "start", "scheduler")
"""The layers of causes that say more than the object's own message, or a refusal of other pods."""


class CauseOfPods(Struct, frozen=True):
    """A cause, and the pods of a role that have it, of so many of the role in all."""

    role: str
    cause: PodCause
    pods: tuple[JsonObject, ...]
    total: int

    @property
    def counts(self) -> str:
        """How many pods have it: `2 of 4 workers`."""
        word = f"{self.role}s" if self.role else "pods"
        return f"{len(self.pods)} of {self.total} {word}"


def by_cause(
    pods: Sequence[JsonObject],
    role_labels: Sequence[str],
    cause_of: Callable[[JsonObject], PodCause | None] = pod_cause,
) -> tuple[CauseOfPods, ...]:
    """One group for each way in which pods of a role do not work, that of the most pods first.

    A pod's role is the value of one of `role_labels`.
    """
    seen = [(role_of(pod, role_labels), pod) for pod in pods]
    totals = Counter(role for role, _ in seen)
    groups: dict[tuple[str, PodCause], list[JsonObject]] = {}
    for role, pod in seen:
        found = cause_of(pod)
        if found is not None:
            groups.setdefault((role, found), []).append(pod)
    causes = (CauseOfPods(role, cause, tuple(each), totals[role]) for (role, cause), each in groups.items())
    return tuple(sorted(causes, key=lambda group: -len(group.pods)))


def newest_first(groups: Iterable[CauseOfPods], pods: Iterable[JsonObject]) -> tuple[CauseOfPods, ...]:
    """The groups, those with pods of a Deployment's newest ReplicaSet first."""
    newest = max(pods, key=lambda pod: text_at(pod, "metadata", "creationTimestamp"), default={})
    template = _template_of(newest)
    return tuple(sorted(groups, key=lambda group: all(_template_of(pod) != template for pod in group.pods)))


def _template_of(pod: JsonObject) -> str:
    """The label that a Deployment's controller gives to the pods of one ReplicaSet."""
    return text_at(pod, "metadata", "labels", "pod-template-hash")
