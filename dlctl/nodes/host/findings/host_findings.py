"""All findings about a host."""

from collections.abc import Iterator

from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.findings.finding import Finding, Level, note
from dlctl.nodes.host.findings.gpu_findings import gpu_findings
from dlctl.nodes.host.findings.rdma_findings import rdma_findings


def host_findings(host: Host) -> tuple[Finding, ...]:
    """Warnings, then notes."""
    found = (*gpu_findings(host), *rdma_findings(host), *_numa(host))
    return tuple(sorted(found, key=lambda finding: finding.level is Level.NOTE))


def _numa(host: Host) -> Iterator[Finding]:
    devices = [*(gpu.pci for gpu in host.gpus), *(each.pci for each in host.adapters if each.pci)]
    unplaced = [device.address for device in devices if device.numa_node is None]
    if unplaced and len(host.numa.nodes) > 1:
        message = f"the firmware gives no NUMA node for {', '.join(unplaced)}"
        yield note("numa-unknown", "", f"{message}: affinity across host bridges is unknown")
