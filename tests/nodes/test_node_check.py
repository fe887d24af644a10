"""`dlctl node check`: what people read, what scripts read, and what is said of unread clusters."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from tests import golden
from tests.nodes.api_server import Listed, serving, write_kubeconfig
from tests.nodes.fit.objects import GPU, container, node, pod
from tests.output_schemas import checked
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden"
V100 = {"nvidia.com/gpu.product": "Tesla-V100-SXM2-32GB"}
TAINT = {"key": GPU, "value": "present", "effect": "NoSchedule"}
Body = dict[str, Any]


def gpu_node(name: str, **more: Any) -> Body:
    return node(name, labels=V100, gpu=8, taints=[TAINT], pods=110, **more)


def pool() -> Listed:
    """Seven nodes: two that are free, two that others hold, one that is cordoned, one of another kind."""
    nodes = [gpu_node(f"gpu-{n}") for n in range(4)]
    nodes += [gpu_node("gpu-4", cordoned=True), node("big", gpu=4, cpu=64), node("cpu-0", cpu=64, pods=110)]
    pods = [
        pod("gpu-2", container(gpu=8), name="b0", namespace="team-a", owner=("Job", "bert")),
        pod("gpu-3", container(gpu=4), name="e0", namespace="team-b", owner=("Job", "eval")),
    ]
    return Listed(nodes, pods, page=50)


APP = """\
apiVersion: dlctl.dev/v1
kind: App
name: fit
components:
  cnn:
    prototype: tf-cnn
    params:
      num_workers: 4
      num_gpus: 8
  web:
    prototype: knative-service
    params: {image: registry.example.com/web:1}
"""
PARAMS = """\
components:
  cnn:
    gpu_model: V100
"""


@pytest.fixture
def lab(project: Project) -> Project:
    """An app with a training job and a service, and two environments on two clusters."""
    files = {"dlctl.yaml": APP, "environments/lab/params.yaml": PARAMS}
    for name in ("lab", "edge"):
        files[f"environments/{name}/environment.yaml"] = f"context: {name}\nnamespace: ml\n"
    project.write(files)
    return project


SERVED = {
    ("kubeflow.org/v1", "TFJob", "tfjobs"): (),
    ("kubeflow.org/v1", "PyTorchJob", "pytorchjobs"): (),
    ("batch/v1", "Job", "jobs"): (),
    ("apps/v1", "Deployment", "deployments"): (),
    ("serving.knative.dev/v1", "Service", "services"): (),
}


def served(listed: Listed) -> Listed:
    """A server that also serves the kinds of these tests."""
    return replace(listed, others={**SERVED, **listed.others})


def run(project: Project, *words: str, lab: Listed | None = None, edge: Listed | None = None) -> Any:
    small = Listed([node("small")], uid="2")
    with serving(lab or served(pool())) as one, serving(edge or served(small)) as other:
        write_kubeconfig(Path(project.environ["KUBECONFIG"]), lab=one.url, edge=other.url)
        return project.run("node", "check", *words)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("waits", ["lab", "-c", "cnn"]),
        ("fits", ["lab", "-c", "cnn", "--set", "num_workers=2", "-o", "wide"]),
        ("never", ["lab", "-c", "cnn", "--set", "gpu_model=H100"]),
        ("several", ["lab", "edge", "-c", "cnn"]),
        ("all", ["lab"]),
    ],
)
def test_what_people_read(lab: Project, name: str, words: list[str]) -> None:
    answer = run(lab, *words)
    assert answer.code == (0 if name == "fits" else 1)
    notes = "\n".join(line for line in answer.err.splitlines() if "warning:" not in line)
    golden.check(f"{answer.out}---\n{notes}\n", GOLDEN / f"node-check-{name}.txt")


def test_the_json_document_has_it_all(lab: Project) -> None:
    answer = run(lab, "lab", "edge", "-c", "cnn", "-o", "json")
    document = checked(answer.out, "FitList")
    assert answer.code == 1
    assert document["ranking"] == ["lab", "edge"]
    assert [(each["cluster"], each["verdict"]) for each in document["items"]] == [
        ("lab", "waits"),
        ("edge", "never"),
    ]
    worker = document["items"][0]["groups"][0]
    assert (worker["role"], worker["pods"], worker["placed"]) == ("Worker", 4, 2)
    held = next(each for each in worker["reasons"] if each["resource"] == GPU and each["lasting"] == "held")
    (asked,) = held["askedBy"]
    assert (asked["parameter"], asked["value"], asked["location"]["path"], asked["location"]["line"]) == (
        "num_gpus",
        8,
        "dlctl.yaml",
        9,
    )
    assert {each["name"] for each in worker["holders"]} == {"team-a/bert", "team-b/eval"}
    assert document["items"][0]["requirements"][0] == {
        "requirement": GPU,
        "nodes": 6,
        "provider": "prototype 'nvidia-device-plugin'",
    }


def job(**more: Any) -> str:
    body = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "train"},
        "spec": {"template": {"spec": {"containers": [container(gpu=8)], **more}}},
    }
    return yaml.safe_dump(body, sort_keys=False)


def test_a_file_on_a_context(project: Project) -> None:
    tolerated = job(tolerations=[{"key": GPU, "operator": "Exists"}])
    project.write(
        {"job.yaml": f"{tolerated}---\n{job(nodeSelector={'pool': 'a'}).replace('train', 'other')}"}
    )
    answer = run(project, "--context", "lab", "-f", "job.yaml")
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[1].split()[:2] == ["-", "Job/train"]
    assert "fits now" in lines[1]
    assert "can never fit" in lines[2]
    assert "spec.template.spec.nodeSelector[pool]: job.yaml:" in answer.out


def test_objects_whose_pods_are_not_known_are_not_said_to_fit(project: Project) -> None:
    body = {"apiVersion": "tekton.dev/v1", "kind": "PipelineRun", "metadata": {"name": "build"}, "spec": {}}
    project.write({"run.yaml": yaml.safe_dump(body)})
    answer = run(project, "--context", "lab", "-f", "run.yaml")
    assert answer.code == 1
    assert "PipelineRun/build is not checked" in answer.out


def test_nodes_that_are_thought_to_be_there_or_gone(lab: Project) -> None:
    added = run(lab, "lab", "-c", "cnn", "--what-if", "v100x8-ib100=2").ok()
    assert "new-v100x8-ib100-1" in added.out
    more = json.dumps({"apiVersion": "v1", "kind": "Node", **gpu_node("gpu-4")})
    lab.write({"change.yaml": f"remove: [gpu-0, nobody]\n---\n{more}\n"})
    changed = run(lab, "lab", "-c", "cnn", "--set", "num_workers=3", "--what-if", "change.yaml")
    assert changed.code == 1
    assert "2/3" in changed.out
    assert "note: no node to remove is called nobody" in changed.err
    lab.write({"wrong.yaml": "remove: gpu-0\n"})
    assert run(lab, "lab", "--what-if", "wrong.yaml").code == 2


def test_who_may_not_list_everything_gets_notes(lab: Project) -> None:
    listed = Listed(pool().nodes, pool().pods, forbidden=["pods", "resourcequotas"], page=50)
    answer = run(lab, "lab", "-c", "cnn", "--set", "num_workers=2", lab=served(listed))
    assert answer.code == 1
    assert "not checked" in answer.out
    assert (
        "note: you do not have permission to list pods in all namespaces, so what is free is not known"
        in answer.err
    )
    assert "note: ResourceQuotas are not checked: you do not have permission to list them" in answer.err


def test_a_cluster_that_cannot_be_read(lab: Project) -> None:
    listed = Listed(forbidden=["nodes"], uid="2")
    answer = run(lab, "lab", "edge", "-c", "cnn", "--set", "num_workers=1", "-o", "json", edge=served(listed))
    document = checked(answer.out, "FitList")
    assert answer.code == 4
    assert [each["status"] for each in document["clusters"]] == ["ok", "forbidden"]
    ignored = run(
        lab, "lab", "edge", "-c", "cnn", "--set", "num_workers=1", "--ignore-unreachable", edge=served(listed)
    )
    assert ignored.code == 0


def test_two_environments_on_one_cluster_are_both_checked(lab: Project) -> None:
    lab.write({"environments/edge/environment.yaml": "context: lab\nnamespace: other\n"})
    answer = run(lab, "lab", "edge", "-c", "cnn", "--set", "num_workers=1", "-o", "json").ok()
    assert [each["cluster"] for each in answer.json["items"]] == ["lab", "edge"]


@pytest.mark.parametrize(
    "words",
    [
        ["lab", "-c", "cnn", "-f", "job.yaml"],
        ["--context", "lab"],
        ["--context", "lab", "-c", "cnn"],
        [],
        ["lab", "--what-if", "nonsense"],
    ],
)
def test_what_cannot_be_asked(lab: Project, words: list[str]) -> None:
    lab.write({"job.yaml": job()})
    assert run(lab, *words).code == 2


def test_values_of_parameters_are_shown_as_yaml_has_them(project: Project) -> None:
    params = {"pinned": {"type": "boolean", "default": False, "description": "a"}}
    app = {
        "apiVersion": "dlctl.dev/v1",
        "kind": "App",
        "name": "s",
        "components": {"a": {"prototype": "a", "params": {"pinned": True}}},
    }
    project.write(
        {
            "dlctl.yaml": yaml.safe_dump(app),
            "environments/lab/environment.yaml": "context: lab\nnamespace: ml\n",
            "prototypes/a/a/prototype.yaml": yaml.safe_dump(
                {"summary": "a", "description": "a", "params": params}
            ),
            "prototypes/a/a/templates/pod.yaml.j2": SECRET_POD.replace(
                "{{ params.token }}", "{{ 'none' if params.pinned else 'any' }}"
            ),
        }
    )
    assert "pinned true from dlctl.yaml" in run(project, "lab").out


SECRET_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  nodeSelector:
    pool: {{ params.token }}
  containers: [{name: a, image: x}]
"""


def test_a_secret_in_a_selector_is_not_printed(project: Project) -> None:
    prototype = {
        "summary": "a",
        "description": "a",
        "params": {"token": {"type": "string", "writeOnly": True, "description": "a"}},
    }
    template = SECRET_POD
    app = {
        "apiVersion": "dlctl.dev/v1",
        "kind": "App",
        "name": "s",
        "components": {"a": {"prototype": "a", "params": {"token": "hunter2-hunter2"}}},
    }
    project.write(
        {
            "dlctl.yaml": yaml.safe_dump(app),
            "environments/lab/environment.yaml": "context: lab\nnamespace: ml\n",
            "prototypes/a/a/prototype.yaml": yaml.safe_dump(prototype),
            "prototypes/a/a/templates/pod.yaml.j2": template,
        }
    )
    for output in ("table", "json"):
        answer = run(project, "lab", "-o", output)
        assert answer.code == 1
        assert "nodeSelector" in answer.out
        assert "token" in answer.out
        assert "hunter2" not in answer.out + answer.err
