"""The page about runs: its blocks, in order, on a cluster."""

import re
import shlex

import pytest

from tests.conftest import REPOSITORY
from tests.on_cluster.app_on_cluster import AppOnCluster
from tests.on_cluster.test_jobs import plain_job
from tests.on_cluster.test_runs import PARAMS, TEMPLATE

pytestmark = pytest.mark.controlplane

PAGE = (REPOSITORY / "docs/guides/runs.md").read_text(encoding="utf-8")


def test_the_page(cluster_app: AppOnCluster) -> None:
    declared = {**PARAMS, "story": {**PARAMS["story"], "default": "succeed@1s"}}
    cluster_app.component("cnn", plain_job("cnn", "succeed@1s"), **declared)
    cluster_app.template("cnn", TEMPLATE)
    cluster_app.environment("gke", pin=cluster_app.control_plane)
    lines = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
    assert len(lines) == 13
    for line in lines:
        outcome = cluster_app.run(*shlex.split(line)[1:])
        assert outcome.code == (1 if line.startswith("dlctl job diff") else 0), f"{line}\n{outcome.err}"
        assert not outcome.err.startswith("Error"), line
    assert "cnn-r8" in cluster_app.names("jobs")
