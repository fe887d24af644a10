"""A plan as people read it."""

from pathlib import Path
from typing import Any

from dlctl.cluster.memory import MemoryCluster
from dlctl.manifest import Manifest
from dlctl.plan.make import make_plan
from dlctl.plan.model import Plan
from dlctl.plan.text import plan_text
from dlctl.redact import Redactor
from tests.plan.targets import apply_all, config, manifest, scope

GOLDEN = Path(__file__).parent / "golden" / "plan.diff"
WHERE = scope("default", environment="gke")


def secret(**texts: str) -> Manifest:
    body = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "stringData": texts}
    return manifest(body, WHERE)


def inception(**changes: Any) -> Manifest:
    container = {"name": "inception", "image": "serving:1", "args": ["--port=9000", "--key=old-old-old"]}
    container |= changes
    template = {"metadata": {"labels": {"app": "inception"}}, "spec": {"containers": [container]}}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": "inception"}}, "template": template}
    body = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "inception"}, "spec": spec}
    return manifest(body, WHERE)


def plan_with_everything() -> Plan:
    cluster = MemoryCluster(namespaces=["default"])
    first = make_plan(WHERE, [secret(user="admin", password="hunter2", old="x"), inception()], cluster)
    apply_all(cluster, [step.manifest for step in first.steps if step.manifest])
    apply_all(cluster, [config("same", WHERE), config("taken", scope("default", app="other"))])
    now = [
        secret(user="admin", password="hunter3", new="y"),
        inception(image="serving:2", args=["--port=9000", "--key=new-new-new"]),
        config("new", WHERE, a="1"),
        config("same", WHERE),
        config("taken", WHERE),
        manifest({"apiVersion": "kubeflow.org/v1", "kind": "TFJob", "metadata": {"name": "cnn"}}, WHERE),
    ]
    return make_plan(WHERE, now, cluster)


def test_golden() -> None:
    text = plan_text(plan_with_everything(), Redactor().with_values(["new-new-new"]))
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_no_secret_is_in_the_text_old_or_new() -> None:
    text = plan_text(plan_with_everything(), Redactor().with_values(["new-new-new"]))
    for value in ("hunter2", "hunter3", "aHVudGVyMg==", "aHVudGVyMw==", "new-new-new", "old-old-old"):
        assert value not in text


def test_a_plan_without_differences_is_no_text() -> None:
    cluster = MemoryCluster(namespaces=["default"])
    apply_all(cluster, [config("c", WHERE)])
    assert plan_text(make_plan(WHERE, [config("c", WHERE)], cluster)) == ""
