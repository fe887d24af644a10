"""Memory: its size, swap, huge pages and non-volatile memory, from /proc and /sys.

What is read for NFD's labels is what NFD reads: source/memory of NFD.
"""

import re

from msgspec import Struct

from dlctl.nodes.host.tree.host_tree import HostTree

_TOTAL = re.compile(r"^MemTotal:\s+(\d{1,18}) kB$", re.ASCII | re.MULTILINE)
_PAGES = re.compile(r"hugepages-(\d{1,12})kB", re.ASCII)
_NVDIMM = "sys/bus/nd/devices"


class HugePages(Struct, frozen=True):
    """The pages of one size, in KiB, that are set aside."""

    size: int
    count: int


class Memory(Struct, frozen=True):
    """The host's memory; `total` in bytes, None where unknown."""

    total: int | None
    swap: bool
    huge_pages: tuple[HugePages, ...]
    nvdimm: bool
    nvdimm_dax: bool


def read_memory(tree: HostTree) -> Memory:
    """The memory of the host."""
    total = _TOTAL.search(tree.text("proc/meminfo") or "")
    devices = tree.names(_NVDIMM)
    return Memory(
        total=int(total[1]) * 1024 if total else None,
        swap=len(tree.lines("proc/swaps")) > 1,  # the first line is a heading
        huge_pages=tuple(_huge_pages(tree)),
        nvdimm=bool(devices),
        nvdimm_dax=any(tree.text(f"{_NVDIMM}/{name}/devtype") == "nd_dax" for name in devices),
    )


def _huge_pages(tree: HostTree) -> list[HugePages]:
    folder = "sys/kernel/mm/hugepages"
    sizes = (_PAGES.fullmatch(name) for name in tree.names(folder))
    found = ((int(match[1]), tree.integer(f"{folder}/{match[0]}/nr_hugepages")) for match in sizes if match)
    return [HugePages(size, count) for size, count in found if count]
