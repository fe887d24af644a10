"""The operating system and the machine, from /etc/os-release, DMI and the kernel's host name.

os-release: freedesktop.org, os-release(5); /usr/lib/os-release stands in where /etc has none. NFD reads its
lines by the same pattern (source/system of NFD).
"""

import re

from msgspec import Struct

from dlctl.nodes.host.tree.host_tree import HostTree

_ASSIGNMENT = re.compile(r"(\w+)=(.+)", re.ASCII)


class System(Struct, frozen=True):
    """`release` are the fields of os-release. `product` and `vendor` name the machine, None where unknown."""

    host_name: str | None
    release: tuple[tuple[str, str], ...]
    vendor: str | None
    product: str | None

    def release_field(self, name: str) -> str:
        """A field of os-release; empty where it has none."""
        return dict(self.release).get(name, "")


def read_system(tree: HostTree) -> System:
    """The system of the host."""
    lines = tree.lines("etc/os-release") or tree.lines("usr/lib/os-release")
    found = (_ASSIGNMENT.match(line) for line in lines)
    release = {match[1]: match[2].strip("\"'") for match in found if match}
    return System(
        host_name=tree.text("proc/sys/kernel/hostname") or tree.text("etc/hostname") or None,
        release=tuple(sorted(release.items())),
        vendor=tree.text("sys/class/dmi/id/sys_vendor") or None,
        product=tree.text("sys/class/dmi/id/product_name") or None,
    )
