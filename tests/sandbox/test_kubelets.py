"""What simulated kubelets do: the stages that kwok reads, whoever wrote them."""

from typing import Any

import pytest
import yaml

from dlctl.sandbox.nodes.kubelets import stages

PRINTED = """---
kind: Stage
metadata: {name: node-ready}
spec: {resourceRef: {kind: Node}, selector: {}, next: {statusTemplate: "{{ Now | Quote }}"}}
---
kind: Stage
metadata: {name: pod-complete}
spec:
  resourceRef: {kind: Pod}
  selector:
    matchExpressions:
    - {key: '.metadata.ownerReferences.[].kind', operator: In, values: [Job]}
  next:
    statusTemplate: |
      phase: Succeeded
      {{ $now := Now }}
"""


def by_name(text: bytes) -> dict[str, Any]:
    return {stage["metadata"]["name"]: stage for stage in yaml.safe_load_all(text)}


@pytest.mark.parametrize("printed", [None, PRINTED.encode()], ids=["ours", "kwok's own"])
def test_job_stage_ignores_pods_of_job_sets(printed: bytes | None) -> None:
    found = by_name(stages(printed))
    ends = [
        stage["spec"]["selector"]["matchExpressions"]
        for stage in found.values()
        if "Succeeded" in stage["spec"]["next"].get("statusTemplate", "")
    ]
    told_apart = [
        {each["operator"] for each in expressions if "jobset.sigs.k8s.io/jobset-name" in each["key"]}
        for expressions in ends
    ]
    assert sorted(told_apart, key=sorted) == [{"DoesNotExist"}, {"In"}]


def test_other_stages_stay_as_they_are() -> None:
    printed = by_name(PRINTED.encode())
    found = by_name(stages(PRINTED.encode()))
    assert found["node-ready"] == printed["node-ready"]
    assert found["pod-complete"]["spec"]["next"] == printed["pod-complete"]["spec"]["next"]
