"""Hosts to detect: machines as they are built, and broken ones."""

from collections.abc import Callable
from pathlib import Path

from tests.nodes.host.trees import Tree

RDMA_MODULES = ("mlx5_core", "mlx5_ib", "ib_core", "ib_uverbs", "ib_umad", "rdma_cm", "rdma_ucm", "ib_ipoib")
NVIDIA_MODULES = ("nvidia", "nvidia_uvm", "nvidia_modeset", "nvidia_peermem")
ZERO, ONE = "0-19,40-59", "20-39,60-79"


def v100x8_ib100(root: Path) -> Tree:
    """Like a DGX-1V: 8 V100 and 4 ConnectX-5 on InfiniBand, below four PCIe switches of two sockets."""
    tree = Tree(root).system(product="NVIDIA DGX-1 with V100-32").cpus((ZERO, ONE), model=79)
    switches = (
        ("pci0000:00/0000:00:02.0/0000:03:00.0", "04", ("nic 05", "gpu 06", "gpu 07"), 0),
        ("pci0000:00/0000:00:03.0/0000:08:00.0", "09", ("gpu 0a", "gpu 0b", "nic 0c"), 0),
        ("pci0000:80/0000:80:02.0/0000:82:00.0", "83", ("nic 84", "gpu 85", "gpu 86"), 1),
        ("pci0000:80/0000:80:03.0/0000:87:00.0", "88", ("gpu 89", "gpu 8a", "nic 8b"), 1),
    )
    gpus, nics = [], 0
    for upstream, bus, devices, numa in switches:
        cpus = (ZERO, ONE)[numa]
        for slot, device in enumerate(devices):
            kind, _, own = device.partition(" ")
            path = f"{upstream}/0000:{bus}:{slot * 8:02x}.0/0000:{own}:00.0"
            tree.bridges(path, "10b5:8764")
            if kind == "gpu":
                gpus.append(own)
                tree.pci(
                    path,
                    "10de:1db5",
                    "030200",
                    board="10de:1249",
                    driver="nvidia",
                    numa=numa,
                    cpus=cpus,
                    link="8.0 x16",
                )
            else:
                tree.pci(
                    path,
                    "15b3:1017",
                    "020700",
                    board="15b3:0006",
                    driver="mlx5_core",
                    numa=numa,
                    cpus=cpus,
                    link="8.0 x16",
                    vfs=0,
                )
                tree.rdma(f"mlx5_{nics}", path, net=f"ibp{int(own, 16)}s0")
                nics += 1
    tree.nvidia("535.183.01", {f"0000:{bus}:00.0": "Tesla V100-SXM2-32GB" for bus in gpus})
    for function in range(2):
        path = f"pci0000:00/0000:00:01.0/0000:01:00.{function}"
        tree.bridges(path).pci(
            path, "8086:1563", "020000", board="8086:0001", driver="ixgbe", vfs=64, link="8.0 x4"
        )
        tree.net(f"eno{function + 1}", path, speed=10000, state="up" if function == 0 else "down")
    bmc(tree)
    return tree.modules(*RDMA_MODULES, *NVIDIA_MODULES).default_route("eno1")


def h200x8_ib400(root: Path) -> Tree:
    """HGX: 8 pairs of an H200 and a ConnectX-7, each below a root bus of its own, and Ethernet."""
    tree = Tree(root).system(name="h200-1").cpus((ZERO, ONE), model=143)
    pairs = (
        "15 16 18 19",
        "26 27 2a 29",
        "37 38 3a 3b",
        "59 5a 5d 5c",
        "97 98 9a 9b",
        "a7 a8 ab aa",
        "b7 b8 ba bb",
        "d7 d8 db da",
    )
    gpus, numbers = {}, iter((0, 1, 2, 3, 6, 7, 8, 9))
    for index, pair in enumerate(pairs):
        root_bus, switch, gpu, nic = pair.split()
        numa, down = index // 4, f"{int(switch, 16) + 1:02x}"
        upstream = f"pci0000:{root_bus}/0000:{root_bus}:01.0/0000:{switch}:00.0"
        slots = sorted((gpu, nic))
        path = f"{upstream}/0000:{down}:0{slots.index(gpu)}.0/0000:{gpu}:00.0"
        tree.bridges(path, "1000:c030").pci(
            path,
            "10de:2335",
            "030200",
            board="10de:18be",
            driver="nvidia",
            numa=numa,
            cpus=(ZERO, ONE)[numa],
            link="32.0 x16",
            vfs=16,
        )
        gpus[f"0000:{gpu}:00.0"] = "NVIDIA H200"
        path = f"{upstream}/0000:{down}:0{slots.index(nic)}.0/0000:{nic}:00.0"
        tree.bridges(path, "1000:c030").pci(
            path,
            "15b3:1021",
            "020700",
            board="15b3:0023",
            driver="mlx5_core",
            numa=numa,
            cpus=(ZERO, ONE)[numa],
            link="32.0 x16",
            vfs=16,
        )
        tree.rdma(
            f"mlx5_{next(numbers)}",
            path,
            rate="400 Gb/sec (4X NDR)",
            hca_type="MT4129",
            net=f"ibp{int(nic, 16)}s0",
        )
    for function in range(2):
        path = f"pci0000:59/0000:59:05.0/0000:5f:00.{function}"
        tree.bridges(path).pci(
            path, "15b3:101d", "020000", board="15b3:0016", driver="mlx5_core", link="16.0 x16", vfs=8
        )
        tree.rdma(
            f"mlx5_{function + 4}",
            path,
            layer="Ethernet",
            hca_type="MT4125",
            net=f"enp95s0f{function}np{function}",
        )
    for slot in range(5, 9):
        path = f"pci0000:00/0000:00:0{slot}.0/0000:0{slot}:00.0"
        tree.bridges(path).pci(path, "10de:22a3", "068000", board="10de:1796", driver="nvidia-nvswitch")
    tree.nvidia("570.86.15", gpus, open_modules=True)
    bmc(tree)
    return tree.modules(*RDMA_MODULES, *NVIDIA_MODULES).default_route("enp95s0f0np0")


def roce25(root: Path) -> Tree:
    """On premises: 4 T4 and a ConnectX-4 Lx on 25GbE without a PCIe switch; its second port is down."""
    tree = Tree(root).system(name="roce-1").cpus((ZERO, ONE), model=85)
    places = (
        "pci0000:3a/0000:3a:02.0/0000:3c:00.0",
        "pci0000:17/0000:17:00.0/0000:18:00.0",
        "pci0000:85/0000:85:00.0/0000:86:00.0",
        "pci0000:ae/0000:ae:00.0/0000:af:00.0",
    )
    for index, path in enumerate(places):
        numa = index // 2
        tree.bridges(path).pci(
            path,
            "10de:1eb8",
            "030200",
            board="10de:12a2",
            driver="nvidia",
            numa=numa,
            cpus=(ZERO, ONE)[numa],
            link="8.0 x16",
        )
    tree.nvidia("535.183.01", {path.rpartition("/")[2]: "Tesla T4" for path in places})
    local, ipv4 = "fe80:0000:0000:0000:0e42:a1ff:fe00:0001", "0000:0000:0000:0000:0000:ffff:0a00:0001"
    for function in range(2):
        path = f"pci0000:3a/0000:3a:00.0/0000:3b:00.{function}"
        tree.bridges(path).pci(
            path, "15b3:1015", "020000", board="15b3:0021", driver="mlx5_core", link="8.0 x8", vfs=8
        )
        net, active = f"enp59s0f{function}np{function}", function == 0
        gids = tuple((gid, kind) for gid in (local, ipv4) for kind in ("IB/RoCE v1", "RoCE v2"))
        tree.rdma(
            f"mlx5_{function}",
            path,
            layer="Ethernet",
            hca_type="MT4117",
            firmware="14.32.1010",
            net=net,
            rate="25 Gb/sec (1X EDR)" if active else "40 Gb/sec (4X QDR)",
            state="4: ACTIVE" if active else "1: DOWN",
            physical="5: LinkUp" if active else "3: Disabled",
            gids=gids if active else gids[:2],
        )
    bmc(tree)
    return tree.modules(*RDMA_MODULES, *NVIDIA_MODULES).default_route("enp59s0f0np0")


def cpu_only(root: Path) -> Tree:
    """One socket, an X710, a BMC, an Intel display; no RDMA and no NVIDIA driver."""
    tree = Tree(root).system(name="cpu-1").cpus(("0-31",), model=106, threads=False)
    path = "pci0000:00/0000:00:01.0/0000:01:00.0"
    tree.bridges(path).pci(path, "8086:1572", "020000", board="8086:0008", driver="i40e", vfs=64)
    tree.net("eno1", path, speed=10000).pci(
        "pci0000:00/0000:00:02.0", "8086:4680", "030000", board="8086:7270", driver="i915"
    )
    bmc(tree)
    return tree.modules("i40e", "ext4").default_route("eno1")


def bmc(tree: Tree) -> Tree:
    """ASPEED's VGA adapter of a management controller."""
    path = "pci0000:00/0000:00:1c.0/0000:02:00.0"
    return tree.bridges(path).pci(path, "1a03:2000", "030000", board="1a03:2000", driver="ast")


HOSTS: dict[str, Callable[[Path], Tree]] = {
    "v100x8-ib100": v100x8_ib100,
    "h200x8-ib400": h200x8_ib400,
    "roce25": roce25,
    "cpu-only": cpu_only,
}
