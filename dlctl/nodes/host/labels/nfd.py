"""The labels that Node Feature Discovery makes with its default configuration, as far as files show them.

Names and value rules: the folders of source/ in kubernetes-sigs/node-feature-discovery, v0.19. Booleans are
labels with the value `true` and no label for false, but for the few that have both. The cpuid labels
include those that the worker's default blacklist (`attributeBlacklist`) holds back: `nfd export labels`
prints them too.
"""

import re
from collections.abc import Iterator

from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.hardware.vendors import MELLANOX
from dlctl.nodes.host.labels.cpuid import cpuid_features
from dlctl.nodes.host.labels.label import Label, boolean
from dlctl.nodes.host.sources.cpu import Cpu

PREFIX = "feature.node.kubernetes.io/"
_PCI_CLASSES = ("03", "0b40", "12")
"""`sources.pci.deviceClassWhitelist` of the worker's default configuration: prefixes of class codes."""
_CPU_VENDORS = {
    "GenuineIntel": "Intel",
    "AuthenticAMD": "AMD",
    "HygonGenuine": "Hygon",
    "CentaurHauls": "VIA",
    "0x41": "ARM",
    "0x42": "Broadcom",
    "0x43": "Cavium",
    "0x46": "Fujitsu",
    "0x4e": "NVIDIA",
    "0x51": "Qualcomm",
    "0x56": "Marvell",
    "0xc0": "Ampere",
}
"""klauspost/cpuid's names of vendors by cpuid's text or, on arm64, the number of the implementer."""
_KERNEL = re.compile(r"(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\.(?P<revision>\d+))?(?:-.*)?", re.ASCII)
_RELEASE = re.compile(r"(?P<major>\d+)(?:\.(?P<minor>\d+))?(?:\..*)?", re.ASCII)
_KERNEL_FORBIDDEN = re.compile(r"[^-A-Za-z0-9_.]")


def nfd_labels(host: Host) -> Iterator[Label]:
    """NFD's labels; some may have values that Kubernetes refuses."""
    for sources in (_cpu(host.cpu), _kernel(host), _memory(host), _network(host), _pci(host), _rdma(host)):
        yield from ((PREFIX + name, value) for name, value in sources)
    if host.non_rotational:
        yield f"{PREFIX}storage-nonrotationaldisk", "true"
    yield from ((PREFIX + name, value) for name, value in _system(host))


def _cpu(cpu: Cpu) -> Iterator[Label]:
    for name in cpuid_features(cpu.flags, arm=cpu.arm):
        yield f"cpu-cpuid.{name}", "true"
    if cpu.multithreading is not None:
        yield "cpu-hardware_multithreading", boolean(cpu.multithreading)
    if cpu.vendor in _CPU_VENDORS:
        yield "cpu-model.vendor_id", _CPU_VENDORS[cpu.vendor]
    if not cpu.arm and cpu.family and cpu.model:
        yield "cpu-model.family", cpu.family
        yield "cpu-model.id", cpu.model
    if cpu.hypervisor:
        yield "cpu-model.hypervisor", cpu.hypervisor
    yield from ((f"cpu-pstate.{name}", value) for name, value in cpu.pstate)
    if cpu.cstate is not None:
        yield "cpu-cstate.enabled", boolean(cpu.cstate)
    yield from ((f"cpu-security.{name}.enabled", "true") for name in cpu.security)


def _kernel(host: Host) -> Iterator[Label]:
    release = _KERNEL_FORBIDDEN.sub("_", host.kernel.release).strip("-_.")
    if release:
        yield "kernel-version.full", release
    yield from _version_parts("kernel-version", _KERNEL.fullmatch(release))
    for name, value in host.kernel.options:
        yield f"kernel-config.{name}", "true" if value in ("y", "m") else value
    if host.kernel.selinux:
        yield "kernel-selinux.enabled", "true"


def _memory(host: Host) -> Iterator[Label]:
    facts = {
        "memory-numa": (host.numa.devices or 0) > 1,
        "memory-swap": host.memory.swap,
        "memory-nv.present": host.memory.nvdimm,
        "memory-nv.dax": host.memory.nvdimm_dax,
    }
    yield from ((name, "true") for name, value in facts.items() if value)


def _network(host: Host) -> Iterator[Label]:
    if any((each.sriov_total or 0) > 0 for each in host.net_devices):
        yield "network-sriov.capable", "true"
    if any((each.sriov_configured or 0) > 0 for each in host.net_devices):
        yield "network-sriov.configured", "true"


def _pci(host: Host) -> Iterator[Label]:
    """`sriov.capable` needs the attribute alone, also where it is 0: another test than the network's."""
    for device in host.pci:
        if device.complete and device.device_class.startswith(_PCI_CLASSES):
            name = f"pci-{device.device_class[:4]}_{device.vendor}"
            yield f"{name}.present", "true"
            if device.sriov_total is not None:
                yield f"{name}.sriov.capable", "true"


def _rdma(host: Host) -> Iterator[Label]:
    """NFD's own rules since v0.14 (source/custom/static_features.go): Mellanox alone is capable, whatever
    its class.

    `available` is about modules: it is true with every cable unplugged.
    """
    if any(device.vendor == MELLANOX and device.complete for device in host.pci):
        yield "rdma.capable", "true"
    if host.modules.issuperset({"ib_uverbs", "rdma_ucm"}):
        yield "rdma.available", "true"


def _system(host: Host) -> Iterator[Label]:
    for field in ("ID", "VERSION_ID"):
        if value := host.system.release_field(field):
            yield f"system-os_release.{field}", value
    version = _RELEASE.fullmatch(host.system.release_field("VERSION_ID"))
    yield from _version_parts("system-os_release.VERSION_ID", version)


def _version_parts(name: str, found: re.Match[str] | None) -> Iterator[Label]:
    parts = found.groupdict() if found else {}
    yield from ((f"{name}.{part}", value) for part, value in parts.items() if value)
