"""Machines as they are built: devices, affinity, labels and advice."""

from pathlib import Path

import pytest

from dlctl.nodes.host.detect import Host, detect
from dlctl.nodes.host.findings.host_findings import host_findings
from dlctl.nodes.host.hardware.matrix import gpu_adapter_pairs, gpu_gpu_pairs
from dlctl.nodes.host.labels.host_labels import host_labels
from tests import golden
from tests.conftest import REPOSITORY
from tests.nodes.host.hosts import HOSTS
from tests.project import Project

GOLDEN = REPOSITORY / "tests/nodes/host/golden"
V100 = """
GPU0 PIX PHB SYS SYS
GPU1 PIX PHB SYS SYS
GPU2 PHB PIX SYS SYS
GPU3 PHB PIX SYS SYS
GPU4 SYS SYS PIX PHB
GPU5 SYS SYS PIX PHB
GPU6 SYS SYS PHB PIX
GPU7 SYS SYS PHB PIX
"""
ROCE = """
GPU0 NODE NODE
GPU1 PHB PHB
GPU2 SYS SYS
GPU3 SYS SYS
"""


def matrix(host: Host) -> list[list[str]]:
    """GPU rows and adapter columns."""
    rows: dict[str, list[str]] = {}
    for pair in gpu_adapter_pairs(host.gpus, host.adapters):
        rows.setdefault(pair.gpu, [pair.gpu]).append(str(pair.affinity))
    return list(rows.values())


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.strip().splitlines()]


@pytest.mark.parametrize(("name", "expected"), [("v100x8-ib100", V100), ("roce25", ROCE)])
def test_affinity_as_nvidia_smi_tells_it(built: dict[str, Path], name: str, expected: str) -> None:
    assert matrix(detect(built[name])) == lines(expected)


def test_each_h200_has_an_adapter_of_its_own(built: dict[str, Path]) -> None:
    host = detect(built["h200x8-ib400"])
    names = [adapter.rdma.name for adapter in host.adapters]
    own = ["mlx5_0", "mlx5_1", "mlx5_2", "mlx5_3", "mlx5_6", "mlx5_7", "mlx5_8", "mlx5_9"]
    for index, (gpu, *cells) in enumerate(matrix(host)):
        classes = dict(zip(names, cells, strict=True))
        assert [name for name, cell in classes.items() if cell == "PIX"] == [own[index]], gpu
        near = [classes[name] for position, name in enumerate(own) if position // 4 == index // 4]
        assert set(near) == {"PIX", "NODE"}
        assert {classes[name] for position, name in enumerate(own) if position // 4 != index // 4} == {"SYS"}


def test_gpus_of_one_switch_and_of_two_sockets(built: dict[str, Path]) -> None:
    found = {
        (each.gpu, each.device): each.affinity for each in gpu_gpu_pairs(detect(built["v100x8-ib100"]).gpus)
    }
    assert (found["GPU0", "GPU1"], found["GPU0", "GPU2"], found["GPU0", "GPU4"]) == ("PIX", "PHB", "SYS")


def test_what_is_no_gpu_to_train_on(built: dict[str, Path]) -> None:
    hgx, cpu = detect(built["h200x8-ib400"]), detect(built["cpu-only"])
    assert len(hgx.gpus) == 8
    assert [str(each.kind) for each in hgx.accelerators if not each.trains] == ["bmc", *["nvswitch"] * 4]
    assert cpu.gpus == ()
    assert {str(each.kind) for each in cpu.accelerators} == {"bmc", "display"}


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("v100x8-ib100", {"nccl_ib_hca": "=mlx5_0,mlx5_1,mlx5_2,mlx5_3"}),
        ("h200x8-ib400", {"nccl_ib_hca": "=mlx5_0,mlx5_1,mlx5_2,mlx5_3,mlx5_6,mlx5_7,mlx5_8,mlx5_9"}),
        ("roce25", {"nccl_ib_hca": "=mlx5_0", "nccl_ib_gid_index": 3}),
        ("cpu-only", {}),
    ],
)
def test_advice_for_nccl_is_taken_by_prototypes(
    built: dict[str, Path], project: Project, name: str, params: dict[str, object]
) -> None:
    found = detect(built[name]).nccl.params()
    assert found == params
    project.run("init", "app").ok()
    words = [word for key, value in found.items() for word in (f"--{key}", str(value))]
    project.run("--dir", "app", "generate", "pytorch-job", "train", "--image", "x/y:1", *words).ok()


@pytest.mark.parametrize("name", HOSTS)
def test_labels(built: dict[str, Path], name: str) -> None:
    labels = host_labels(detect(built[name]))
    golden.check("".join(f"{key}={value}\n" for key, value in labels.items()), GOLDEN / f"{name}.labels.txt")


@pytest.mark.parametrize("name", HOSTS)
def test_tables(built: dict[str, Path], project: Project, name: str) -> None:
    outcome = project.run("node", "detect", "--root", str(built[name]), "-o", "wide").ok()
    golden.check(outcome.out, GOLDEN / f"{name}.txt")
    assert outcome.err == ""


@pytest.mark.parametrize("name", HOSTS)
def test_every_file_of_it_can_be_read(built: dict[str, Path], name: str) -> None:
    assert detect(built[name]).warnings == ()


def test_a_healthy_host_has_no_findings(built: dict[str, Path]) -> None:
    assert [host_findings(detect(built[name])) for name in ("v100x8-ib100", "h200x8-ib400", "cpu-only")] == [
        ()
    ] * 3
