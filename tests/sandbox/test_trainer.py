"""`up --with trainer`: Kubeflow Trainer and JobSet in one more real program."""

import json
from pathlib import Path
from typing import Any

import psutil
import pytest

from dlctl.errors import SandboxError
from dlctl.sandbox.operators.model import OPERATORS, TRAINER, chosen
from dlctl.sandbox.operators.names import NAMES
from tests.sandbox.conftest import PROGRAMS, CommandLine


def trainers(sandbox: CommandLine) -> list[psutil.Process]:
    return [each for each in sandbox.processes() if Path(each.cmdline()[0]).name == "trainer"]


def create(sandbox: CommandLine, runtime: str) -> Any:
    """A TrainJob on this runtime."""
    job = {
        "apiVersion": "trainer.kubeflow.org/v1alpha1",
        "kind": "TrainJob",
        "metadata": {"name": "first", "namespace": "default"},
        "spec": {"runtimeRef": {"name": runtime}, "trainer": {"numNodes": 2}},
    }
    file = sandbox.root / "job.json"
    file.write_text(json.dumps(job))
    return sandbox("kubectl", "sandbox", "create", "-f", str(file))


@pytest.mark.controlplane
def test_trainer_runs_next_to_the_training_operator(sandbox: CommandLine) -> None:
    said = sandbox("up", "--with", "training-operator", "--with", "trainer").stderr
    assert "training-operator is running" in said
    assert "trainer is running" in said

    (process,) = trainers(sandbox)
    listening = {each.laddr.ip for each in process.net_connections("inet") if each.status == "LISTEN"}
    assert listening == {"127.0.0.1"}
    assert len(sandbox.processes()) == len(PROGRAMS) + 2

    refused = create(sandbox, "no-such-runtime")
    assert "must be created before the TrainJob" in refused.stderr
    assert create(sandbox, "torch-distributed").returncode == 0
    sandbox.ok("kubectl", "sandbox", "wait", "--for=condition=Complete", "trainjob/first", "--timeout=60s")

    sandbox.ok("down")
    assert sandbox.processes() == []
    assert sandbox.files() == []


@pytest.mark.controlplane
def test_train_jobs_survive_a_restart(sandbox: CommandLine) -> None:
    """Its webhooks refuse everything while it is away: what starts it again must not need them."""
    sandbox.ok("up", "--with", "trainer")
    sandbox.ok("down", "--keep")

    sandbox.ok("up")

    assert len(trainers(sandbox)) == 1
    assert create(sandbox, "torch-distributed").returncode == 0
    sandbox.ok("kubectl", "sandbox", "wait", "--for=condition=Complete", "trainjob/first", "--timeout=60s")


@pytest.mark.parametrize(
    ("name", "hint"),
    [("traner", "did you mean 'trainer'?"), ("tea", "operators: training-operator, trainer, kuberay")],
)
def test_unknown_name_error_suggests_a_name(name: str, hint: str, sandbox: CommandLine) -> None:
    for command in ("up", "build"):
        answer = sandbox(command, "--with", name)
        assert answer.returncode == 2
        assert f"unknown sandbox operator '{name}'; {hint}\n" in answer.stderr
    with pytest.raises(SandboxError, match=name) as caught:
        chosen([name])
    assert caught.value.hint == hint


def test_the_command_line_knows_every_operator() -> None:
    assert tuple(OPERATORS) == NAMES


@pytest.mark.parametrize("module", ["github.com/kubeflow/trainer/v2 v2.3.0", "sigs.k8s.io/jobset v0.12.0"])
def test_trainer_versions_are_pinned_by_digest(module: str) -> None:
    sources = TRAINER.recipe.sources
    assert f"\t{module}\n" in (sources / "go.mod").read_text()
    assert f"{module} h1:" in (sources / "go.sum").read_text()
