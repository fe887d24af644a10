"""The commands of the post that introduced Kubeflow, with dlctl for ks, on two real clusters."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from dlctl.registry.prototypes.source import builtin_source
from dlctl.sandbox.lifecycle.lookup import kubectl_command
from tests.controlplane import ControlPlane, StartControlPlane
from tests.packages.git_server import GitServer, commit_all, git_server
from tests.packages.oci_program import oci_program
from tests.packages.registries import registry
from tests.project import Project

pytestmark = pytest.mark.slow

POST = Path(__file__).with_name("kubeflow-post.txt")


@dataclass(frozen=True)
class TwoClusters:
    """A folder, a kubeconfig with the contexts minikube and gke, and the two clusters."""

    folder: Path
    environ: dict[str, str]
    minikube: ControlPlane
    gke: ControlPlane

    def run(self, command: str, folder: Path) -> subprocess.CompletedProcess[str]:
        words = shlex.split(command)
        program = {
            "ks": (sys.executable, "-m", "dlctl.cli.main"),
            "kubectl": kubectl_command(self.gke.name, home=self.gke.home),
        }[words[0]]
        return subprocess.run(
            [*program, *words[1:]], cwd=folder, env=self.environ, capture_output=True, text=True, timeout=120
        )


PACKAGES = ("core", "tf-serving", "tf-job")


def kubeflow_registry(folder: Path) -> Path:
    """The registry of the post: packages with the prototypes that are built in now, in version 0.1.0."""
    prototypes = builtin_source().folder
    for name in PACKAGES:
        shutil.copytree(prototypes / name, folder / name)
        with (folder / name / "package.yaml").open("a") as file:
            file.write("version: 0.1.0\n")
    shutil.copytree(prototypes / "_shared", folder / "_shared")
    return registry(folder)


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitServer]:
    """github.com with the repository of the post, for users whose home is `tmp_path`."""
    with git_server(tmp_path / "github") as server:
        server.lead_here(tmp_path, monkeypatch)
        kubeflow_registry(server.root / "google/kubeflow/kubeflow")
        commit_all(server.root / "google/kubeflow")
        yield server


@pytest.fixture
def oci_location(tmp_path: Path) -> Iterator[str]:
    """A repository of an OCI registry on this machine."""
    with oci_program(tmp_path / "oci") as program:
        yield program.location("google/kubeflow")


def push_all(folder: Path, location: str, environ: dict[str, str]) -> None:
    """Push the packages of the post, as their author would."""
    for name in PACKAGES:
        command = [sys.executable, "-m", "dlctl.cli.main", "pkg", "push", str(folder / name), location]
        subprocess.run(command, env={**os.environ, **environ}, check=True, capture_output=True, timeout=60)


@pytest.fixture
def clusters(tmp_path: Path, start_control_plane: StartControlPlane, github: GitServer) -> TwoClusters:
    minikube = start_control_plane(name="minikube", nodes="cpu-only=1")
    gke = start_control_plane(name="gke", nodes="v100x8-ib100=1,cpu-only=1")
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(json.dumps(_merged({"minikube": minikube, "gke": gke})))
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "KUBECONFIG": str(kubeconfig),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    return TwoClusters(tmp_path, environ, minikube, gke)


def _merged(clusters: dict[str, ControlPlane]) -> dict[str, Any]:
    merged: dict[str, Any] = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [],
        "users": [],
        "contexts": [],
    }
    for name, control_plane in clusters.items():
        own = yaml.safe_load(control_plane.kubeconfig.read_text())
        merged["clusters"].append({**own["clusters"][0], "name": name})
        merged["users"].append({**own["users"][0], "name": name})
        merged["contexts"].append({"name": name, "context": {"cluster": name, "user": name}})
    return merged


def _commands() -> list[str]:
    return POST.read_text().replace("\\\n", " ").splitlines()


IN_THE_POST = "github.com/google/kubeflow/tree/master/kubeflow"


@pytest.mark.controlplane
@pytest.mark.parametrize("source", ["git", pytest.param("oci", marks=pytest.mark.go)])
def test_kubeflow_post_runs_with_dlctl_instead_of_ks(
    clusters: TwoClusters, source: str, github: GitServer, request: pytest.FixtureRequest
) -> None:
    """Word for word from git; from OCI with another location in one command."""
    folder = clusters.folder
    cnn_on_minikube: Any = None
    location = IN_THE_POST
    if source == "oci":
        location = request.getfixturevalue("oci_location")
        push_all(github.root / "google/kubeflow/kubeflow", location, clusters.environ)
    for command in (each.replace(IN_THE_POST, location) for each in _commands()):
        if command.startswith("cd "):
            folder = folder / command.removeprefix("cd ")
            continue
        answer = clusters.run(command, folder)
        assert answer.returncode == 0, f"$ {command}\n{answer.stdout}{answer.stderr}"
        if command == "ks apply minikube -c cnn":
            cnn_on_minikube = clusters.minikube.get("tfjob", "cnn", "-n", "default")
        if command == "ks prototype list tf-job":
            assert {"num_gpus", "num_workers", "num_ps"} <= set(answer.stdout.split())
    _check_minikube(clusters, cnn_on_minikube)
    _check_gke(clusters)
    _check_the_hub(clusters.minikube)
    _check_the_hub(clusters.gke)


COMPONENTS = (
    ("core", "kubeflow-core", "--name=kubeflow-core"),
    ("tf-cnn", "cnn", "--name=cnn"),
    ("tf-serving", "inception", "--name=inception", "--model_path=gs://kubeflow-models/inception"),
)


@pytest.mark.parametrize("source", ["git", "directory", pytest.param("oci", marks=pytest.mark.go)])
def test_packages_render_what_the_built_in_prototypes_do(
    project: Project,
    source: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The post's components, from the packages: first beside the built-in ones, then instead."""
    location = IN_THE_POST
    with git_server(tmp_path / "github") as server:
        server.lead_here(Path(project.environ["HOME"]), monkeypatch)
        folder = kubeflow_registry(server.root / "google/kubeflow/kubeflow")
        commit_all(folder.parent)
        project.run("init", "my-kubeflow").ok()
        app = Project(project.root / "my-kubeflow", project.environ)
        if source == "oci":
            location = request.getfixturevalue("oci_location")
            push_all(folder, location, project.environ)
        app.run("registry", "add", "kubeflow", str(folder) if source == "directory" else location).ok()
        noted = app.run("pkg", "install", *(f"kubeflow/{name}" for name in PACKAGES)).ok().err
        assert "'core' is the built-in prototype; that of kubeflow/core is 'kubeflow/core/core'" in noted
        _add_environment(app)
        for words in COMPONENTS:
            app.run("generate", *words).ok()
        built_in = app.run("show", "gke").ok()
        app.run("pkg", "install", *(f"kubeflow/{name}" for name in PACKAGES), "--shadow").ok()
    instead = app.run("show", "gke").ok()
    assert "vendor/kubeflow/core@0.1.0/core is used instead of the built-in prototype 'core'" in instead.err
    assert instead.out == built_in.out
    explained = app.run("param", "explain", "cnn", "num_workers", "--env", "gke").ok().out
    assert "vendor/kubeflow/tf-job@0.1.0/tf-cnn/prototype.yaml" in explained


def _add_environment(app: Project) -> None:
    app.write({"environments/gke/environment.yaml": "context: gke\nnamespace: default\n"})


def _check_minikube(clusters: TwoClusters, first: Any) -> None:
    """What was applied to minikube did not change when gke's parameters did, and applying again agrees."""
    again = clusters.run("ks apply minikube -c cnn", clusters.folder / "my-kubeflow")
    assert again.returncode == 0, again.stderr
    assert "2 unchanged" in again.stderr
    now = clusters.minikube.get("tfjob", "cnn", "-n", "default")
    assert now["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]
    assert "resources" not in _worker(now)
    assert clusters.minikube.kubectl("get", "deployment", "inception", "-n", "default").returncode != 0


def _check_gke(clusters: TwoClusters) -> None:
    cnn = clusters.gke.get("tfjob", "cnn", "-n", "default")
    assert cnn["spec"]["tfReplicaSpecs"]["Worker"]["replicas"] == 1
    assert _worker(cnn)["resources"]["limits"]["nvidia.com/gpu"] == 1
    inception = clusters.gke.get("deployment", "inception", "-n", "default")
    arguments = inception["spec"]["template"]["spec"]["containers"][0]["args"]
    assert any("gs://kubeflow-models/inception" in argument for argument in arguments)
    assert inception["metadata"]["labels"]["dlctl.dev/environment"] == "gke"


def _worker(job: Any) -> Any:
    return job["spec"]["tfReplicaSpecs"]["Worker"]["template"]["spec"]["containers"][0]


def _check_the_hub(control_plane: ControlPlane) -> None:
    answer = control_plane.kubectl(
        "wait", "pod/tf-hub-0", "-n", "default", "--for=condition=Ready", "--timeout=60s"
    )
    assert answer.returncode == 0, answer.stderr
    ports = control_plane.get("service", "tf-hub-0", "-n", "default")["spec"]["ports"]
    assert 8000 in [port["port"] for port in ports]


def test_commands_match_the_post(shared: Path) -> None:
    """The only edits: a line continuation, a dash too many, and the command that opens a browser's port."""
    post = (shared / "seeds" / "kubeflow-ksonnet-and-paddle-edl.txt").read_text().replace("\u00a0", " ")
    post = re.sub(r"(--name=inception)\n +---namespace", r"\1 --namespace", post)
    post = re.sub(r" \\\n +", " ", post)
    commands = re.findall(r"^ {5,}((?:ks|kubectl|cd) .+?)\s*$", post, flags=re.MULTILINE)
    expected = [command for command in commands if not command.startswith("kubectl port-forward")]
    assert [" ".join(command.split()) for command in _commands()] == expected
