"""Kinds whose controller reports the condition Ready: without a status they are not ready."""

from datetime import datetime

from dlctl.manifest import GroupKind, JsonObject
from dlctl.status.model import Verdict, condition, current, in_progress, is_true, message_of

KINDS = tuple(
    GroupKind(group, kind)
    for group, kinds in (
        ("serving.knative.dev", "Service Route Configuration"),
        ("eventing.knative.dev", "Broker Trigger"),
        ("messaging.knative.dev", "Channel Subscription"),
        ("flows.knative.dev", "Parallel Sequence"),
        (
            "sources.knative.dev",
            "ApiServerSource PingSource ContainerSource KafkaSource IntegrationSource",
        ),
        ("serving.kserve.io", "InferenceService InferenceGraph"),
        ("kubeflow.org", "Notebook"),
    )
    for kind in kinds.split()
)


def rule(body: JsonObject, now: datetime | None) -> Verdict:
    """Ready by its condition; never ready without one, as no controller has judged the object."""
    return by_ready_condition(body) or in_progress("no status: waiting for its controller")


def by_ready_condition(body: JsonObject) -> Verdict | None:
    """The verdict by the condition Ready; None if there is none."""
    ready = condition(body, "Ready")
    if is_true(ready):
        return current("ready")
    if ready.get("status") in ("False", "Unknown"):
        return in_progress(message_of(ready, "not ready"))
    return None
