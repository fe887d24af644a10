"""`up --with training-operator`: one more real program, from its start to its end."""

import json
import subprocess
from pathlib import Path
from typing import Any

import psutil
import pytest

from dlctl.errors import SandboxError
from dlctl.events import no_events
from dlctl.sandbox.host.home import Home
from dlctl.sandbox.lifecycle.up_and_down import up
from dlctl.sandbox.operators.model import TRAINING_OPERATOR
from tests.sandbox.conftest import PROGRAMS, CommandLine

OPERATOR = "training-operator"
WITH = ("--with", OPERATOR)


def seen(sandbox: CommandLine) -> dict[str, Any]:
    (item,) = json.loads(sandbox.ok("list", "-o", "json"))["items"]
    return dict(item)


def operators(sandbox: CommandLine) -> list[psutil.Process]:
    return [each for each in sandbox.processes() if Path(each.cmdline()[0]).name == OPERATOR]


def create_job(sandbox: CommandLine, name: str, container: str) -> subprocess.CompletedProcess[str]:
    """A TFJob of two workers, whose container is called so."""
    template = {"spec": {"containers": [{"name": container, "image": "example.test/train:1"}]}}
    job = {
        "apiVersion": "kubeflow.org/v1",
        "kind": "TFJob",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"tfReplicaSpecs": {"Worker": {"replicas": 2, "template": template}}},
    }
    file = sandbox.root / "job.json"
    file.write_text(json.dumps(job))
    return sandbox("kubectl", "sandbox", "create", "-f", str(file))


def run_a_job(sandbox: CommandLine, name: str) -> None:
    """To its end."""
    created = create_job(sandbox, name, "tensorflow")
    assert created.returncode == 0, created.stderr
    ended = ("--for=condition=Succeeded", f"tfjob/{name}", "--timeout=60s")
    sandbox.ok("kubectl", "sandbox", "wait", *ended)


@pytest.mark.controlplane
def test_operator_starts_in_a_running_sandbox_and_stops_with_it(sandbox: CommandLine) -> None:
    sandbox.ok("up")
    assert operators(sandbox) == []
    assert seen(sandbox)["operators"] == []

    assert "training-operator is running" in sandbox("up", *WITH).stderr
    (process,) = operators(sandbox)
    listening = {each.laddr.ip for each in process.net_connections("inet") if each.status == "LISTEN"}
    assert listening == {"127.0.0.1"}
    assert len(sandbox.processes()) == len(PROGRAMS) + 1
    assert seen(sandbox)["operators"] == [OPERATOR]
    run_a_job(sandbox, "first")
    refused = create_job(sandbox, "wrong", "main")
    assert refused.returncode == 1
    assert "must have at least one container with name tensorflow" in refused.stderr

    assert "training-operator is running" not in sandbox("up", *WITH).stderr
    assert operators(sandbox) == [process]

    sandbox.ok("down")
    assert sandbox.processes() == []
    assert sandbox.files() == []


@pytest.mark.controlplane
def test_up_restarts_a_crashed_operator(sandbox: CommandLine) -> None:
    sandbox.ok("up", *WITH)
    (process,) = operators(sandbox)
    process.kill()

    crashed = seen(sandbox)
    assert (crashed["status"], crashed["dead"]) == ("crashed", [OPERATOR])
    sandbox.ok("up")
    assert seen(sandbox)["status"] == "running"
    run_a_job(sandbox, "first")


def test_unknown_operator_error_lists_operators(sandbox: CommandLine, tmp_path: Path) -> None:
    assert sandbox("up", "--with", "tea-operator").returncode == 2
    with pytest.raises(SandboxError, match="tea-operator") as caught:
        up("a", home=Home(tmp_path, tmp_path), environ={}, operators=("tea-operator",), emit=no_events)
    assert caught.value.hint == "operators: training-operator, trainer, kuberay"
    assert sandbox.files() == []


def test_operator_version_is_pinned_by_digest() -> None:
    module = "github.com/kubeflow/training-operator v1.8.1"
    sources = TRAINING_OPERATOR.recipe.sources
    assert f"\t{module}\n" in (sources / "go.mod").read_text()
    assert f"{module} h1:" in (sources / "go.sum").read_text()
