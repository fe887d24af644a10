"""What a package states of the kinds of its objects: their scope, and where their pods are."""

from pathlib import Path

import pytest

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.kinds.made_pods import pods_of
from dlctl.manifest import Manifest
from dlctl.registry.packages.catalogue import app_catalogue
from dlctl.registry.packages.verify import Verifier
from dlctl.render.target import Renderer
from dlctl.workflow.fit.requests import requests_of
from dlctl.workflow.needs.collect import needs_of
from tests.packages.registries import empty_app, package, registry
from tests.project import Project

TEMPLATE = """\
apiVersion: example.com/v1
kind: Trainer
metadata:
  name: {{ component.name }}
spec:
  workers:
  - name: chief
    pods: {spec: {containers: [{name: main, image: x}]}}
  - name: worker
    number: 3
    pods:
      metadata: {labels: {role: worker}}
      spec:
        nodeSelector: {gpu: "yes"}
        containers: [{name: main, image: x, resources: {limits: {nvidia.com/gpu: 2}}}]
  sidecar: {containers: [{name: not-a-pod}]}
---
apiVersion: example.com/v1
kind: Pool
metadata:
  name: {{ component.name }}
"""
KINDS = """\
kinds:
  Trainer.example.com:
    pods:
    - {path: "spec.workers[].pods", count: "spec.workers[].number", role: "spec.workers[].name"}
  Pool.example.com: {scope: Cluster}
"""
PROTOTYPE = {
    "prototype.yaml": "summary: Trains\ndescription: Creates a Trainer.\nparams: {}\n",
    "templates/trainer.yaml.j2": TEMPLATE,
}


def rendered(project: Project, more: str, template: str = TEMPLATE) -> dict[str, Manifest]:
    """The objects of a component of a package with this in its package.yaml, by kind."""
    empty_app(project, "dev")
    files = {**PROTOTYPE, "templates/trainer.yaml.j2": template}
    folder = registry(
        project.root.parent / "registry", package("training", "1.0.0", {"trainer": files}, more)
    )
    project.run("registry", "add", "ours", str(folder)).ok()
    project.run("pkg", "install", "ours/training").ok()
    project.run("generate", "trainer", "net").ok()
    app = load_app(project.root)
    renderer = Renderer(app_catalogue(app, Verifier(project.root)))
    rendering = renderer.render(load_target(app, "dev"), app.components.values())
    return {manifest.ref.kind: manifest for manifest in rendering.manifests}


def test_the_pods_are_those_that_the_package_states(project: Project) -> None:
    trainer = rendered(project, KINDS)["Trainer"]
    made = pods_of(trainer.body, stated=trainer.pods)
    assert [(each.role, each.count, each.path, each.count_path) for each in made.pods] == [
        ("chief", 1, "spec.workers[0].pods.spec", ""),
        ("worker", 3, "spec.workers[1].pods.spec", "spec.workers[1].number"),
    ]
    requests = requests_of([trainer])
    assert requests.unchecked == ()
    assert [(each.role, each.count, dict(each.labels)) for each in requests.pods] == [
        ("chief", 1, {}),
        ("worker", 3, {"role": "worker"}),
    ]
    needs = needs_of([trainer], (), "dev")
    assert len(needs.pods) == 2  # the sidecar is no pod


def test_without_them_the_pods_are_not_known(project: Project) -> None:
    trainer = rendered(project, "")["Trainer"]
    assert [each.why for each in requests_of([trainer]).unchecked] == [
        "which pods a Trainer creates is not known from the object"
    ]


def test_the_scope(project: Project) -> None:
    found = rendered(project, KINDS)
    assert (found["Trainer"].ref.namespace, found["Pool"].ref.namespace) == ("dev", "")
    assert "namespace" not in found["Pool"].body["metadata"]


def test_a_kind_without_pods(project: Project) -> None:
    trainer = rendered(project, "kinds: {Trainer.example.com: {pods: []}}\n")["Trainer"]
    assert requests_of([trainer]).unchecked == ()
    assert requests_of([trainer]).pods == ()
    assert needs_of([trainer], (), "dev").pods == ()


TF_JOB = """\
apiVersion: kubeflow.org/v1
kind: TFJob
metadata: {name: net}
spec:
  tfReplicaSpecs: {Worker: {replicas: 2, template: {spec: {containers: [{name: tensorflow, image: x}]}}}}
"""


def test_kinds_that_dlctl_knows_stay_as_they_are(project: Project) -> None:
    stated = "kinds: {TFJob.kubeflow.org: {scope: Cluster, pods: []}}\n"
    job = rendered(project, stated, TF_JOB)["TFJob"]
    assert job.ref.namespace == "dev"
    assert [each.count for each in requests_of([job]).pods] == [2]


def test_a_pod_template_that_is_wrong(project: Project) -> None:
    trainer = rendered(project, KINDS, TEMPLATE.replace("number: 3", "number: many"))["Trainer"]
    assert ["spec.workers[1].number" in each.why for each in requests_of([trainer]).unchecked] == [True]


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        ("{Trainer: {}}", "'Trainer' is not a custom kind"),
        ("{trainer.example.com: {}}", "is not a custom kind"),
        ("{Deployment.apps: {}}", "is not a custom kind"),
        ("{Trainer.example.com: {scope: namespaced}}", "'scope' must be Namespaced or Cluster"),
        ("{Trainer.example.com: {scop: Cluster}}", "unknown field 'scop'"),
        ("{Trainer.example.com: {pods: [{}]}}", "exactly one of 'path'"),
        ("{Trainer.example.com: {pods: [{path: a, spec: b}]}}", "exactly one of 'path'"),
        ("{Trainer.example.com: {pods: [{path: 'spec..x'}]}}", "'path' is not a path"),
        ("{Trainer.example.com: {pods: [{path: 'spec.x', count: 'spec.y[].n'}]}}", "'count' has a '[]'"),
        ("{Trainer.example.com: {pods: [{path: 'spec.x', default: 2}]}}", "'default' needs 'count'"),
        ("[Trainer.example.com]", "'kinds' must be a mapping"),
    ],
)
def test_what_is_refused(project: Project, ours: Path, kinds: str, message: str) -> None:
    empty_app(project)
    registry(ours, package("bad", more=f"kinds: {kinds}\n"))
    project.run("registry", "add", "ours", str(ours)).ok()
    outcome = project.run("pkg", "install", "ours/bad")
    assert (outcome.code, message in outcome.err) == (1, True), outcome.err
    assert "ours:bad/package.yaml:" in outcome.err
