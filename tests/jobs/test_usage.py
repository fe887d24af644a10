"""`dlctl job top`: what jobs hold and want, added up; bars on a terminal, a plain table on a pipe."""

import subprocess
import sys
from pathlib import Path

from tests import golden
from tests.cli.drawing import environ_of, program
from tests.project import Project

GOLDEN = Path(__file__).parent / "golden"
PROGRAM = """\
from dlctl.cli.output.tables.table import TableFormat
from dlctl.cli.output.views.jobs.usage import print_usage
from dlctl.errors import Unreachable
from dlctl.jobs.model import Devices, Job, Reason, Replicas
from dlctl.jobs.choices import UsageBy
from dlctl.jobs.usage import UsedJob, is_counted
from dlctl.manifest import ObjectRef
from dlctl.status.model import Phase
from dlctl.workflow.clusters import ClusterRead
from dlctl.workflow.jobs.usage import UsedJobs

def used(name, held, wanted, queue="", env="gke", owner="", phase=Phase.RUNNING, namespace="ml"):
    job = Job(ObjectRef("kubeflow.org", "TFJob", namespace, name), name, env, owner if env else "", phase,
              phase is Phase.FAILED, Reason(), "", None, Replicas(), Devices(held, wanted), queue,
              None, None, None)
    return UsedJob(job, owner)

jobs = [
    used("cnn", 16, 16, "vision", owner="cnn"),
    used("bert", 0, 32, "speech", owner="bert", phase=Phase.QUEUED),
    used("kept", 8, 8, "vision", owner="cnn", phase=Phase.FAILED),
    used("cpu-only", 0, 0, owner="prep"),
    used("theirs", 4, 4, env="", owner="shop"),
]
shared = [used("cnn", 16, 16, "vision", env="", owner="cnn"), used("hidden", None, 8, owner="a", env="us")]
counted = [[each for each in found if is_counted(each.job)] for found in (jobs, shared)]
reads = [ClusterRead(name, None, UsedJobs(tuple(found), ())) for name, found in zip(("gke", "us"), counted)]
failed = ClusterRead("far", None, None, Unreachable("no answer", cause="timeout"))
print_usage(None, [*reads, failed], tuple(UsageBy), TableFormat.TABLE)
"""


def test_bars_on_a_terminal(project: Project) -> None:
    shown = program(project, sys.executable, "-c", PROGRAM, columns=100)
    golden.check(shown.text, GOLDEN / "usage-terminal.txt")


def test_a_plain_table_on_a_pipe(project: Project) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environ_of(project), capture_output=True, text=True
    )
    golden.check(ran.stdout + ran.stderr, GOLDEN / "usage-pipe.txt")
