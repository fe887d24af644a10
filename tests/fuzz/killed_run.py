"""An apply in a process that kills itself before a given write."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path

from dlctl.cluster.connect import connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.deploy.apply import apply_plan
from dlctl.deploy.options import DeployOptions
from dlctl.manifest import Manifest
from dlctl.plan.model import Scope
from dlctl.plan.options import PlanOptions
from dlctl.plan.planner import make_plan
from tests.cluster_cache import cache_in
from tests.plan.targets import Call, Watched

WRITES = ("apply", "create", "delete", "release", "rename")


def apply_until(
    kubeconfig: Path, folder: Path, where: Scope, manifests: Sequence[Manifest], writes: int
) -> None:
    """Apply manifests with a prune, and die by SIGKILL where one more than `writes` would be sent."""
    sent = 0

    def count(call: Call) -> None:
        nonlocal sent
        if call.verb in WRITES:
            if sent == writes:
                os.kill(os.getpid(), signal.SIGKILL)
            sent += 1

    connection = connect(load_kubeconfig(kubeconfig, {}, folder), None, cache=cache_in(folder / "cache"))
    cluster = Watched(connection, count)
    plan = make_plan(where, manifests, cluster, PlanOptions(prune=True, threads=1))
    apply_plan(plan, cluster, DeployOptions(threads=1))
