"""`node check`, and the line of `apply` and `diff`, against what the real scheduler then does."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from tests.controlplane import ControlPlane, passing_control_plane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body
from tests.output_schemas import checked
from tests.project import Project
from tests.prototypes.training.real_operators import app_in_own_namespace

pytestmark = pytest.mark.controlplane

GPU = "nvidia.com/gpu"
TOLERATION = {"key": GPU, "operator": "Exists"}
COUNT = {"type": "integer", "description": "pods", "default": 1}


def job(name: str, gpus: int, pods: int = 1, **spec: Any) -> Body:
    """A Job whose pods run on GPU nodes."""
    main = {"name": "main", "image": "x", "resources": {"limits": {GPU: gpus}}}
    pod = {"containers": [main], "restartPolicy": "Never", "tolerations": [TOLERATION], **spec}
    metadata = {"annotations": {"dlctl.dev/test": "holds"}}
    template = {"metadata": metadata, "spec": pod}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": name},
        "spec": {"parallelism": pods, "completions": pods, "template": template},
    }


def service(name: str, gpus: int, pods: int) -> Body:
    """A Deployment whose pods hold GPUs as long as it is there."""
    made = job(name, gpus)["spec"]["template"]["spec"] | {"restartPolicy": "Always"}
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": pods,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": made},
        },
    }


def until(found: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + 30
    while not found():
        assert time.monotonic() < end
        time.sleep(0.1)


def pods_of(app: AppOnCluster) -> list[Any]:
    items: list[Any] = app.control_plane.get("--namespace", app.namespace, "pods")["items"]
    return items


@pytest.fixture(scope="module")
def three_gpu_nodes() -> Iterator[ControlPlane]:
    """A cluster with three nodes of eight GPUs, whose pods are only those of this module."""
    with passing_control_plane("fit", nodes="v100x8-ib100=3,cpu-only=1") as control_plane:
        yield control_plane


@pytest.fixture
def alone(three_gpu_nodes: ControlPlane, project: Project) -> AppOnCluster:
    """The app on that cluster."""
    made = AppOnCluster(project, three_gpu_nodes, "default")
    made.context("first", three_gpu_nodes)
    made.environment("dev", pin=three_gpu_nodes)
    made.write_app("fit")
    return made


def test_what_fits_is_scheduled_and_what_waits_is_not(alone: AppOnCluster) -> None:
    alone.component("train", service("train", 8, 2))
    assert "fits now" in alone.run("node", "check", "dev").ok().out
    applied = alone.run("apply", "dev").ok()
    assert "dev: component train fits now (2 pods), and leaves 8 nvidia.com/gpu" in applied.err
    until(lambda: sum(bool(each["spec"].get("nodeName")) for each in pods_of(alone)) == 2)

    again = alone.run("apply", "dev").ok()
    assert "fits" not in again.err
    assert "fits now" in alone.run("node", "check", "dev").ok().out, "its own pods make room"

    alone.component("second", service("second", 8, 2))
    waiting = alone.run("node", "check", "dev", "-c", "second")
    assert waiting.code == 1
    assert "waits" in waiting.out
    assert "2 of 4 nodes: nvidia.com/gpu is held by default/train (16)" in waiting.out
    differs = alone.run("diff", "dev")
    assert differs.code == 1
    assert "dev: component second waits: Deployment/second needs 2 pods" in differs.err
    assert "waits" not in alone.run("diff", "dev", "--no-fit-check").err
    alone.run("apply", "dev", "--no-fit-check").ok()
    until(lambda: sum(bool(each["spec"].get("nodeName")) for each in pods_of(alone)) == 3)
    time.sleep(1)
    assert sum(bool(each["spec"].get("nodeName")) for each in pods_of(alone)) == 3

    alone.component("huge", service("huge", 9, 1))
    never = alone.run("node", "check", "dev", "-c", "huge", "-o", "json")
    (item,) = checked(never.out, "FitList")["items"]
    assert (never.code, item["verdict"]) == (1, "never")
    more = alone.run("node", "check", "dev", "-c", "second", "--what-if", "v100x8-ib100=1").ok()
    assert "new-v100x8-ib100-0" in more.out


def places(app: AppOnCluster, pod: str) -> list[str]:
    """The node of a pod, empty while it has none; nothing where there is no such pod."""
    return [each["spec"].get("nodeName", "") for each in pods_of(app) if each["metadata"]["name"] == pod]


def volume_of(app: AppOnCluster, claim: str, node: str) -> None:
    """A claim that is bound to a volume on one node, as a pod that is gone leaves it."""
    sizes = {"accessModes": ["ReadWriteOnce"], "storageClassName": ""}
    expression = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node]}
    place = {"required": {"nodeSelectorTerms": [{"matchExpressions": [expression]}]}}
    name = f"{claim}-{uuid.uuid4().hex[:8]}"
    volume = {
        **sizes,
        "capacity": {"storage": "1Gi"},
        "hostPath": {"path": "/data"},
        "nodeAffinity": place,
        "claimRef": {"namespace": app.namespace, "name": claim},
    }
    asks = {**sizes, "resources": {"requests": {"storage": "1Gi"}}, "volumeName": name}
    for kind, called, spec in (("PersistentVolume", name, volume), ("PersistentVolumeClaim", claim, asks)):
        body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": called}, "spec": spec}
        app.kubectl("create", "--filename=-", body=body)
    until(lambda: app.get("pvc", claim).get("status", {}).get("phase") == "Bound")


@pytest.fixture(scope="module")
def nodes_with_volumes() -> Iterator[ControlPlane]:
    """A cluster whose three GPU nodes are those of one test, and whose devices those of another."""
    with passing_control_plane("fit-volumes", "v100x8-ib100=3,h100x8-dra=2") as control_plane:
        yield control_plane


@pytest.mark.timeout(300)
def test_the_pods_of_a_stateful_set_go_where_their_volumes_are(
    nodes_with_volumes: ControlPlane, project: Project
) -> None:
    with app_in_own_namespace(project, nodes_with_volumes) as app:
        gpu_nodes = [f"v100x8-ib100-{number}" for number in range(3)]
        volume_of(app, "data-web-0", gpu_nodes[2])
        volume_of(app, "data-web-1", gpu_nodes[0])
        made = service("web", 5, 2)
        claims = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        template = {"metadata": {"name": "data"}, "spec": {**claims, "storageClassName": ""}}
        more = {"serviceName": "web", "podManagementPolicy": "Parallel", "volumeClaimTemplates": [template]}
        wanted = {**made, "kind": "StatefulSet", "spec": {**made["spec"], **more}}
        app.component("web", wanted)
        assert "fits now" in app.run("node", "check", "lab").ok().out

        blocker = service("blocker", 8, 1)
        blocker["spec"]["template"]["spec"]["nodeName"] = gpu_nodes[0]
        app.kubectl("create", "--filename=-", body=blocker)
        until(lambda: len(pods_of(app)) == 1)
        found = app.run("node", "check", "lab", "-c", "web", "-o", "json")
        (item,) = checked(found.out, "FitList")["items"]
        assert (item["verdict"], item["groups"][0]["placed"]) == ("waits", 1)

        app.run("apply", "lab", "--yes", "--no-fit-check").ok()
        until(lambda: places(app, "web-0") == [gpu_nodes[2]] and places(app, "web-1") == [""])
        app.kubectl("delete", "deployment", "blocker")
        until(lambda: places(app, "web-1") == [gpu_nodes[0]])


def claiming(app: AppOnCluster, name: str, gpus: int, pods: int = 1, **claim: Any) -> None:
    """A component whose pods claim devices."""
    params = {"image": "x:1", "num_gpus": gpus, "replicas": pods, "gpu_claim": claim or "gpu.nvidia.com"}
    app.components[name] = {"prototype": "web-service", "params": params}
    app.write_app()


def checked_fits(app: AppOnCluster, *components: str) -> dict[str, tuple[str, int]]:
    """The verdicts of `node check`, and how many pods have a place, by component."""
    chosen = [word for name in components for word in ("-c", name)]
    items = checked(app.run("node", "check", "lab", *chosen, "-o", "json").out, "FitList")["items"]
    return {item["component"]: (item["verdict"], item["groups"][0]["placed"]) for item in items}


def scheduled(app: AppOnCluster, name: str, pods: int) -> int:
    """How many pods of a component kube-scheduler has placed, once it has tried each of them."""

    def own() -> list[Any]:
        return [each for each in pods_of(app) if each["metadata"]["labels"].get("app") == name]

    def tried(each: Any) -> bool:
        conditions = each.get("status", {}).get("conditions") or ()
        return any(found["type"] == "PodScheduled" for found in conditions)

    until(lambda: len(own()) == pods and all(map(tried, own())))
    return sum(bool(each["spec"].get("nodeName")) for each in own())


@pytest.mark.timeout(300)
def test_claims_of_devices_are_checked_as_the_scheduler_allocates_them(
    nodes_with_volumes: ControlPlane, project: Project
) -> None:
    with app_in_own_namespace(project, nodes_with_volumes) as app:
        claiming(app, "hold", 6)
        applied = app.run("apply", "lab", "--yes").ok()
        assert "lab: component hold fits now (1 pod), and leaves 10 gpu.nvidia.com" in applied.err
        assert scheduled(app, "hold", 1) == 1
        assert "H100-80G dra: 10 free of 16" in app.run("node", "list", "lab").ok().err

        claiming(app, "more", 5, 2)
        claiming(app, "huge", 9)
        claiming(app, "large", 1, memory="96Gi")
        claiming(app, "slice", 1, mig_profile="1g.10gb")
        claiming(app, "model", 1, selectors=['device.attributes["gpu.nvidia.com"].architecture == "Hopper"'])
        assert checked_fits(app) == {
            "hold": ("fits", 1),  # its own pods make room
            "more": ("waits", 1),
            "huge": ("never", 0),
            "large": ("never", 0),
            "slice": ("never", 0),
            "model": ("fits", 1),
        }
        shown = app.run("node", "check", "lab", "-c", "more")
        assert f"devices of gpu.nvidia.com are held by {app.namespace}/hold (6)" in shown.out
        assert (
            "fits now" in app.run("node", "check", "lab", "-c", "more", "--what-if", "h100x8-dra=1").ok().out
        )

        app.run("apply", "lab", "--yes", "--no-fit-check").ok()
        assert scheduled(app, "more", 2) == 1
        assert [scheduled(app, name, 1) for name in ("huge", "large", "slice", "model")] == [0, 0, 0, 1]


def test_quota_and_limit_range_of_the_namespace_count(cluster_app: AppOnCluster) -> None:
    cluster_app.component("train", job("train", 1, 2))
    cluster_app.kubectl("create", "quota", "team", f"--hard=requests.{GPU}=1")
    until(lambda: bool(cluster_app.get("quota", "team").get("status", {}).get("hard")))
    found = cluster_app.run("node", "check", "dev", "-o", "json")
    (item,) = checked(found.out, "FitList")["items"]
    reasons = item["groups"][0]["reasons"]
    assert [each["constraint"] for each in reasons] == []
    cluster_app.component("service", service("service", 1, 2))
    found = cluster_app.run("node", "check", "dev", "-c", "service")
    assert found.code == 1
    assert f"ResourceQuota team: 2 of requests.{GPU} needed, 1 of 1 free" in found.out


@pytest.fixture
def writer(control_plane: ControlPlane, cluster_app: AppOnCluster) -> str:
    """A user who may do everything in the app's namespace, and see no nodes."""
    name = f"writer-{uuid.uuid4().hex[:8]}"
    bind = ["create", "rolebinding", name, "--clusterrole=admin", f"--user={name}"]
    assert control_plane.kubectl(*bind, "-n", cluster_app.namespace).returncode == 0
    return name


def test_who_may_not_list_nodes_applies_with_a_note(
    cluster_app: AppOnCluster, control_plane: ControlPlane, writer: str
) -> None:
    own = yaml.safe_load(control_plane.kubeconfig.read_text())["users"][0]["user"]
    cluster_app.context("writer", control_plane, account={**own, "as": writer})
    cluster_app.environment("dev", pin=control_plane, context="writer")
    cluster_app.component("train", job("train", 1))
    answer = cluster_app.run("diff", "dev", "-c", "train")
    assert answer.err.count("whether pods fit is not checked: you do not have permission to list nodes") == 1
    assert cluster_app.run("node", "check", "dev").code == 1
