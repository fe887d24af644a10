"""What a change costs: pods that restart or stop, their GPUs, and since when a run has been going."""

import json

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
    assert "+++ would be updated; no restart\n" in shown(app, labelled, job())
    assert "+++ would be updated; pods restart: 3 pods with 6 GPUs stop\n" in shown(
        app, workload("b", replicas=3), job()
    )
    assert "+++ would be updated; 2 pods with 4 GPUs stop\n" in shown(app, workload(replicas=1), job())
    ends = f"; pods restart: 3 pods with 6 GPUs stop, and the run since {started} ends"
    replaced = shown(app, workload(replicas=3), job("b"), flags=("--replace",))
    (line,) = [
        line for line in replaced.splitlines() if line.startswith("+++ would be deleted and recreated")
    ]
    assert line.endswith(ends)
    stops = f"+++ would be deleted; 3 pods with 6 GPUs stop, and the run since {started} ends"
    assert stops in shown(app, workload(replicas=3), flags=("--prune",))
    app.component("web", workload("b", replicas=3), job())
    (step, *_) = [
        each
        for each in app.run("diff", "dev", "-o", "json").json["items"][0]["steps"]
        if each["object"]["kind"] == "Deployment"
    ]
    assert step["cost"] == {"pods": 3, "gpus": 6, "since": None, "restarts": True}


def service(label: str) -> Body:
    spec = {"selector": {"app": label}, "ports": [{"port": 80}]}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web"}, "spec": spec}


def test_a_service_whose_ready_pods_a_new_selector_leaves_out(cluster_app: AppOnCluster) -> None:
    """A note while no pod that the new selector matches is ready; none for another change."""
    app, note = cluster_app, "Service/web in namespace {} will have no endpoints until new pods are ready: "
    app.component("web", service("one"))
    app.run("apply", "dev").ok()
    assert "endpoints" not in shown_notes(app, service("two")), "no pod is ready"
    ready = {"status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    for name in ("one", "two"):
        spec = {"schedulerName": "none", "containers": [{"name": "main", "image": "a"}]}
        meta = {"name": name, "labels": {"app": name}}
        app.kubectl(
            "create", "-f", "-", body={"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}
        )
    app.kubectl("patch", "pod", "one", "--subresource=status", "-p", json.dumps(ready))
    expected = (
        f"{note.format(app.namespace)}the 1 ready pod that it selects now does not match its new selector"
    )
    assert expected in shown_notes(app, service("two"))
    assert expected in app.run("apply", "dev", "--dry-run").err
    labelled = service("one")
    labelled["spec"]["ports"] = [{"port": 81}]
    assert "endpoints" not in shown_notes(app, labelled)
    app.kubectl("patch", "pod", "two", "--subresource=status", "-p", json.dumps(ready))
    assert "endpoints" not in shown_notes(app, service("two"))


def shown_notes(app: AppOnCluster, *bodies: Body) -> str:
    app.component("web", *bodies)
    return app.run("diff", "dev").err
