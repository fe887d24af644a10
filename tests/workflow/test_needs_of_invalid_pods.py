"""`cluster diff` where an object's pod template is invalid, or names a secret."""

from typing import Any

import pytest
import yaml

from tests.project import Project

APP = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "s"}
SNAPSHOT = """\
apiVersion: dlctl.dev/v1
kind: ClusterSnapshot
version: v1.34.2
nodes:
- count: 1
  cpu: 8
  memory: 32Gi
kinds:
  namespaced:
    Pod: v1
    ServingRuntime.serving.kserve.io: v1alpha1
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: x}]
"""


def diff(project: Project, template: str, **params: Any) -> Any:
    """`cluster diff` of two environments that record the same cluster, for one component."""
    declared = {name: {"type": "string", "writeOnly": True, "description": "a"} for name in params}
    prototype = {"summary": "a", "description": "a", "params": declared}
    component = {"prototype": "a", "params": params}
    files = {
        "dlctl.yaml": yaml.safe_dump({**APP, "components": {"a": component}}),
        "prototypes/a/a/prototype.yaml": yaml.safe_dump(prototype),
        "prototypes/a/a/templates/pod.yaml.j2": template,
    }
    for name in ("one", "two"):
        files[f"environments/{name}/environment.yaml"] = f"context: {name}\nnamespace: ml\n"
        files[f"environments/{name}/cluster.yaml"] = SNAPSHOT
    project.write(files)
    return project.run("cluster", "diff", "one", "two", "--offline")


def test_a_secret_label_is_masked(project: Project) -> None:
    answer = diff(project, f"{POD}  nodeSelector:\n    rack: {{{{ params.token }}}}\n", token="s3cr3tpw")
    assert answer.code == 1
    assert "no node has label rack=***" in answer.out
    assert "s3cr3tpw" not in answer.out + answer.err


@pytest.mark.parametrize(
    "more",
    [
        "nodeSelector: [a]",
        "initContainers: {a: 1}",
        "overhead: 5",
        "tolerations: {a: b}",
        "affinity: {nodeAffinity: 5}",
        "resources: 5",
    ],
)
def test_the_nodes_that_an_invalid_pod_needs_are_left_out(project: Project, more: str) -> None:
    answer = diff(project, f"{POD}  {more}\n")
    assert answer.code == 0
    field = more.partition(":")[0]
    assert f"note: which nodes Pod/a needs is not checked: spec.{field}" in " ".join(answer.err.split())


def test_so_are_those_of_a_kind_that_makes_no_pods_itself(project: Project) -> None:
    runtime = POD.replace("v1\nkind: Pod", "serving.kserve.io/v1alpha1\nkind: ServingRuntime")
    answer = diff(project, f"{runtime}  nodeSelector: [a]\n")
    assert answer.code == 0
    assert "which nodes ServingRuntime/a needs is not checked: nodeSelector" in answer.err


def test_a_note_shows_no_secret(project: Project) -> None:
    answer = diff(project, f"{POD}  nodeSelector: {{{{ params.token }}}}\n", token="s3cr3tpw")
    assert "is not checked: spec.nodeSelector must be a mapping" in " ".join(answer.err.split())
    assert "s3cr3tpw" not in answer.out + answer.err
