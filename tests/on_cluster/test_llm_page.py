"""The page about serving a large language model: its commands, in order, up to an answered request."""

import re
import shlex
import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.conftest import REPOSITORY
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.on_cluster.processes import Started, start

pytestmark = pytest.mark.controlplane

PAGE = (REPOSITORY / "docs/guides/llm-serving.md").read_text(encoding="utf-8")
FORWARD = "dlctl port-forward qwen 8000:8000 --env gke"
TOKEN = "hf_0123456789abcdef"


def commands() -> Iterator[str]:
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL):
        yield from block.splitlines()


def test_the_page(cluster_app: AppOnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports are free ones, and the namespace is the test's own; the rest is as it stands there."""
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    cluster_app.context("gke", cluster_app.control_plane)
    lines = list(commands())
    assert len(lines) == 29
    before = lines[: lines.index(FORWARD)]
    for line in before:
        ran(cluster_app, line)
    secret = cluster_app.get("secret", "qwen-hf")
    assert secret["data"] == {"HF_TOKEN": "aGZfMDEyMzQ1Njc4OWFiY2RlZg=="}
    forwarding = start(cluster_app, *shlex.split(FORWARD.replace("8000:8000", ":8000"))[1:])
    try:
        address = listening(forwarding)
        requests = [line for line in lines if line.startswith("curl ")]
        for line in requests:
            asked(line.replace("127.0.0.1:8000", address), cluster_app.namespace)
    finally:
        forwarding.process.send_signal(signal.SIGINT)
        assert forwarding.end().code == 130
    for line in lines[len(before) + 1 + len(requests) :]:
        ran(cluster_app, line)
    assert cluster_app.names("deployments") == []


def ran(cluster_app: AppOnCluster, line: str) -> None:
    outcome = cluster_app.run(
        *shlex.split(line.replace("--namespace llm", f"--namespace {cluster_app.namespace}"))[1:]
    )
    wanted = 0
    if line.startswith("dlctl diff"):
        wanted = 2 if "ScaledObject" in outcome.out else 1
        assert ("KEDA (keda.sh)" in outcome.out) == (wanted == 2)
    assert outcome.code == wanted, f"{line}\n{outcome.out}{outcome.err}"
    assert TOKEN not in outcome.out + outcome.err
    if line.startswith("dlctl job list"):
        assert re.search(r"qwen +deploy +qwen +Running", outcome.out), outcome.out


def listening(forwarding: Started) -> str:
    assert forwarding.process.stdout is not None
    return forwarding.process.stdout.readline().split()[2]


def asked(line: str, namespace: str) -> None:
    answer = subprocess.run(shlex.split(line), capture_output=True, text=True, timeout=60, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith(f"ok: pod {namespace}/qwen-")
