"""The account that `core` gives the training operator is enough for the real one, up to a job's end."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlctl.events import no_events
from dlctl.sandbox.host.certificates import issue_for_loopback
from dlctl.sandbox.host.ports import free_port_pair
from dlctl.sandbox.operators.model import TRAINING_OPERATOR
from dlctl.sandbox.programs.build import built_binary
from dlctl.yamlio.dump import dump_documents
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.prototypes.rollout.cluster_objects import Json, marked
from tests.prototypes.upstream import apply, put, served

pytestmark = pytest.mark.controlplane

ACCOUNT = "training-operator"
OTHERS = {
    "": ["configmaps", "serviceaccounts"],
    "rbac.authorization.k8s.io": ["roles", "rolebindings"],
    "autoscaling": ["horizontalpodautoscalers"],
}
"""What the sandbox's operator follows besides, for kinds that `core` does not install: it runs them all."""


@pytest.fixture
def log(team: AppOnCluster, tmp_path: Path) -> Iterator[Path]:
    """What the real operator writes, which runs as the account of the component `core` there."""
    team.components["core"] = {"prototype": "core"}
    team.write_app()
    team.run("apply", "lab").ok()
    program = built_binary(team.control_plane.home, os.environ, no_events, TRAINING_OPERATOR.recipe)
    install_other_kinds(team, program.parent)
    issue_for_loopback(tmp_path / "certificates")
    health, webhooks = free_port_pair()
    command = (
        program,
        f"--kubeconfig={signed_in(team, tmp_path)}",
        f"--certificates={tmp_path / 'certificates'}",
        f"--health-port={health}",
        f"--webhook-port={webhooks}",
    )
    written = tmp_path / "operator.log"
    with written.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        yield written
        process.terminate()


def test_a_job_ends_under_the_operator_of_core(team: AppOnCluster, log: Path) -> None:
    team.components["cnn"] = {"prototype": "tf-cnn", "params": {"num_workers": 2, "num_ps": 1}}
    team.write_app()
    team.run("apply", "lab").ok()
    ended = team.control_plane.kubectl(
        "wait", "--for=condition=Succeeded", "tfjob/cnn", "--timeout=90s", "--namespace", team.namespace
    )
    assert ended.returncode == 0, log.read_text()
    (item,) = team.run("status", "lab", "-o", "json").ok().json["items"]
    assert {each["status"] for each in item["objects"]} == {"Current"}
    events = team.control_plane.get("--namespace", team.namespace, "events")["items"]
    assert "SuccessfulCreatePod" in {event["reason"] for event in events}
    assert "forbidden" not in log.read_text()


def install_other_kinds(team: AppOnCluster, carried: Path) -> None:
    files = sorted(carried.rglob("kubeflow.org_*.yaml"))
    kinds = [yaml.safe_load(file.read_text()) for file in files if not file.stem.endswith("tfjobs")]
    apply(
        team.control_plane,
        "--filename",
        "-",
        text=dump_documents(marked(body, team.namespace) for body in kinds),
    )
    served(team.control_plane, *(body["metadata"]["name"] for body in kinds))
    rules = [
        {"apiGroups": [group], "resources": names, "verbs": ["get", "list", "watch"]}
        for group, names in {
            **OTHERS,
            "kubeflow.org": [kind["spec"]["names"]["plural"] for kind in kinds],
        }.items()
    ]
    name = f"others-{team.namespace}"
    subject = {"kind": "ServiceAccount", "name": ACCOUNT, "namespace": team.namespace}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": name}
    bodies = [
        access("ClusterRole", name, rules=rules),
        access("ClusterRoleBinding", name, roleRef=role, subjects=[subject]),
    ]
    put(team.control_plane, [marked(body, team.namespace) for body in bodies])


def access(kind: str, name: str, **rest: Any) -> Json:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        **rest,
    }


def signed_in(team: AppOnCluster, folder: Path) -> Path:
    """A kubeconfig with the account's own token."""
    token = team.control_plane.kubectl("create", "token", ACCOUNT, "--namespace", team.namespace)
    assert token.returncode == 0, token.stderr
    config = yaml.safe_load(team.control_plane.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": token.stdout.strip()}
    path = folder / "operator-kubeconfig"
    path.write_text(yaml.safe_dump(config))
    return path
