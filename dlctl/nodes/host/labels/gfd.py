"""The labels that NVIDIA's GPU Feature Discovery makes, as far as the host's files or NVML show them.

Names and value rules: internal/lm of NVIDIA/k8s-device-plugin v0.20. Like GFD there are none without a
driver. What the device plugin's configuration decides (replicas, sharing-strategy, mps.capable,
mig.strategy) and what is in the PCI configuration space alone (vgpu.present) is left out.
"""

import re
from collections.abc import Iterator

from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.hardware.accelerator import Accelerator
from dlctl.nodes.host.labels.cuda_versions import supported_cuda
from dlctl.nodes.host.labels.label import Label, boolean

PREFIX = "nvidia.com/"
_DROPPED = re.compile(r"[^A-Za-z0-9\-_. ]")
_MODES = {"0302": "compute", "0300": "graphics"}
_FAMILIES = {1: "tesla", 2: "fermi", 3: "kepler", 5: "maxwell", 6: "pascal", 9: "hopper", 13: "rubin"}
_BLACKWELL = (10, 12)


def gfd_labels(host: Host) -> Iterator[Label]:
    """GFD's labels. They describe one model: of several on a node, the one of the first GPU."""
    gpus = [gpu for gpu in host.gpus if gpu.vendor == "nvidia"]
    if not gpus or not (host.driver or host.cuda):
        return
    machine = product_name(host.system.product or "") or "unknown"
    found = {
        "gpu.machine": machine,
        "gpu.count": str(len(gpus)),
        "mig.capable": boolean(any(gpu.mig_capable for gpu in gpus)),
        **_first(gpus[0]),
    }
    yield from ((PREFIX + name, value) for name, value in found.items())
    yield from ((PREFIX + name, value) for name, value in _versions(host))


def product_name(text: str) -> str:
    """A product's name as GFD writes it: other characters dropped, words joined by dashes."""
    return "-".join(_DROPPED.sub("", text).split())


def family(compute: tuple[int, int]) -> str:
    """The architecture of a compute capability, as GFD since v0.18 names it."""
    major, minor = compute
    if major == 7:
        return "volta" if minor < 5 else "turing"
    if major == 8:
        return "ampere" if minor < 9 else "ada-lovelace"
    return "blackwell" if major in _BLACKWELL else _FAMILIES.get(major, "undefined")


def _first(gpu: Accelerator) -> dict[str, str]:
    found = {"gpu.mode": _MODES.get(gpu.pci.device_class[:4], "unknown")}
    if name := product_name(gpu.product or ""):
        found["gpu.product"] = name
    if gpu.memory:
        found["gpu.memory"] = str(gpu.memory)
    if gpu.compute:
        major, minor = gpu.compute
        found |= {
            "gpu.family": family(gpu.compute),
            "gpu.compute.major": str(major),
            "gpu.compute.minor": str(minor),
        }
    return found


def _versions(host: Host) -> Iterator[Label]:
    """Driver and CUDA versions, each also by its older name."""
    version = host.driver.version if host.driver else ""
    parts = version.split(".")
    if len(parts) in (2, 3):
        major, minor, revision = [*parts, ""][:3]
        yield "cuda.driver-version.full", version
        yield from (("cuda.driver-version.major", major), ("cuda.driver.major", major))
        yield from (("cuda.driver-version.minor", minor), ("cuda.driver.minor", minor))
        yield from (("cuda.driver-version.revision", revision), ("cuda.driver.rev", revision))
    if cuda := host.cuda or supported_cuda(version):
        yield "cuda.runtime-version.full", f"{cuda[0]}.{cuda[1]}"
        for name, number in zip(("major", "minor"), cuda, strict=True):
            yield f"cuda.runtime-version.{name}", str(number)
            yield f"cuda.runtime.{name}", str(number)
