"""What a change costs: pods that restart or stop, their GPUs, and since when a run has been going."""

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, deployment

pytestmark = pytest.mark.controlplane


def workload(image: str = "a", gpus: int = 2, **spec: int) -> Body:
    body = deployment("web", "", **spec)
    limits = {"limits": {"nvidia.com/gpu": gpus}}
    body["spec"]["template"]["spec"]["containers"] = [{"name": "main", "image": image, "resources": limits}]
    return body


def job(image: str = "a") -> Body:
    body = workload(image)
    spec = {"template": {"spec": {**body["spec"]["template"]["spec"], "restartPolicy": "Never"}}}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "run"},
        "spec": {"parallelism": 3, **spec},
    }


def shown(app: AppOnCluster, *bodies: Body, flags: tuple[str, ...] = ()) -> str:
    app.component("web", *bodies)
    return app.run("diff", "dev", "--no-fit-check", *flags).out


def test_every_changed_workload_says_what_it_costs(cluster_app: AppOnCluster) -> None:
    app = cluster_app
    app.component("web", workload(replicas=3), job())
    app.run("apply", "dev", "--no-fit-check").ok()
    for _ in range(100):
        started = app.get("job", "run").get("status", {}).get("startTime")
        if started:
            break
    labelled = workload(replicas=3)
    labelled["metadata"]["labels"] = {"team": "vision"}
    assert "+++ would be updated (no restart)\n" in shown(app, labelled, job())
    assert "+++ would be updated (restarts 3 pods with 6 nvidia.com/gpu)\n" in shown(
        app, workload("b", replicas=3), job()
    )
    assert "+++ would be updated (stops 2 pods with 4 nvidia.com/gpu)\n" in shown(
        app, workload(replicas=1), job()
    )
    ends = (
        f"+++ would be deleted and recreated (restarts 3 pods with 6 nvidia.com/gpu, running since {started})"
    )
    assert ends in shown(app, workload(replicas=3), job("b"), flags=("--replace",))
    stops = f"+++ would be deleted (stops 3 pods with 6 nvidia.com/gpu, running since {started})"
    assert stops in shown(app, workload(replicas=3), flags=("--prune",))
    app.component("web", workload("b", replicas=3), job())
    (step, *_) = [
        each
        for each in app.run("diff", "dev", "-o", "json").json["items"][0]["steps"]
        if each["object"]["kind"] == "Deployment"
    ]
    devices = [{"resource": "nvidia.com/gpu", "count": 6}]
    assert step["cost"] == {"restarts": True, "pods": 3, "devices": devices, "since": None}
