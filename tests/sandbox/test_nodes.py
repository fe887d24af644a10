"""`--nodes`: which simulated nodes a text asks for, and what a running sandbox makes of it."""

import json
from pathlib import Path

import pytest

from dlctl.errors import DlctlError, UsageError
from dlctl.sandbox.nodes.devices import classes_of, slices_of
from dlctl.sandbox.nodes.nodes import parse_nodes
from dlctl.sandbox.nodes.shapes import shape_names
from dlctl.yamlio.dump import dump_documents
from tests.controlplane import StartControlPlane
from tests.sandbox.conftest import CommandLine

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", shape_names())
def test_node_of_a_shape(name: str) -> None:
    (node,) = parse_nodes(f"{name}=1").nodes

    assert dump_documents([node]) == (GOLDEN / f"{name}.yaml").read_text()


def test_shapes_are_counted() -> None:
    plan = parse_nodes("v100x8-ib100=2, cpu-only")

    assert [node["metadata"]["name"] for node in plan.nodes] == [
        "v100x8-ib100-0",
        "v100x8-ib100-1",
        "cpu-only-0",
    ]
    assert plan.exact == {"v100x8-ib100", "cpu-only"}


def test_nodes_do_not_share_objects() -> None:
    first, second = parse_nodes("roce25=2").nodes
    first["metadata"]["labels"]["changed"] = "yes"

    assert "changed" not in second["metadata"]["labels"]
    assert "changed" not in parse_nodes("roce25=1").nodes[0]["metadata"]["labels"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("v100=1", "unknown node shape 'v100'"),
        ("cpu-only=x", "is neither a list of node shapes nor a file"),
        ("no-such-file.yaml", "is neither a list of node shapes nor a file"),
        ("", "is neither a list of node shapes nor a file"),
    ],
)
def test_invalid_nodes_text_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        parse_nodes(text)
    assert caught.value.hint is not None
    assert "cpu-only, h100x8-dra, h200x8-ib400, roce25, v100x8-ib100" in caught.value.hint


def test_file_with_nodes_from_kubectl(tmp_path: Path) -> None:
    file = tmp_path / "nodes.yaml"
    file.write_text(
        """\
apiVersion: v1
kind: Node
metadata: {name: first, uid: 1234, labels: {zone: a}}
spec: {podCIDR: 10.0.0.0/24, taints: [{key: a, effect: NoSchedule}]}
status: {capacity: {cpu: "8", example.com/fpga: "2"}, images: []}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Node, metadata: {name: second}}
"""
    )

    first, second = parse_nodes(str(file)).nodes

    assert first["metadata"]["labels"]["zone"] == "a"
    assert "uid" not in first["metadata"]
    assert first["spec"] == {"taints": [{"key": "a", "effect": "NoSchedule"}]}
    assert first["status"]["allocatable"] == {"cpu": "8", "example.com/fpga": "2"}
    assert second["metadata"]["labels"]["kubernetes.io/hostname"] == "second"
    assert second["status"]["capacity"]["pods"] == "110"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("kind: Pod\n", 1),
        ("apiVersion: v1\nkind: Node\nmetadata: {}\n", 1),
        ("items:\n- {apiVersion: v1, kind: Node, metadata: {name: a}}\n- 3\n", 3),
        ("a: b\na: c\n", 2),
    ],
)
def test_invalid_file_error_has_line(tmp_path: Path, text: str, line: int) -> None:
    file = tmp_path / "nodes.yaml"
    file.write_text(text)

    with pytest.raises(DlctlError) as caught:
        parse_nodes(str(file))

    assert caught.value.location is not None
    assert (caught.value.location.path, caught.value.location.line) == (str(file), line)


@pytest.mark.controlplane
def test_up_of_a_running_sandbox_sets_exact_node_counts(
    sandbox: CommandLine, start_control_plane: StartControlPlane
) -> None:
    started = start_control_plane(nodes="cpu-only=1,roce25=3")
    commands = CommandLine(sandbox.root, {"DLCTL_SANDBOX_HOME": str(started.home.state)})
    assert (
        started.kubectl("label", "node", "roce25-0", "nvidia.com/gpu.product=wrong", "--overwrite").returncode
        == 0
    )

    answer = commands("up", started.name, "--nodes", "roce25=1,h200x8-ib400=2")

    assert "Nodes: 2 created, 1 changed, 2 deleted" in answer.stderr
    nodes = {node["metadata"]["name"]: node for node in started.get("nodes")["items"]}
    assert set(nodes) == {"cpu-only-0", "roce25-0", "h200x8-ib400-0", "h200x8-ib400-1"}
    assert nodes["roce25-0"]["metadata"]["labels"]["nvidia.com/gpu.product"] == "Tesla-T4"
    assert nodes["h200x8-ib400-1"]["status"]["allocatable"]["nvidia.com/gpu"] == "8"

    again = commands("up", started.name, "--nodes", "roce25=1,h200x8-ib400=2")
    assert "Nodes: 0 created, 0 changed, 0 deleted" in again.stderr


PLAN = """\
shapes:
  a100x4:
    labels: {nvidia.com/gpu.product: A100}
    taints: [{key: nvidia.com/gpu, effect: NoSchedule}]
    capacity: {cpu: "64", memory: 512Gi, pods: 110, nvidia.com/gpu: 4}
nodes:
- shape: a100x4
  count: 3
  zones: [eu-1a, eu-1b]
  labels: {pool: train}
  busy: {nvidia.com/gpu: 3}
- shape: a100x4
  taints: [{key: dedicated, value: train, effect: NoExecute}]
- shape: cpu-only
"""


def test_plan_of_own_shapes_zones_and_taints(tmp_path: Path) -> None:
    (tmp_path / "nodes.yaml").write_text(PLAN)

    plan = parse_nodes(str(tmp_path / "nodes.yaml"))

    names = [node["metadata"]["name"] for node in plan.nodes]
    assert names == ["a100x4-0", "a100x4-1", "a100x4-2", "a100x4-3", "cpu-only-0"]
    zones = [node["metadata"]["labels"].get("topology.kubernetes.io/zone") for node in plan.nodes]
    assert zones == ["eu-1a", "eu-1b", "eu-1a", None, None]
    first, *_, fourth, plain = plan.nodes
    assert first["metadata"]["labels"]["pool"] == "train"
    assert first["status"]["allocatable"]["nvidia.com/gpu"] == "4"
    assert [taint["key"] for taint in first["spec"]["taints"]] == ["nvidia.com/gpu"]
    assert [taint["key"] for taint in fourth["spec"]["taints"]] == ["nvidia.com/gpu", "dedicated"]
    assert plain == parse_nodes("cpu-only").nodes[0]
    assert plan.busy == {f"a100x4-{index}": {"nvidia.com/gpu": "3"} for index in range(3)}
    assert plan.exact == {"a100x4", "cpu-only"}


DEVICES = """\
shapes:
  mig:
    capacity: {cpu: "64", memory: 512Gi, pods: 110}
    devices:
    - {count: 1, product: NVIDIA A100-SXM4-80GB, memory: 80Gi}
    - {count: 7, product: NVIDIA A100-SXM4-80GB, memory: 10Gi, profile: 1g.10gb}
nodes:
- {shape: mig, count: 2}
- shape: cpu-only
  devices: [{driver: dra.example.com, count: 5, attributes: {speed: fast}}]
- shape: h100x8-dra
"""


def test_devices_of_a_plan(tmp_path: Path) -> None:
    (tmp_path / "nodes.yaml").write_text(DEVICES)
    plan = parse_nodes(str(tmp_path / "nodes.yaml"))

    assert sorted(plan.devices) == ["cpu-only-0", "h100x8-dra-0", "mig-0", "mig-1"]
    (mig,) = slices_of("mig-1", plan.devices["mig-1"])
    assert (mig["spec"]["nodeName"], mig["spec"]["driver"]) == ("mig-1", "gpu.nvidia.com")
    assert [each["name"] for each in mig["spec"]["devices"]] == ["gpu-0", *(f"mig-{n}" for n in range(1, 8))]
    assert mig["spec"]["devices"][7]["attributes"]["profile"] == {"string": "1g.10gb"}
    (other,) = slices_of("cpu-only-0", plan.devices["cpu-only-0"])
    roots = [
        each["attributes"]["resource.kubernetes.io/pcieRoot"]["string"] for each in other["spec"]["devices"]
    ]
    assert roots == ["pci0000:00"] * 4 + ["pci0000:01"]
    groups = [group for groups in plan.devices.values() for group in groups]
    names = [each["metadata"]["name"] for each in classes_of(groups)]
    assert names == ["gpu.nvidia.com", "mig.nvidia.com", "dra.example.com"]

    (tmp_path / "nodes.yaml").write_text(DEVICES.replace("count: 7", "count: 128"))
    with pytest.raises(DlctlError, match="more than 128 devices") as caught:
        parse_nodes(str(tmp_path / "nodes.yaml"))
    assert caught.value.location is not None
    assert caught.value.location.line == 6


@pytest.mark.parametrize(
    ("old", "new", "says", "line"),
    [
        ("shape: cpu-only", "shape: cpu-onli", "did you mean 'cpu-only'", 14),
        ("  count: 3", "  cuont: 3", "did you mean 'count'", 8),
        ("count: 3", "count: 5001", "more than 5000", 8),
        ("NoExecute", "Never", "NoSchedule, PreferNoSchedule, NoExecute", 13),
        ("busy: {nvidia.com/gpu: 3}", "busy: {nvidia.com/gpu: x}", "quantity", 11),
        ("  taints: [{key: nvidia", "  tains: [{key: nvidia", "did you mean 'taints'", 4),
    ],
)
def test_wrong_plan_names_the_line(tmp_path: Path, old: str, new: str, says: str, line: int) -> None:
    (tmp_path / "nodes.yaml").write_text(PLAN.replace(old, new))

    with pytest.raises(DlctlError, match=says) as caught:
        parse_nodes(str(tmp_path / "nodes.yaml"))
    assert caught.value.location is not None
    assert caught.value.location.line == line


@pytest.mark.controlplane
def test_pods_pend_while_nodes_are_busy(sandbox: CommandLine, start_control_plane: StartControlPlane) -> None:
    file = sandbox.root / "nodes.yaml"
    file.write_text(PLAN)
    started = start_control_plane(nodes=str(file))
    resources = {"limits": {"nvidia.com/gpu": 2}}
    spec = {
        "tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists"}],
        "containers": [{"name": "main", "image": "a", "resources": resources}],
        "nodeSelector": {"pool": "train"},
    }
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "gpus"}, "spec": spec}
    assert started.kubectl("apply", "-f", "-", input=json.dumps(pod)).returncode == 0
    unscheduled = "--for=condition=PodScheduled=False"
    assert started.kubectl("wait", unscheduled, "pod/gpus", "--timeout=60s").returncode == 0
    events = started.kubectl("events", "--for", "pod/gpus").stdout
    assert "FailedScheduling" in events
    assert "3 Insufficient nvidia.com/gpu" in events

    file.write_text(PLAN.replace("  busy: {nvidia.com/gpu: 3}\n", ""))
    commands = CommandLine(sandbox.root, {"DLCTL_SANDBOX_HOME": str(started.home.state)})
    commands.ok("up", started.name, "--nodes", str(file))
    ready = started.kubectl("wait", "--for=condition=Ready", "pod/gpus", "--timeout=60s")
    assert ready.returncode == 0, ready.stderr
