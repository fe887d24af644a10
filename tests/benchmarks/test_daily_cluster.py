"""The sample app on a cluster, nothing changed: `diff`, `apply` and `status` beside kubectl."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from pytest_benchmark.fixture import BenchmarkFixture

from dlctl.sandbox.lifecycle.lookup import kubectl_command
from tests.benchmarks.apps import write_environment
from tests.benchmarks.comparison import measure, report
from tests.benchmarks.programs import DLCTL, Programs
from tests.conftest import REPOSITORY
from tests.controlplane import ControlPlane

ROUNDS = 11
PART_OF = "applyset.kubernetes.io/part-of"


@dataclass(frozen=True, slots=True)
class Applied:
    """The app as it is on the cluster, and the same objects in a file, for both programs.

    kubectl has dlctl's name of the field manager: as another one it has conflicts where the API server adds a
    default inside an atomic field (fieldRef), and stops. Its file has the label of the ApplySet, too, which
    `show` does not print: without it each program would change what the other one wrote.
    """

    programs: Programs
    kubectl: tuple[str, ...]
    file: Path
    manager: str

    def server_side(self, verb: str) -> tuple[str, ...]:
        """kubectl's command that compares or applies the objects."""
        flags = ("--server-side", "--field-manager", self.manager, "-f", str(self.file))
        return (*self.kubectl, verb, *flags)


@pytest.fixture
def applied(
    online: Programs, control_plane: ControlPlane, request: pytest.FixtureRequest
) -> Iterator[Applied]:
    """The app, applied by dlctl and by kubectl."""
    namespace = f"bench-{request.node.name}".replace("_", "-")
    control_plane.kubectl("create", "namespace", namespace)
    uid = str(control_plane.get("namespace", "kube-system")["metadata"]["uid"])
    text = (REPOSITORY / "dlctl.yaml").read_text()
    (online.folder / "dlctl.yaml").write_text(text)
    write_environment(online.folder, "daily", namespace, control_plane.context, uid)
    online.run(*DLCTL, "apply", "daily", "-y", codes=(0, 3))
    kubectl = tuple(kubectl_command(control_plane.name, home=control_plane.home))
    live = control_plane.get("deployment", "inception", "--namespace", namespace, "--show-managed-fields")
    manager = next(each["manager"] for each in live["metadata"]["managedFields"])
    file = online.folder / "objects.yaml"
    objects = list(yaml.safe_load_all(online.run(*DLCTL, "show", "daily", "--reveal-secrets").out))
    for each in objects:
        each["metadata"]["labels"][PART_OF] = live["metadata"]["labels"][PART_OF]
    file.write_text(yaml.safe_dump_all(objects))
    daily = Applied(online, kubectl, file, manager)
    online.run(*daily.server_side("apply"))
    online.run(*DLCTL, "diff", "daily")  # exit code 0: no differences
    again = json.loads(online.run(*DLCTL, "apply", "daily", "-y", "-o", "json").out)
    assert {each["action"] for each in again["items"][0]["objects"]} == {"unchanged"}
    yield daily
    online.run(*DLCTL, "delete", "daily", "-y", codes=(0, 1, 3))
    control_plane.kubectl("delete", "namespace", namespace, "--wait=false")


def test_diff_and_status(benchmark: BenchmarkFixture, applied: Applied) -> None:
    programs = applied.programs
    diff, status, kubectl = measure(
        benchmark,
        ("dlctl diff", lambda: programs.run(*DLCTL, "diff", "daily")),
        ("dlctl status", lambda: programs.run(*DLCTL, "status", "daily")),
        ("kubectl diff", lambda: programs.run(*applied.server_side("diff"))),
        rounds=ROUNDS,
    )
    report("diff of the sample app, nothing changed", diff, kubectl, at_most=1.1)
    report("status of the sample app", status, diff, at_most=1)


def test_apply(benchmark: BenchmarkFixture, applied: Applied) -> None:
    programs = applied.programs
    ours, kubectl = measure(
        benchmark,
        ("dlctl apply", lambda: programs.run(*DLCTL, "apply", "daily", "-y", codes=(0, 3))),
        ("kubectl apply", lambda: programs.run(*applied.server_side("apply"))),
        rounds=ROUNDS,
    )
    report("apply of the sample app, nothing changed", ours, kubectl, at_most=0.6)
