"""Findings about GPUs."""

from collections.abc import Iterator

from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.findings.finding import Finding, note, warning
from dlctl.nodes.host.hardware.accelerator import Accelerator, Kind, State

_ALL_ONES = "ffff"
"""What a PCI read returns where no device answers any more."""


def gpu_findings(host: Host) -> Iterator[Finding]:
    """Findings about GPUs and accelerators, by device; then about all of them."""
    for device in host.accelerators:
        if device.kind in (Kind.GPU, Kind.ACCELERATOR):
            yield from _device(host, device)
    yield from _lost(host)
    models = sorted({gpu.name for gpu in host.gpus})
    if len(models) > 1:
        message = f"GPUs of several models: {', '.join(models)}; GFD labels the node with one of them"
        yield warning("mixed-models", "", message)


def _device(host: Host, device: Accelerator) -> Iterator[Finding]:
    address, model = device.pci.address, device.name
    if device.state is State.PASSED_THROUGH:
        message = f"{model} is bound to {device.pci.driver}: it is for virtual machines"
        yield note("passed-through", address, message)
    elif device.state is State.EXCLUDED:
        yield note("excluded", address, f"{model} is excluded by the driver's settings")
    elif device.state is State.NO_DRIVER:
        yield _without_driver(host, device)
    elif device.state is State.READY:
        yield from _link(device)
        if device.mig:
            message = f"{model} is in MIG mode: jobs see its MIG devices"
            yield note("mig", address, message)


def _without_driver(host: Host, device: Accelerator) -> Finding:
    address, model = device.pci.address, device.name
    if device.vendor == "nvidia" and device.pci.driver == "nvidia" and host.driver:
        message = f"{model} is bound to the driver, which does not list it: look for Xid errors in dmesg"
        return warning("lost", address, message)
    bound = f"bound to {device.pci.driver}" if device.pci.driver else "without a driver"
    return warning("no-driver", address, f"{model} is {bound}: no job can use it")


def _link(device: Accelerator) -> Iterator[Finding]:
    now, most = device.pci.link, device.pci.max_link
    address = device.pci.address
    if now.width and most.width and now.width < most.width:
        yield warning("link-width", address, f"PCIe link has {now.width} of {most.width} lanes")
    if now.speed and most.speed and now.speed < most.speed:
        message = (
            f"PCIe link runs at {now.speed:g} of {most.speed:g} GT/s, as an idle GPU's may to save power"
        )
        yield note("link-speed", address, message)


def _lost(host: Host) -> Iterator[Finding]:
    for device in host.pci:
        if device.vendor == _ALL_ONES:
            yield warning("lost", device.address, "the PCI device does not answer")
    known = {device.address for device in host.pci}
    for gpu in host.driver.gpus if host.driver else ():
        if gpu.address not in known:
            message = f"the driver lists {gpu.model or 'a GPU'}, which is not on the PCI bus"
            yield warning("lost", gpu.address, message)
