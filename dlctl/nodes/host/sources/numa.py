"""NUMA nodes from /sys/devices/system/node."""

import re

from msgspec import Struct

from dlctl.nodes.host.tree.host_tree import HostTree

FOLDER = "sys/devices/system/node"
_NODE = re.compile(r"node(\d{1,6})", re.ASCII)


class NumaNode(Struct, frozen=True):
    """One NUMA node; `cpus` is a list such as `0-19,40-59`, empty for memory without processors."""

    number: int
    cpus: str


class Numa(Struct, frozen=True):
    """The NUMA nodes. `devices` is their number on the bus `node`, which NFD reads; None without that bus."""

    nodes: tuple[NumaNode, ...]
    devices: int | None


def read_numa(tree: HostTree) -> Numa:
    """The NUMA nodes in the order of their numbers."""
    found = (_NODE.fullmatch(name) for name in tree.names(FOLDER))
    nodes = (
        NumaNode(int(match[1]), tree.text(f"{FOLDER}/{match[0]}/cpulist") or "") for match in found if match
    )
    devices = len(tree.names("sys/bus/node/devices")) if tree.exists("sys/bus/node/devices") else None
    return Numa(tuple(nodes), devices)
