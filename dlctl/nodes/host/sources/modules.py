"""Kernel modules that are loaded, from /proc/modules, or built in and visible in /sys/module."""

from dlctl.nodes.host.tree.host_tree import HostTree

_LIMIT = 1024 * 1024


def read_loaded_modules(tree: HostTree) -> frozenset[str]:
    """Names of the loaded modules, with underscores, as the kernel writes them (kernel/module/procfs.c)."""
    return frozenset(line.split()[0] for line in tree.lines("proc/modules", limit=_LIMIT))


def read_peer_memory(tree: HostTree) -> bool:
    """Whether a module lets adapters reach GPU memory; the files are those that NCCL looks for (gdr.cc)."""
    places = (
        "sys/module/nvidia_peermem/version",
        "sys/kernel/mm/memory_peers/nv_mem/version",
        "sys/kernel/mm/memory_peers/nv_mem_nc/version",
    )
    return any(tree.exists(place) for place in places)
