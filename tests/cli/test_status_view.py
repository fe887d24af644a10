"""`dlctl status` as people read it: at 80 and 120 columns, and on a pipe."""

import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests import golden
from tests.cli.drawing import environ_of, program
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden" / "status"
PROGRAM = """\
import sys
from dlctl.cli.output.views.status import print_status
from dlctl.manifest import ObjectRef
from dlctl.plan.live.object_status import ObjectStatus
from dlctl.plan.model import Scope
from dlctl.plan.view.masked_status import MaskedStatus
from dlctl.redact import Redactor
from dlctl.status import Status, Verdict

def found(group, kind, name, component, state, message="", namespace="ml", extra=False):
    return ObjectStatus(ObjectRef(group, kind, namespace, name), component, Verdict(state, message), extra)

objects = [
    found("", "Service", "inception", "inception", Status.CURRENT),
    found("apps", "Deployment", "inception", "inception", Status.IN_PROGRESS, "1 of 3 replicas ready"),
    found("", "ConfigMap", "settings", "core", Status.CURRENT),
    found("", "ServiceAccount", "operator", "core", Status.CURRENT),
    found("kubeflow.org", "TFJob", "cnn", "cnn", Status.FAILED,
          "TFJob cnn has failed because 1 Worker replica(s) failed with exit code 137"),
    found("", "ConfigMap", "old", "cnn", Status.CURRENT, "exists", extra=True),
    found("networking.k8s.io", "Ingress", "front", "front", Status.NOT_FOUND, "", "istio-system"),
]
states = MaskedStatus(Scope("shop", "us-west/prod", "ml"), objects, Redactor())
print_status([states], everything="--all" in sys.argv)
"""


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, *words]


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("words", [(), ("--all",)], ids=["grouped", "all"])
def test_it_fits_a_terminal(project: Project, words: tuple[str, ...], columns: int) -> None:
    shown = program(project, *command(*words), columns=columns)
    assert max(map(cell_len, shown.lines[:-1])) <= columns, "the last line counts"
    for name in ("inception", "InProgress", "cnn", "Failed", "NotFound", "137"):
        assert name in shown.text.split(), "no word is cut"
    golden.check(shown.text, GOLDEN / f"{'-'.join(('terminal', *words))}-{columns}.txt")


@pytest.mark.parametrize("words", [(), ("--all",)], ids=["grouped", "all"])
def test_on_a_pipe(project: Project, words: tuple[str, ...]) -> None:
    ran = subprocess.run(command(*words), env=environ_of(project), capture_output=True, text=True)
    golden.check(ran.stdout + ran.stderr, GOLDEN / f"{'-'.join(('pipe', *words))}.txt")
