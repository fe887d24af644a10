"""Claims of devices drawn at random: what `node check` says, and what kube-scheduler then does."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from dlctl.manifest import Manifest, ref_of
from dlctl.nodes.fit.report import Verdict
from dlctl.workflow.fit.node_check import ToCheck, check_cluster
from tests.controlplane import ControlPlane, passing_control_plane
from tests.on_cluster.app_on_cluster import Body
from tests.oracle.cluster import Cluster, cluster_of, until

pytestmark = pytest.mark.controlplane

CASES = 14
SPACE = "claims"
HOLDERS = ("holder-0", "holder-1")
OWN = 'device.attributes["gpu.nvidia.com"]'
SELECTORS = (
    f'{OWN}.productName.lowerAscii().contains("h100")',
    f'{OWN}.productName.contains("A100") || {OWN}.architecture == "Hopper"',
    f'{OWN}.type != "gpu"',
    'device.capacity["gpu.nvidia.com"].memory.compareTo(quantity("40Gi")) >= 0',
    'device.capacity["gpu.nvidia.com"].memory.compareTo(quantity("96Gi")) >= 0',
    'device.attributes["resource.kubernetes.io"].pcieRoot in ["pci0000:01"]',
    f'!("profile" in {OWN}) && has({OWN}.type)',
)
ROOT = "resource.kubernetes.io/pcieRoot"


@pytest.fixture(scope="module")
def nodes_with_devices() -> Iterator[ControlPlane]:
    """Two nodes of eight devices each, beside others."""
    with passing_control_plane("fit-volumes", "v100x8-ib100=3,h100x8-dra=2") as control_plane:
        yield control_plane


def devices(draw: random.Random) -> Body:
    """One way to ask for devices."""
    chosen = draw.sample(SELECTORS, draw.choice([0, 0, 1, 1, 2]))
    device_class = draw.choice(["gpu.nvidia.com"] * 5 + ["mig.nvidia.com"])
    asked: Body = {
        "deviceClassName": device_class,
        "selectors": [{"cel": {"expression": text}} for text in chosen],
    }
    return asked | (
        {"allocationMode": "All"} if draw.random() < 0.15 else {"count": draw.choice([1, 2, 3, 4, 5, 8])}
    )


def claim_spec(draw: random.Random) -> Body:
    """One or two requests, some with choices, some with an attribute in common."""
    requests: list[Body] = []
    for name in ("a", "b")[: draw.choice([1, 1, 2])]:
        if draw.random() < 0.25:
            choices = [{"name": f"s{index}", **devices(draw)} for index in range(2)]
            requests.append({"name": name, "firstAvailable": choices})
        else:
            requests.append({"name": name, "exactly": devices(draw)})
    root = [{"matchAttribute": ROOT, "requests": [each["name"] for each in requests]}]
    return {"devices": {"requests": requests, "constraints": root if draw.random() < 0.4 else []}}


def objects(name: str, spec: Body) -> tuple[Body, Body]:
    """A template, and a pod with a claim of it."""
    metadata = {"name": name, "namespace": SPACE}
    template = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaimTemplate",
        "metadata": metadata,
        "spec": {"spec": spec},
    }
    container = {"name": "main", "image": "x", "resources": {"claims": [{"name": "gpu"}]}}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {
            "containers": [container],
            "resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": name}],
            "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
        },
    }
    return template, pod


def placed(cluster: Cluster, name: str) -> bool:
    """Whether the scheduler has found a node for a pod, once it has tried."""
    path = f"/api/v1/namespaces/{SPACE}/pods/{name}"

    def live() -> Any:
        return cluster.api.raw("GET", path)

    def tried() -> bool:
        conditions = live().get("status", {}).get("conditions") or ()
        return any(each["type"] == "PodScheduled" for each in conditions)

    until(tried)
    return bool(live()["spec"].get("nodeName"))


def claims_of(cluster: Cluster) -> list[Body]:
    return cluster.items(f"/apis/resource.k8s.io/v1/namespaces/{SPACE}/resourceclaims")


def tried(cluster: Cluster, bodies: tuple[Body, Body], others: int) -> bool:
    """Whether the scheduler places the pod of a case, which is taken away again, with its claim."""
    cluster.create(bodies)
    found = placed(cluster, bodies[1]["metadata"]["name"])
    cluster.remove(bodies)
    until(lambda: len(claims_of(cluster)) == others)
    return found


def verdict_on(cluster: Cluster, *bodies: Body) -> Verdict:
    wanted = [Manifest(ref_of(body), body["apiVersion"], body, "wanted") for body in bodies]
    return check_cluster(cluster.api, ToCheck(wanted)).verdict


@pytest.mark.timeout(300)
def test_verdicts_on_claims_agree_with_the_scheduler(nodes_with_devices: ControlPlane, tmp_path: Any) -> None:
    cluster = cluster_of(nodes_with_devices.kubeconfig, tmp_path)
    cluster.create([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}}])
    until(lambda: bool(cluster.items(f"/api/v1/namespaces/{SPACE}/serviceaccounts")))
    five = {"deviceClassName": "gpu.nvidia.com", "count": 5}
    holders = [
        objects(name, {"devices": {"requests": [{"name": "gpu", "exactly": five}]}}) for name in HOLDERS
    ]
    cluster.create(each for bodies in holders for each in bodies)
    assert all(placed(cluster, name) for name in HOLDERS), "one on each node"
    draw = random.Random(20)
    drawn = [objects(f"case-{index}", claim_spec(draw)) for index in range(CASES)]
    said = [verdict_on(cluster, *bodies) for bodies in drawn]
    assert set(said) == {Verdict.FITS, Verdict.WAITS, Verdict.NEVER}
    for bodies, verdict in zip(drawn, said, strict=True):
        assert tried(cluster, bodies, len(HOLDERS)) is (verdict is Verdict.FITS), (verdict, bodies[0])

    cluster.remove(each for bodies in holders for each in bodies)
    until(lambda: not claims_of(cluster))
    for bodies, verdict in zip(drawn, said, strict=True):
        if verdict is not Verdict.FITS:
            assert tried(cluster, bodies, 0) is (verdict is Verdict.WAITS), (verdict, bodies[0])
    cluster.remove([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": SPACE}}])
