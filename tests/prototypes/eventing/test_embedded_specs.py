"""Parts that a schema leaves open are a Pod, a Task and a Pipeline: the API server judges them as such."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlctl.yamlio.dump import dump
from tests.controlplane import ControlPlane
from tests.prototypes.examples import EXAMPLES, Example, render_example
from tests.prototypes.upstream import NAMESPACE, Upstream

pytestmark = pytest.mark.controlplane

TASK = {"apiVersion": "tekton.dev/v1", "kind": "Task"}
PIPELINE = {"apiVersion": "tekton.dev/v1", "kind": "Pipeline"}
POD = {"apiVersion": "v1", "kind": "Pod"}


def _parts(body: Any) -> Iterator[Any]:
    metadata = {"metadata": {"name": "part", "namespace": NAMESPACE}}
    if body["kind"] == "PipelineRun":
        yield {**PIPELINE, **metadata, "spec": body["spec"]["pipelineSpec"]}
        template = body["spec"]["taskRunTemplate"]["podTemplate"]
        yield {**POD, **metadata, "spec": {"containers": [{"name": "c", "image": "i"}], **template}}
    elif body["kind"] == "TaskRun":
        template = body["spec"].get("podTemplate", {})
        if "taskSpec" in body["spec"]:
            yield {**TASK, **metadata, "spec": body["spec"]["taskSpec"]}
        yield {**POD, **metadata, "spec": {"containers": [{"name": "c", "image": "i"}], **template}}
    elif body["kind"] == "ContainerSource":
        yield {**POD, **metadata, "spec": body["spec"]["template"]["spec"]}


@pytest.mark.parametrize(
    "example",
    [
        each
        for each in EXAMPLES
        if each.prototype == "image-build" or str(each) == "object-store-inference-ceph-rgw"
    ],
    ids=str,
)
def test_open_part_is_a_whole_of_its_own_kind(example: Example, upstream: Upstream, tmp_path: Path) -> None:
    parts = [part for manifest in render_example(example, tmp_path) for part in _parts(manifest.body)]
    assert parts
    control_plane = upstream.serving(parts)
    for part in parts:
        answer = _create(control_plane, part)
        assert "unknown field" not in answer, answer
        assert "Invalid value" not in answer, answer


def test_a_misspelled_pipeline_is_seen(upstream: Upstream) -> None:
    part = {**PIPELINE, "metadata": {"name": "p", "namespace": NAMESPACE}, "spec": {"tasksX": []}}
    assert "unknown field" in _create(upstream.serving([part]), part)


def _create(control_plane: ControlPlane, body: Any) -> str:
    arguments = ("create", "--validate=strict", "--dry-run=server", "--filename", "-")
    answer = control_plane.kubectl(*arguments, input=dump(body))
    return answer.stdout + answer.stderr
