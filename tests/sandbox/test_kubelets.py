"""What simulated kubelets do: the stages that kwok reads, whoever wrote them."""

from typing import Any

import pytest
import yaml

from dlctl.sandbox.nodes.kubelets import stages
from dlctl.sandbox.story_names import STORY

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
        for name, stage in found.items()
        if not name.startswith("story-") and "Succeeded" in stage["spec"]["next"].get("statusTemplate", "")
    ]
    told_apart = [
        {each["operator"] for each in expressions if "jobset.sigs.k8s.io/jobset-name" in each["key"]}
        for expressions in ends
    ]
    assert sorted(told_apart, key=sorted) == [{"DoesNotExist"}, {"In"}]


def test_other_stages_stay_as_they_are() -> None:
    printed = by_name(PRINTED.encode())
    found = by_name(stages(PRINTED.encode()))
    own = {"key": f'.metadata.annotations["{STORY}"]', "operator": "DoesNotExist"}
    expressions = found["node-ready"]["spec"]["selector"].pop("matchExpressions")
    assert found["node-ready"] == printed["node-ready"]
    assert expressions == [own]
    assert found["pod-complete"]["spec"]["next"] == printed["pod-complete"]["spec"]["next"]


def test_job_seconds_delay_the_end_of_job_pods_only() -> None:
    usual, timed = by_name(stages(None)), by_name(stages(None, 30))
    changed = {name for name in usual if usual[name] != timed[name]}

    assert changed == {"job-pod-complete", "training-pod-complete"}
    assert {timed[name]["spec"]["delay"]["durationMilliseconds"] for name in changed} == {30000}
