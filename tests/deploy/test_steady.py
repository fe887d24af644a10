"""Which workloads must stay ready for a while, and until when."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dlctl.deploy.steady import STEADY_FOR, Unsteady, may_be_brief
from dlctl.manifest import ref_of

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
PROBE = {"readinessProbe": {"tcpSocket": {"port": 80}}}


def workload(kind: str = "Deployment", *containers: dict[str, Any], **spec: Any) -> dict[str, Any]:
    template = {"spec": {"containers": list(containers) or [{"name": "main"}]}}
    return {
        "apiVersion": "apps/v1" if kind != "Job" else "batch/v1",
        "kind": kind,
        "metadata": {"name": "web", "namespace": "ml", "creationTimestamp": "2026-04-01T00:00:00Z"},
        "spec": {"template": template, **spec},
    }


@pytest.mark.parametrize(
    ("body", "brief"),
    [
        (workload(), True),
        (workload("StatefulSet", replicas=3), True),
        (workload("DaemonSet"), True),
        (workload("Deployment", {"name": "a", **PROBE}, {"name": "b"}), True),
        (workload("Deployment", {"name": "a", **PROBE}), False),
        (workload(minReadySeconds=5), False),
        (workload(replicas=0), False),
        (workload("Job"), False),
    ],
)
def test_only_pods_that_are_ready_as_soon_as_they_start(body: dict[str, Any], brief: bool) -> None:
    assert may_be_brief(body) is brief


def test_what_was_ready_before_is_not_waited_for_and_what_fails_begins_anew() -> None:
    unsteady, body = Unsteady(), workload()
    ref = ref_of(body)
    unsteady.ready(ref, body, 10.0, seen_unready=False, now=NOW)
    assert unsteady.seconds(10.0) == 0
    unsteady.ready(ref, body, 11.0, seen_unready=True, now=NOW)
    unsteady.ready(ref, body, 12.0, seen_unready=False, now=NOW)
    assert unsteady.seconds(12.0) == STEADY_FOR - 1
    unsteady.unready(ref)
    assert unsteady.seconds(12.0) == 0
    available = {"type": "Available", "status": "True", "lastTransitionTime": "2026-05-01T11:59:58Z"}
    restarted = {**body, "status": {"conditions": [available]}}
    unsteady.ready(ref, restarted, 13.0, seen_unready=False, now=NOW)
    assert unsteady.seconds(13.0) == STEADY_FOR
