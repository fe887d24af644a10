"""`up --kinds`: every kind that a prototype renders is served without its operator."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlctl.errors import UsageError
from dlctl.sandbox.kinds.definitions import all_kinds, definition
from dlctl.sandbox.kinds.names import chosen_kinds
from dlctl.yamlio.load import load_all, load_file, read_text
from tests.controlplane import StartControlPlane
from tests.sandbox.conftest import CommandLine

PROTOTYPES = Path(__file__).parents[2] / "prototypes"
BUILT_IN = {"v1", "apps", "batch", "autoscaling", "policy", "apiextensions.k8s.io", "networking.k8s.io"}
BUILT_IN |= {
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "admissionregistration.k8s.io",
    "storage.k8s.io",
    "node.k8s.io",
    "discovery.k8s.io",
}


def rendered_kinds() -> Iterator[str]:
    """GROUP/VERSION/KIND of all that the library's prototypes require, provide and render."""
    for file in PROTOTYPES.glob("*/*/prototype.yaml"):
        prototype = load_file(file).value
        yield from (each["kind"] for each in prototype.get("requires") or ())
        yield from prototype.get("provides") or ()
    for file in PROTOTYPES.glob("*/*/examples/*/expected.yaml"):
        for document in load_all(read_text(file), str(file)):
            yield f"{document.value['apiVersion']}/{document.value['kind']}"


def test_every_kind_of_the_library_is_in_the_table() -> None:
    custom = {kind for kind in rendered_kinds() if kind.split("/")[0] not in BUILT_IN}
    served = {f"{kind.group}/{version}/{kind.name}" for kind in all_kinds() for version in kind.served}

    assert len(custom) > 50
    assert custom - served == set()


def test_each_kind_has_one_stored_version() -> None:
    for kind in all_kinds():
        versions = definition(kind)["spec"]["versions"]
        assert [version["storage"] for version in versions].count(True) == 1, kind.definition_name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("TFJob", {"tfjobs.kubeflow.org"}),
        ("queues", {"queues.scheduling.volcano.sh", "queues.scheduling.incubator.k8s.io"}),
        (
            "leaderworkerset.x-k8s.io,mpijobs.kubeflow.org",
            {"leaderworkersets.leaderworkerset.x-k8s.io", "mpijobs.kubeflow.org"},
        ),
        ("all", {kind.definition_name for kind in all_kinds()}),
    ],
)
def test_names_of_kinds(text: str, names: set[str]) -> None:
    assert {kind.definition_name for kind in chosen_kinds([text])} == names


def test_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown kind 'TFJobb'") as caught:
        chosen_kinds(["TFJobb"])
    assert caught.value.hint == "did you mean 'TFJob'?"


@pytest.mark.controlplane
def test_up_serves_all_kinds(sandbox: CommandLine, start_control_plane: StartControlPlane) -> None:
    started = start_control_plane(nodes="cpu-only=1")
    commands = CommandLine(sandbox.root, {"DLCTL_SANDBOX_HOME": str(started.home.state)})

    answer = commands("up", started.name, "--kinds", "all")

    assert answer.returncode == 0, answer.stderr
    assert f"Created the CRDs of {len(all_kinds())} kinds" in answer.stderr
    assert "Created the CRDs of 0 kinds" in commands("up", started.name, "--kinds", "TFJob").stderr
    job: dict[str, Any] = {"apiVersion": "kubeflow.org/v1", "kind": "PyTorchJob", "metadata": {"name": "a"}}
    job |= {"spec": {"any": 1, "pytorchReplicaSpecs": {"Worker": {"replicas": 2}}}}
    assert started.kubectl("apply", "-f", "-", input=json.dumps(job)).returncode == 0
    scaled = started.kubectl("scale", "pytorchjob/a", "--replicas=3")
    assert scaled.returncode == 0, scaled.stderr
    seen = started.get("pytorchjob", "a")["spec"]
    assert (seen["any"], seen["pytorchReplicaSpecs"]["Worker"]["replicas"]) == (1, 3)
    assert started.kubectl("get", "pytorchjob").stdout.split()[:3] == ["NAME", "STATE", "AGE"]

    # Who brings the real CRD owns it without a conflict.
    real = definition(chosen_kinds(["TFJob"])[0])
    real["spec"]["versions"][0]["additionalPrinterColumns"] = []
    command = ("apply", "--server-side", "--field-manager=core", "-f", "-")
    applied = started.kubectl(*command, input=json.dumps(real))
    assert applied.returncode == 0, applied.stderr
