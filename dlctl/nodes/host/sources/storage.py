"""Block devices from /sys/block."""

from dlctl.nodes.host.tree.host_tree import HostTree

FOLDER = "sys/block"


def read_non_rotational(tree: HostTree) -> bool:
    """Whether any block device does not rotate; a loop device counts too (source/storage of NFD)."""
    return any(tree.text(f"{FOLDER}/{name}/queue/rotational") == "0" for name in tree.names(FOLDER))
