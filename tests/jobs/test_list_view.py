"""`dlctl job list` as people read it: on terminals and on a pipe."""

import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests import golden
from tests.cli.drawing import environ_of, program
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden"
PROGRAM = """\
from datetime import UTC, datetime, timedelta
from dlctl.cli.output.views.jobs.columns import job_row, unread_row
from dlctl.cli.output.views.jobs.listing import print_rows
from dlctl.errors import Forbidden
from dlctl.jobs.model import Devices, FailedBy, Job, Reason, Replicas
from dlctl.manifest import ObjectRef
from dlctl.status.model import Phase

now = datetime(2026, 1, 2, tzinfo=UTC)

def job(group, kind, name, phase, reason="", env="gke", running=0, required=1, gpus=(0, 0), queue="",
        minutes=5, started=True, ended=None):
    at = now - timedelta(minutes=minutes)
    return Job(ObjectRef(group, kind, "ml", name), name, env, name if env else "", phase, ended is not None,
               Reason("x", reason), "", None, Replicas(running, required), Devices(*gpus), queue,
               at, at if started else None, at + timedelta(seconds=ended) if ended else None)

jobs = [
    job("kubeflow.org", "TFJob", "bert", Phase.PENDING, started=False, required=4, gpus=(0, 32),
        reason="no node fits: 3 Insufficient nvidia.com/gpu, 1 node(s) were unschedulable (4 of 4 workers)."),
    job("batch.volcano.sh", "Job", "sim", Phase.QUEUED, "queue q: closed", queue="q", started=False),
    job("kubeflow.org", "PaddleJob", "ocr", Phase.RUNNING, running=3, required=3, gpus=(16, 16), minutes=130),
    job("batch", "Job", "prep", Phase.FAILED, "exit 1 (1 of 1 pods)", minutes=180, ended=12),
    job("trainer.kubeflow.org", "TrainJob", "tune", Phase.SUCCEEDED, env="", running=None, required=None,
        gpus=(None, None), minutes=4000, ended=3600),
]
refused = Forbidden("you do not have permission to list jobs")
rows = [*(job_row(each, now) for each in jobs), unread_row("us-west/prod", refused)]
print_rows(rows, several=True, ended=False)
"""


@pytest.mark.parametrize("columns", [80, 140])
def test_it_fits_a_terminal(project: Project, columns: int) -> None:
    shown = program(project, sys.executable, "-c", PROGRAM, columns=columns)
    assert max(map(cell_len, shown.lines[:-1])) <= columns
    for name in ("bert", "Pending", "Queued", "Succeeded", "forbidden"):
        assert name in shown.text.split(), "no word is cut"
    golden.check(shown.text, GOLDEN / f"terminal-{columns}.txt")


def test_on_a_pipe(project: Project) -> None:
    command = [sys.executable, "-c", PROGRAM]
    ran = subprocess.run(command, env=environ_of(project), capture_output=True, text=True)
    golden.check(ran.stdout + ran.stderr, GOLDEN / "pipe.txt")
