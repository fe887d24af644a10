"""`dlctl validate` where the environment's cluster.yaml has nodes: pods that none of them could take."""

import pytest

from dlctl.app.cluster_snapshot import ClusterSnapshot, ServedKind
from dlctl.app.snapshot.text import snapshot_text
from dlctl.manifest import GroupKind
from dlctl.nodes.inventory.groups import GroupDevices, NodeGroup, Taint
from dlctl.nodes.inventory.model import Mode
from tests.output_schemas import checked
from tests.project import Project

TEMPLATE = "prototypes/pages/page/templates/page.yaml.j2"
IMAGE = "image: nginx:1.27"
SPEC = "spec.template.spec"
PRODUCT = "nvidia.com/gpu.product"
GPUS = NodeGroup(
    2,
    (GroupDevices("nvidia.com/gpu", 8, "H200-141G", Mode.EXCLUSIVE),),
    None,
    192,
    "2015Gi",
    {PRODUCT: "NVIDIA-H200"},
    (Taint("nvidia.com/gpu", "present", "NoSchedule"),),
)
PLAIN = NodeGroup(3, cpu=8, memory="31Gi")


def snapshot(*groups: NodeGroup) -> str:
    kinds = (("", "ConfigMap", "v1"), ("", "Secret", "v1"), ("apps", "Deployment", "v1"))
    served = tuple(ServedKind(GroupKind(group, kind), (version,), True) for group, kind, version in kinds)
    return snapshot_text(ClusterSnapshot("v1.34.2", served, groups), "dev")


@pytest.fixture
def cluster(app: Project) -> Project:
    app.write({"environments/dev/cluster.yaml": snapshot(GPUS, PLAIN)})
    return app


def asks(project: Project, *lines: str) -> None:
    """Add lines to the pod's spec, after its container."""
    text = project.read(TEMPLATE)
    project.write({TEMPLATE: text.replace(IMAGE, "\n".join([IMAGE, *lines]))})


def warnings(project: Project) -> list[str]:
    done = project.run("validate", "dev").ok()
    return [line.partition("dev-space): ")[2] or line.strip() for line in done.out.splitlines()]


def test_pods_that_fit_are_no_finding(cluster: Project) -> None:
    asks(cluster, "      tolerations: [{key: nvidia.com/gpu, operator: Exists}]")
    asks(cluster, "        resources: {limits: {nvidia.com/gpu: 8}}")
    assert warnings(cluster) == []


def test_a_device_that_no_node_has_with_its_field_and_parameter(cluster: Project) -> None:
    asks(cluster, "        resources:", "          limits:", "            amd.com/gpu: {{ params.replicas }}")
    assert warnings(cluster) == [
        f"{SPEC}.containers[0].resources.limits[amd.com/gpu]: no node has 3 amd.com/gpu, "
        "by environments/dev/cluster.yaml",
        "parameter replicas, from environment dev, component web (environments/dev/params.yaml:2:19)",
    ]


def test_a_label_of_the_affinity_that_no_node_has(cluster: Project) -> None:
    asks(
        cluster,
        "      affinity:",
        "        nodeAffinity:",
        "          requiredDuringSchedulingIgnoredDuringExecution:",
        "            nodeSelectorTerms:",
        "            - matchExpressions:",
        f"              - {{key: {PRODUCT}, operator: In, values: [V100]}}",
    )
    (line,) = warnings(cluster)
    assert line.startswith(f"{SPEC}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.")
    assert line.endswith(f"no node has label {PRODUCT}=V100, by environments/dev/cluster.yaml")


def test_a_taint_and_too_many_cpus(cluster: Project) -> None:
    asks(cluster, "        resources: {limits: {nvidia.com/gpu: 8}, requests: {cpu: 200}}")
    (cpus,) = warnings(cluster)
    assert cpus.startswith(f"{SPEC}.containers[0].resources.requests.cpu: no node has 200 CPUs, by ")
    cluster.write({TEMPLATE: cluster.read(TEMPLATE).replace(", requests: {cpu: 200}", "")})
    (together,) = warnings(cluster)
    assert "no node has all of: 8 nvidia.com/gpu, only taints that it tolerates" in together


def test_a_label_that_is_not_recorded_is_not_checked(cluster: Project) -> None:
    asks(cluster, "      nodeSelector: {rack: r1}")
    done = cluster.run("validate", "dev").ok()
    assert done.out == ""
    assert "dev: not checked: whether nodes have label rack\n" in done.err


def test_the_level_and_the_code(cluster: Project) -> None:
    asks(cluster, "      nodeSelector: {nvidia.com/gpu.product: V100}")
    document = checked(cluster.run("validate", "dev", "-o", "json").ok().out, "ValidationList")
    (finding,) = document["items"][0]["findings"]
    assert (finding["level"], finding["code"]) == ("warning", "no-node")
    assert finding["field"] == f"{SPEC}.nodeSelector[nvidia.com/gpu.product]"


@pytest.mark.parametrize("secret", ["correct-horse-battery", "k3"])
def test_a_secret_in_a_label_is_hidden(cluster: Project, secret: str) -> None:
    asks(cluster, "      nodeSelector:", "        nvidia.com/gpu.product: {{ params.token }}")
    cluster.write({"environments/dev/params.yaml": f"components:\n  web: {{token: {secret}}}\n"})
    for words in ([], ["-o", "json"], ["-o", "github"]):
        done = cluster.run("validate", "dev", *words).ok()
        assert "no node has" in done.out
        assert secret not in done.out + done.err


def test_a_pod_with_values_of_wrong_types_does_not_stop_the_check(cluster: Project) -> None:
    asks(cluster, "      nodeSelector: [rack]")
    assert warnings(cluster) == []
