"""Services that a plan leaves without ready pods for a while, because it changes their selector."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl.cluster.protocol import Cluster, Resource
from dlctl.errors import ClusterError, Unauthorized, Unreachable
from dlctl.manifest import GroupKind, JsonObject
from dlctl.plan.model import MAKING, Plan, Step
from dlctl.status.model import condition, is_true, mapping_at
from dlctl.text import counted

SERVICE = GroupKind("", "Service")
_PODS = Resource("", "v1", "Pod", "pods", namespaced=True)


def selector_changes(plan: Plan) -> tuple[Step, ...]:
    """The steps that change the selector of a Service."""
    return tuple(
        step
        for step in plan.steps
        if step.ref.group_kind == SERVICE
        and step.action in MAKING
        and step.live is not None
        and _selector(step.live) != _selector(step.merged or {})
    )


def service_notes(cluster: Cluster, plan: Plan) -> Iterator[str]:
    """A note for each Service whose new selector matches no ready pod, where its present one does.

    Sends two requests for each Service whose selector changes. A user who may not list pods gets no notes.
    Raises Unreachable or Unauthorized.
    """
    for step in selector_changes(plan):
        before, after = _selector(step.live or {}), _selector(step.merged or {})
        ready = _ready(cluster, step.ref.namespace, before) if before and after else 0
        if ready and not _ready(cluster, step.ref.namespace, after):
            pods = f"the {counted(ready, 'ready pod')} that it selects now"
            why = f"{pods} {'does' if ready == 1 else 'do'} not match its new selector"
            yield f"{step.ref} will have no endpoints until new pods are ready: {why}"


def _selector(service: JsonObject) -> Mapping[str, Any]:
    return mapping_at(service, "spec", "selector")


def _ready(cluster: Cluster, namespace: str, selector: Mapping[str, Any]) -> int:
    """The number of ready pods with these labels; 0 if they may not be listed."""
    labels = ",".join(f"{key}={value}" for key, value in sorted(selector.items()))
    try:
        return sum(_is_ready(pod) for pod in cluster.list(_PODS, namespace, labels=labels))
    except (Unreachable, Unauthorized):
        raise
    except ClusterError:
        return 0


def _is_ready(pod: JsonObject) -> bool:
    return "deletionTimestamp" not in pod["metadata"] and is_true(condition(pod, "Ready"))
