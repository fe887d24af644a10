"""`apply --wait` and `status --wait` on a real cluster: verdicts, exit codes, and why something is not ready."""

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane

STORY = "sandbox.dlctl.dev/story"


def job(name: str, story: str = "", **spec: Any) -> Body:
    """A Job of one container, whose pod plays a story."""
    container = {"name": "main", "image": "busybox", "resources": {"limits": {"memory": "64Mi"}}}
    template = {
        "metadata": {"annotations": {STORY: story} if story else {}},
        "spec": {"restartPolicy": "Never", "containers": [container]},
    }
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"backoffLimit": 0, "template": template, **spec},
    }


def test_services_are_ready_and_jobs_run(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("settings"), deployment("web"))
    cluster_app.component("train", job("train", "hang"))
    assert cluster_app.run("status", "dev", "--exit-status").code == 1  # missing
    answer = cluster_app.run("apply", "dev", "--wait", "--timeout", "60s", "-o", "json").ok()
    waited = checked(answer.out, "ReportList")["items"][0]["waited"]
    assert waited["reached"]
    phases = {each["object"]["kind"]: each["phase"] for each in waited["objects"]}
    assert (phases["Job"], phases["Deployment"]) == ("Running", "")
    assert cluster_app.run("status", "dev", "--wait").code == 0
    final = cluster_app.run("status", "dev", "--wait-for", "final", "--timeout", "1s")
    assert final.code == 3  # it runs, and is not done
    assert "not at its end: running, 1 active" in final.err
