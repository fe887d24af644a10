"""Broken and unusual hosts: what is found, and what is not labelled."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dlctl.nodes.host.detect import Host, detect
from dlctl.nodes.host.findings.host_findings import host_findings
from dlctl.nodes.host.labels.host_labels import host_labels
from tests.nodes.host.hosts import h200x8_ib400, roce25, v100x8_ib100
from tests.nodes.host.trees import Tree

pytestmark = pytest.mark.slow

GPU0 = "sys/bus/pci/devices/0000:06:00.0"
MLX5_0 = "sys/class/infiniband/mlx5_0/ports/1"


def findings(host: Host) -> list[tuple[str, str]]:
    return [(found.code, found.device) for found in host_findings(host)]


def rewrite(tree: Tree, path: str, text: str) -> None:
    place = tree.root / path
    assert place.exists()
    place.write_text(f"{text}\n")


def rebind(tree: Tree, device: str, driver: str | None) -> None:
    """Bind a device to another driver, or to none."""
    place = tree.root / device / "driver"
    place.unlink()
    if driver:
        place.symlink_to(f"../../bus/pci/drivers/{driver}")


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def test_the_driver_is_not_loaded(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    remove(tmp_path / "proc/driver/nvidia")
    for device in (tmp_path / "sys/bus/pci/drivers/nvidia").parent.parent.glob("devices/*"):
        if (device / "driver").is_symlink() and (device / "driver").readlink().name == "nvidia":
            rebind(tree, f"sys/bus/pci/devices/{device.name}", None)
    host = detect(tmp_path)
    assert host.gpus == ()
    assert [code for code, _ in findings(host)] == ["no-driver"] * 8
    labels = host_labels(host)
    assert not [key for key in labels if key.startswith(("nvidia.com/", "dlctl.dev/gpu."))]
    assert labels["feature.node.kubernetes.io/pci-0302_10de.present"] == "true"


def test_a_gpu_that_the_driver_has_lost(tmp_path: Path) -> None:
    v100x8_ib100(tmp_path)
    remove(tmp_path / "proc/driver/nvidia/gpus/0000:06:00.0")
    host = detect(tmp_path)
    assert findings(host) == [("lost", "0000:06:00.0")]
    assert host_labels(host)["nvidia.com/gpu.count"] == "7"


def test_a_gpu_that_is_off_the_bus(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    for name in ("vendor", "device"):
        rewrite(tree, f"{GPU0}/{name}", "0xffff")
    rewrite(tree, f"{GPU0}/class", "0xffffff")
    (tmp_path / "sys/bus/pci/devices/0000:07:00.0").unlink()
    host = detect(tmp_path)
    assert findings(host) == [("lost", "0000:06:00.0"), ("lost", "0000:07:00.0")]
    assert len(host.gpus) == 6


def test_a_gpu_for_virtual_machines(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    rebind(tree, GPU0, "vfio-pci")
    host = detect(tmp_path)
    assert findings(host) == [("passed-through", "0000:06:00.0")]
    assert host_labels(host)["dlctl.dev/gpu.count"] == "7"
    assert host.gpus[0].pci.address == "0000:07:00.0"


def test_a_gpu_that_the_driver_is_told_to_leave(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    path = "proc/driver/nvidia/gpus/0000:06:00.0/information"
    rewrite(tree, path, (tmp_path / path).read_text().replace("No", "Yes"))
    host = detect(tmp_path)
    assert findings(host) == [("excluded", "0000:06:00.0")]
    assert len(host.gpus) == 7


def test_a_virtual_function_is_no_gpu(tmp_path: Path) -> None:
    tree = h200x8_ib400(tmp_path)
    path = "pci0000:15/0000:15:01.0/0000:16:00.0/0000:17:00.0/0000:18:00.4"
    tree.pci(path, "10de:2335", "030200", board="10de:18be", driver="nvidia")
    tree.link(f"sys/devices/{path}/physfn", f"sys/devices/{path[:-1]}0")
    host = detect(tmp_path)
    assert len(host.gpus) == 8
    assert [each.pci.virtual_of for each in host.accelerators if each.state == "virtual-function"] == [
        "0000:18:00.0"
    ]


def test_links_that_are_narrow_or_slow(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    rewrite(tree, f"{GPU0}/current_link_width", "8")
    rewrite(tree, f"{GPU0}/current_link_speed", "2.5 GT/s")
    assert findings(detect(tmp_path)) == [("link-width", "0000:06:00.0"), ("link-speed", "0000:06:00.0")]
    rewrite(tree, f"{GPU0}/current_link_width", "63")
    rewrite(tree, f"{GPU0}/current_link_speed", "Unknown")
    assert findings(detect(tmp_path)) == []


def test_a_port_without_a_subnet_manager(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    rewrite(tree, f"{MLX5_0}/state", "2: INIT")
    rewrite(tree, f"{MLX5_0}/sm_lid", "0x0")
    host = detect(tmp_path)
    assert findings(host) == [("port-not-active", "mlx5_0/1")]
    assert "subnet manager" in host_findings(host)[0].message
    assert host.nccl.ib_hca == "=mlx5_1,mlx5_2,mlx5_3"
    labels = host_labels(host)
    assert (labels["dlctl.dev/rdma.ports"], labels["dlctl.dev/gpu.rdma-affinity"]) == ("3", "PHB")


def test_a_port_at_half_its_rate(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    rewrite(tree, f"{MLX5_0}/rate", "50 Gb/sec (2X EDR)")
    host = detect(tmp_path)
    assert findings(host) == [("port-slow", "mlx5_0/1")]
    assert host.nccl.ib_hca == "=mlx5_1,mlx5_2,mlx5_3"


def test_every_cable_is_unplugged(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    for index in range(4):
        rewrite(tree, f"sys/class/infiniband/mlx5_{index}/ports/1/state", "1: DOWN")
        rewrite(tree, f"sys/class/infiniband/mlx5_{index}/ports/1/rate", "10 Gb/sec (4X SDR)")
    host = detect(tmp_path)
    assert host.nccl.variables() == {"NCCL_IB_DISABLE": "1"}
    labels = host_labels(host)
    assert labels["dlctl.dev/rdma.state"] == "down"
    assert labels["feature.node.kubernetes.io/rdma.available"] == "true"
    assert "dlctl.dev/rdma.rate" not in labels
    assert [code for code, _ in findings(host)] == ["port-not-active"] * 4


def test_a_firmware_without_numa_nodes(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    for device in (tmp_path / "sys/bus/pci/devices").iterdir():
        rewrite(tree, f"sys/bus/pci/devices/{device.name}/numa_node", "-1")
    host = detect(tmp_path)
    assert findings(host) == [("numa-unknown", "")]
    assert host_labels(host)["dlctl.dev/gpu.rdma-affinity"] == "PIX"  # each has one below its own switch


@pytest.mark.parametrize("domain", ["0101", "10000"])
def test_other_pci_domains(tmp_path: Path, domain: str) -> None:
    path = f"pci{domain}:00/{domain}:00:00.0"
    tree = Tree(tmp_path).system().cpus(("0-15",)).modules("nvidia")
    tree.pci(path, "10de:2330", "030200", board="10de:16c1", driver="nvidia", numa=-1)
    tree.nvidia("580.65.06", {f"{domain}:00:00.0": "NVIDIA H100 80GB HBM3"}, open_modules=True)
    host = detect(tmp_path)
    assert [gpu.pci.address for gpu in host.gpus] == [f"{domain}:00:00.0"]
    assert host_labels(host)["nvidia.com/gpu.product"] == "NVIDIA-H100-80GB-HBM3"


def test_mig_is_on(tmp_path: Path) -> None:
    h200x8_ib400(tmp_path)
    for instance in ("gi1", "gi2"):
        (tmp_path / f"proc/driver/nvidia/capabilities/gpu0/mig/{instance}").mkdir(parents=True)
    host = detect(tmp_path)
    assert [(gpu.mig, gpu.mig_instances) for gpu in host.gpus[:2]] == [(True, 2), (None, 0)]
    assert findings(host) == [("mig", "0000:18:00.0")]
    assert host_labels(host)["nvidia.com/gpu.count"] == "8"


def test_grace_hopper(tmp_path: Path) -> None:
    tree = Tree(tmp_path).system(kernel="6.8.0-1013-nvidia-64k").modules("nvidia")
    tree.file(
        "proc/cpuinfo",
        "processor\t: 0\nFeatures\t: fp asimd aes sve sve2\nCPU implementer\t: 0x41\nCPU part\t: 0xd4f",
    )
    path = "platform/NVDA0001:00/pci0009:00/0009:00:00.0/0009:01:00.0"
    tree.bridges(path).pci(
        path, "10de:2342", "030200", board="10de:16eb", driver="nvidia", link="16.0 x1", most="32.0 x16"
    )
    tree.nvidia("570.86.15", {"0009:01:00.0": "NVIDIA GH200 480GB"}, open_modules=True)
    labels = host_labels(detect(tmp_path))
    assert labels["nvidia.com/gpu.product"] == "NVIDIA-GH200-480GB"
    assert labels["feature.node.kubernetes.io/cpu-model.vendor_id"] == "ARM"
    assert {key.rpartition(".")[2] for key in labels if "cpuid" in key} == {"FP", "ASIMD", "AES", "SVE"}


def test_models_that_are_mixed(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    rewrite(tree, f"{GPU0}/device", "0x1eb8")
    path = "proc/driver/nvidia/gpus/0000:06:00.0/information"
    rewrite(tree, path, (tmp_path / path).read_text().replace("Tesla V100-SXM2-32GB", "Tesla T4"))
    host = detect(tmp_path)
    assert findings(host) == [("mixed-models", "")]
    labels = host_labels(host)
    assert labels["dlctl.dev/gpu.vendor"] == "nvidia"
    assert "dlctl.dev/gpu.model" not in labels


def test_intel_is_capable_of_rdma_where_nfd_does_not_say_so(tmp_path: Path) -> None:
    path = "pci0000:3a/0000:3a:00.0/0000:3b:00.0"
    tree = Tree(tmp_path).system().cpus(("0-15",)).modules("irdma", "ice", "ib_uverbs", "rdma_ucm")
    tree.bridges(path).pci(path, "8086:159b", "020000", board="8086:0003", driver="ice", vfs=128)
    tree.rdma("irdma0", path, layer="Ethernet", hca_type="", net="enp59s0f0", rate="25 Gb/sec (1X EDR)")
    labels = host_labels(detect(tmp_path))
    assert labels["feature.node.kubernetes.io/rdma.available"] == "true"
    assert "feature.node.kubernetes.io/rdma.capable" not in labels
    assert (labels["dlctl.dev/rdma.capable"], labels["dlctl.dev/rdma.fabric"]) == ("true", "roce")


def test_software_rdma_is_no_hardware(tmp_path: Path) -> None:
    tree = Tree(tmp_path).system().cpus(("0-15",)).modules("rdma_rxe")
    port = "sys/devices/virtual/infiniband/rxe0/ports/1"
    tree.files(port, state="4: ACTIVE", rate="2.5 Gb/sec (1X SDR)", link_layer="Ethernet")
    tree.link("sys/class/infiniband/rxe0", "sys/devices/virtual/infiniband/rxe0")
    host = detect(tmp_path)
    assert [adapter.rdma.name for adapter in host.adapters] == ["rxe0"]
    assert (host.fabric, host.nccl.variables()) == (None, {})
    assert "dlctl.dev/rdma.capable" not in host_labels(host)


def test_a_small_mtu_on_roce(tmp_path: Path) -> None:
    tree = roce25(tmp_path)
    rewrite(tree, "sys/class/net/enp59s0f0np0/mtu", "1500")
    assert findings(detect(tmp_path)) == [("small-mtu", "mlx5_0/1"), ("port-not-active", "mlx5_1/1")]


def test_without_peer_memory_and_modules(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    remove(tmp_path / "sys/module/nvidia_peermem")
    tree.modules("mlx5_core", "nvidia")
    host = detect(tmp_path)
    assert findings(host) == [("modules-missing", ""), ("no-peer-memory", "")]
    assert "dlctl.dev/rdma.gpudirect" not in host_labels(host)


def test_an_adapter_without_its_rdma_device(tmp_path: Path) -> None:
    v100x8_ib100(tmp_path)
    (tmp_path / "sys/class/infiniband/mlx5_0").unlink()
    assert findings(detect(tmp_path)) == [("no-rdma-device", "0000:05:00.0")]


def test_gid_tables_that_differ(tmp_path: Path) -> None:
    tree = roce25(tmp_path)
    for file, text in (("state", "4: ACTIVE"), ("rate", "25 Gb/sec (1X EDR)")):
        rewrite(tree, f"sys/class/infiniband/mlx5_1/ports/1/{file}", text)
    host = detect(tmp_path)
    assert host.nccl.params() == {"nccl_ib_hca": "=mlx5_0,mlx5_1"}
    assert findings(host) == [("gid-index", "")]


def test_a_second_port_that_is_down(tmp_path: Path) -> None:
    tree = v100x8_ib100(tmp_path)
    tree.files(f"{MLX5_0[:-1]}2", state="1: DOWN", phys_state="2: Polling", link_layer="InfiniBand")
    assert detect(tmp_path).nccl.ib_hca == "=mlx5_0:1,mlx5_1,mlx5_2,mlx5_3"


def test_names_that_need_a_prefix_of_their_own(tmp_path: Path) -> None:
    v100x8_ib100(tmp_path)
    (tmp_path / "sys/class/infiniband/mlx5_0").rename(tmp_path / "sys/class/infiniband/odd,name")
    host = detect(tmp_path)
    assert host.nccl.ib_hca == "=mlx5_1,mlx5_2,mlx5_3"


@pytest.mark.parametrize("build", [v100x8_ib100, h200x8_ib400, roce25])
def test_the_order_of_files_does_not_matter(build: Callable[[Path], Tree], tmp_path: Path) -> None:
    """The kernel and file systems list names in any order; here they are made in the reverse one."""
    build(tmp_path / "one")
    for source in sorted((tmp_path / "one").rglob("*"), reverse=True):
        other = tmp_path / "two" / source.relative_to(tmp_path / "one")
        other.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink() or source.is_file():
            shutil.copy2(source, other, follow_symlinks=False)
    assert detect(tmp_path / "one") == detect(tmp_path / "two")


def test_what_is_an_accelerator_and_what_is_not(tmp_path: Path) -> None:
    tree = Tree(tmp_path).system().cpus(("0-15",)).modules()
    devices = {
        "01": ("1002:74a1", "120000", "amdgpu"),  # MI300X
        "02": ("1002:7999", "120000", "amdgpu"),  # a model that is not in the table
        "03": ("1002:15bf", "030000", "amdgpu"),  # graphics of a Ryzen
        "04": ("1002:1681", "038000", "amdgpu"),
        "05": ("8086:0bd5", "038000", "xe"),  # Max 1550
        "06": ("8086:7d1d", "120000", "intel_vpu"),
        "07": ("8086:4940", "0b4000", "4xxx"),  # QuickAssist
        "08": ("1da3:1020", "120000", "habanalabs"),
        "09": ("10de:2230", "030000", "nvidia"),  # an RTX A6000, without a driver in /proc
        "0a": ("1b36:0100", "030000", ""),  # QXL of QEMU
        "0b": ("10de:22ba", "040300", "snd_hda_intel"),  # sound of a GPU
    }
    for bus, (ids, class_, driver) in devices.items():
        path = f"pci0000:00/0000:00:01.0/0000:{bus}:00.0"
        tree.bridges(path).pci(path, ids, class_, board="1234:0001", driver=driver)
    found = {
        each.pci.address[5:7]: (str(each.kind), str(each.state)) for each in detect(tmp_path).accelerators
    }
    assert found == {
        "01": ("gpu", "ready"),
        "02": ("gpu", "ready"),
        "03": ("display", "ready"),
        "04": ("display", "ready"),
        "05": ("gpu", "ready"),
        "06": ("accelerator", "ready"),
        "08": ("accelerator", "ready"),
        "09": ("gpu", "no-driver"),
        "0a": ("display", "no-driver"),
    }
