"""The kernel: its version, options of its configuration, SELinux.

Places and rules: source/kernel and source/internal/kernelutils of NFD.
"""

import re
import zlib

from msgspec import Struct

from dlctl.nodes.host.tree.host_tree import HostTree

OPTIONS = ("NO_HZ", "NO_HZ_FULL", "NO_HZ_IDLE", "PREEMPT")
"""Those that NFD labels by default (`configOpts`)."""
_LIMIT = 4 * 1024 * 1024
_ASSIGNMENT = re.compile(r"^CONFIG_(\w+)=(.+)$", re.ASCII | re.MULTILINE)


class Kernel(Struct, frozen=True):
    """`release` is what `uname -r` prints, empty if unknown. `options` are those of OPTIONS that are set."""

    release: str
    options: tuple[tuple[str, str], ...]
    selinux: bool


def read_kernel(tree: HostTree) -> Kernel:
    """The kernel of the host."""
    release = tree.text("proc/sys/kernel/osrelease") or ""
    options = dict(_ASSIGNMENT.findall(_configuration(tree, release)))
    return Kernel(
        release=release,
        options=tuple((name, options[name].strip('"')) for name in OPTIONS if name in options),
        selinux=tree.text("sys/fs/selinux/enforce") == "1",
    )


def _configuration(tree: HostTree, release: str) -> str:
    if unpacked := _unpacked(tree.data("proc/config.gz", limit=_LIMIT) or b""):
        return unpacked
    if not release or "/" in release:
        return ""
    places = (
        f"usr/src/linux-{release}/.config",
        "usr/src/linux/.config",
        f"usr/lib/modules/{release}/config",
        f"lib/modules/{release}/config",
        f"usr/lib/ostree-boot/config-{release}",
        f"usr/lib/kernel/config-{release}",
        f"usr/src/linux-headers-{release}/.config",
        f"lib/modules/{release}/build/.config",
        f"boot/config-{release}",
    )
    return next((text for place in places if (text := tree.text(place, limit=_LIMIT))), "")


def _unpacked(packed: bytes) -> str:
    """The text of a gzip file, cut off at the limit; empty where it is damaged."""
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(packed, _LIMIT).decode("utf-8", "replace")
    except zlib.error:
        return ""
