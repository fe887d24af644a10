"""`--nodes`: which simulated nodes a text asks for, and what a running sandbox makes of it."""

from pathlib import Path

import pytest

from dlctl.errors import DlctlError, UsageError
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
    assert "cpu-only, h200x8-ib400, roce25, v100x8-ib100" in caught.value.hint


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
