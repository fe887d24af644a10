"""`node check` of objects that are wrong: errors with the field and the line, all at once, and no verdict."""

import io
import sys
from typing import Any

import pytest
import yaml

from dlctl.kinds.admission_shape import ADMISSION
from dlctl.manifest import GroupKind
from tests.nodes.api_server import Listed
from tests.nodes.fit.objects import GPU, container, node
from tests.nodes.test_node_check import lab, pool, run, served
from tests.output_schemas import checked
from tests.project import Project

__all__ = ["lab"]

Body = dict[str, Any]
MAIN: Body = {"name": "main", "image": "x"}


def spec(**more: Any) -> Body:
    return {"containers": [MAIN], **more}


def limits(**amounts: Any) -> Body:
    return {"containers": [{**MAIN, "resources": {"limits": {GPU: amounts["gpu"]}}}]}


def deployment(pod: Any = None, **more: Any) -> Body:
    template = {"spec": spec() if pod is None else pod}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web"},
        "spec": {"template": template, **more},
    }


def training(**more: Any) -> Body:
    return {"apiVersion": "kubeflow.org/v1", "kind": "PyTorchJob", "metadata": {"name": "pt"}, "spec": more}


POD = "spec.template.spec"
WRONG = [
    (deployment(spec(nodeSelector=["a"])), f"{POD}.nodeSelector must be a mapping, not a list"),
    (deployment({"containers": 5}), f"{POD}.containers must be a list, not an integer"),
    (deployment({"containers": [5]}), f"{POD}.containers[0] must be a mapping, not an integer"),
    (deployment({"contaners": [MAIN]}), f"{POD}.containers is missing"),
    (deployment({"containers": []}), f"{POD}.containers must not be empty"),
    (deployment(spec(initContainers={"a": 1})), f"{POD}.initContainers must be a list, not a mapping"),
    (deployment(spec(overhead=5)), f"{POD}.overhead must be a mapping, not an integer"),
    (deployment(spec(tolerations="a")), f"{POD}.tolerations must be a list, not a string"),
    (
        deployment(spec(topologySpreadConstraints=[5])),
        f"{POD}.topologySpreadConstraints[0] must be a mapping",
    ),
    (deployment(spec(affinity={"nodeAffinity": 5})), f"{POD}.affinity.nodeAffinity must be a mapping"),
    (deployment(limits(gpu=-8)), f"{POD}.containers[0].resources.limits[{GPU}] must not be negative"),
    (deployment(limits(gpu="8.5")), f"{POD}.containers[0].resources.limits[{GPU}] must be a whole number"),
    (deployment(limits(gpu="many")), f"{POD}.containers[0].resources.limits[{GPU}] must be a quantity"),
    (deployment(template=5), "spec.template must be a mapping, not an integer"),
    (deployment(replicas="four"), "spec.replicas must be an integer, not a string"),
    (deployment(replicas=True), "spec.replicas must be an integer, not a boolean"),
    (deployment(replicas=2.5), "spec.replicas must be an integer, not a number with a fraction"),
    (deployment(replicas=None), "spec.replicas must be an integer, not null"),
    (deployment(replicas=-4), "spec.replicas must not be negative"),
    (training(tfReplicaSpecs={"Worker": {}}), "a PyTorchJob has them in spec.pytorchReplicaSpecs"),
    (training(pytorchReplicaSpecs=5), "spec.pytorchReplicaSpecs must be a mapping, not an integer"),
    (training(pytorchReplicaSpecs={"Worker": {}}), "spec.pytorchReplicaSpecs.Worker.template is missing"),
]


@pytest.mark.parametrize(("body", "message"), WRONG, ids=[message for _, message in WRONG])
def test_a_wrong_field_is_an_error_with_its_line(project: Project, body: Body, message: str) -> None:
    project.write({"a.yaml": yaml.safe_dump(body, sort_keys=False)})
    answer = run(project, "--context", "lab", "-f", "a.yaml")
    assert answer.code == 1
    assert f"{body['kind']}/{body['metadata']['name']}: " in answer.err
    assert message in " ".join(answer.err.split())
    line = int(answer.err.partition("a.yaml:")[2].partition(":")[0])
    assert line > 4, "the line of the field, not of the object"
    assert "fits now" not in answer.out


@pytest.mark.parametrize("kind", ADMISSION, ids=str)
def test_so_is_one_of_an_object_that_decides_about_pods(project: Project, kind: GroupKind) -> None:
    key = next(name for name in ADMISSION[kind].fields if name != "status")  # which is left out of files
    body = {"apiVersion": f"{kind.group}/v1".lstrip("/"), "kind": kind.kind, "metadata": {"name": "q"}}
    claim = {"name": "v", "persistentVolumeClaim": {"claimName": "q"}}
    pod = spec(priorityClassName="q", runtimeClassName="q", volumes=[claim])
    project.write({"a.yaml": yaml.safe_dump_all([deployment(pod), {**body, key: [5]}])})
    answer = run(project, "--context", "lab", "-f", "a.yaml")
    assert answer.code == 1
    assert f"{kind.kind}/q: {key} must be " in answer.err


def test_all_wrong_fields_are_reported_at_once(project: Project) -> None:
    project.write({"a.yaml": yaml.safe_dump_all([WRONG[0][0], training(pytorchReplicaSpecs=5)])})
    answer = run(project, "--context", "lab", "-f", "a.yaml")
    assert answer.code == 1
    assert "nodeSelector" in answer.err
    assert "pytorchReplicaSpecs" in answer.err


@pytest.mark.parametrize("text", ["", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"])
def test_a_file_without_pods_is_an_error(project: Project, text: str) -> None:
    project.write({"a.yaml": text})
    answer = run(project, "--context", "lab", "-f", "a.yaml")
    assert answer.code == 1
    assert "a.yaml:1: no object creates pods" in " ".join(answer.err.split())


def test_standard_input(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(body: Body) -> Any:
        text = yaml.safe_dump(body).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return run(project, "--context", "lab", "-f", "-")

    assert "Deployment/web" in given(deployment()).ok().out
    assert "standard input:" in given(deployment(replicas=-4)).err


TEMPLATE = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  nodeSelector: [a]
  containers: 5
"""


def test_the_error_of_a_component_names_its_template(project: Project) -> None:
    prototype = {"summary": "a", "description": "a", "params": {}}
    app = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "s", "components": {"a": {"prototype": "a"}}}
    project.write(
        {
            "dlctl.yaml": yaml.safe_dump(app),
            "environments/lab/environment.yaml": "context: lab\nnamespace: ml\n",
            "prototypes/a/a/prototype.yaml": yaml.safe_dump(prototype),
            "prototypes/a/a/templates/pod.yaml": TEMPLATE,
        }
    )
    answer = run(project, "lab")
    assert answer.code == 1
    assert "prototypes/a/a/templates/pod.yaml:" in answer.err
    assert "spec.nodeSelector must be a mapping" in answer.err
    assert "spec.containers must be a list" in answer.err


def job(name: str, **asks: Any) -> Body:
    pod = {"containers": [container(**asks)], "tolerations": [{"operator": "Exists"}]}
    worker = {"replicas": 1, "template": {"spec": pod}}
    return {**training(pytorchReplicaSpecs={"Worker": worker}), "metadata": {"name": name}}


def test_a_kind_that_is_not_served_cannot_start(project: Project) -> None:
    project.write({"a.yaml": yaml.safe_dump(job("pt", gpu=1))})
    full = Listed([node("busy", gpu=1)], [], uid="2")
    words = ["--context", "lab", "--context", "edge", "-f", "a.yaml"]
    answer = run(project, *words, lab=pool(), edge=served(full))
    assert answer.code == 1
    assert "lab: PyTorchJob/pt Worker waits" in answer.out
    assert "the cluster does not serve PyTorchJob (kubeflow.org/v1): its CRD is not installed" in answer.out
    assert "first to start: edge (fits now), lab (waits, a kind is not served)" in answer.err
    document = checked(run(project, *words, "-o", "json", lab=pool(), edge=served(full)).out, "FitList")
    assert document["ranking"] == ["edge", "lab"]
    assert document["items"][0]["groups"][0]["reasons"][0]["constraint"] == "kind"
    without = run(project, *words, lab=pool(), edge=Listed([node("n")], uid="2"))
    assert "none can start: lab (waits, a kind is not served), edge (can never fit, a" in without.err


def test_a_kind_of_a_crd_in_the_file_will_be_served(project: Project) -> None:
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "pytorchjobs.kubeflow.org"},
        "spec": {
            "group": "kubeflow.org",
            "names": {"kind": "PyTorchJob", "plural": "pytorchjobs"},
            "scope": "Namespaced",
            "versions": [{"name": "v1", "served": True, "storage": True}],
        },
    }
    project.write({"a.yaml": yaml.safe_dump_all([crd, job("pt", gpu=1)])})
    assert run(project, "--context", "lab", "-f", "a.yaml", lab=pool()).code == 0


def test_what_is_checked_together_is_not_said_to_hold_devices(project: Project) -> None:
    project.write({"a.yaml": yaml.safe_dump_all([job("first", gpu=8), job("second", gpu=8)])})
    answer = run(project, "--context", "lab", "-f", "a.yaml", lab=served(Listed([node("n", gpu=8)])))
    assert answer.code == 1
    assert "would be taken by PyTorchJob/first, which is checked together (8)" in answer.out
    assert "held by" not in answer.out


@pytest.mark.parametrize(
    ("part", "field"),
    [
        ({"metadata": {"name": "n", "labels": 5}}, "metadata.labels must be a mapping"),
        ({"status": {"allocatable": ["a"]}}, "status.allocatable must be a mapping"),
        ({"status": {"allocatable": {"cpu": "abc"}}}, "status.allocatable.cpu must be a quantity"),
        ({"spec": {"taints": 5}}, "spec.taints must be a list"),
        ({"spec": 5}, "spec must be a mapping"),
    ],
)
def test_a_wrong_node_of_what_if(project: Project, part: Body, field: str) -> None:
    body = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}, **part}
    project.write(
        {
            "node.yaml": yaml.safe_dump(body, sort_keys=False),
            "a.yaml": yaml.safe_dump(deployment()),
        }
    )
    answer = run(project, "--context", "lab", "-f", "a.yaml", "--what-if", "node.yaml")
    assert answer.code == 1
    assert "node.yaml:" in answer.err
    assert f"Node/n: {field}" in answer.err
