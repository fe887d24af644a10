"""A host as one JSON document. Keys of RDMA devices are those of ibstat."""

from collections.abc import Mapping, Sequence
from typing import Any

from dlctl.cli.output.envelope import write_document
from dlctl.cli.runtime import Runtime
from dlctl.nodes.host.detect import Host
from dlctl.nodes.host.findings.finding import Finding
from dlctl.nodes.host.hardware.accelerator import Accelerator
from dlctl.nodes.host.hardware.fabric import Adapter, MainFabric
from dlctl.nodes.host.hardware.matrix import Pair, gpu_adapter_pairs, gpu_gpu_pairs, gpu_name
from dlctl.nodes.host.labels.cuda_versions import supported_cuda
from dlctl.nodes.host.sources.infiniband import Gid, Port
from dlctl.nodes.host.sources.network import NetDevice
from dlctl.nodes.host.sources.pci import PciDevice, PciLink


def write_host(
    runtime: Runtime, host: Host, node: str | None, labels: Mapping[str, str], findings: Sequence[Finding]
) -> None:
    """Write the document of kind HostFeatures."""
    write_document(
        runtime,
        "HostFeatures",
        node=node,
        system=_system(host),
        driver=_driver(host),
        accelerators=_accelerators(host),
        rdma=[_adapter(adapter) for adapter in host.adapters],
        network=[_net_device(device) for device in host.net_devices],
        defaultInterface=host.default_interface,
        numa=[{"node": node.number, "cpus": node.cpus} for node in host.numa.nodes],
        modules=sorted(host.modules),
        topology={
            "gpuRdma": [_pair(pair) for pair in gpu_adapter_pairs(host.gpus, host.adapters)],
            "gpuGpu": [_pair(pair) for pair in gpu_gpu_pairs(host.gpus)],
        },
        fabric=_fabric(host.fabric),
        nccl={"variables": host.nccl.variables(), "params": host.nccl.params()},
        labels=dict(labels),
        findings=[_finding(finding) for finding in findings],
        warnings=[{"path": warning.path, "problem": warning.problem} for warning in host.warnings],
    )


def _system(host: Host) -> dict[str, Any]:
    cpu = host.cpu
    return {
        "hostName": host.system.host_name,
        "vendor": host.system.vendor,
        "product": host.system.product,
        "os": host.system.release_field("PRETTY_NAME") or None,
        "kernel": host.kernel.release or None,
        "cpu": cpu.name or None,
        "cpus": cpu.online or None,
        "multithreading": cpu.multithreading,
        "hypervisor": cpu.hypervisor,
        "memoryBytes": host.memory.total,
        "hugePages": [{"sizeKib": pages.size, "count": pages.count} for pages in host.memory.huge_pages],
    }


def _driver(host: Host) -> dict[str, Any] | None:
    if host.driver is None:
        return None
    cuda = host.cuda or supported_cuda(host.driver.version)
    return {
        "version": host.driver.version or None,
        "openModules": host.driver.open_modules,
        "cuda": f"{cuda[0]}.{cuda[1]}" if cuda else None,
    }


def _accelerators(host: Host) -> list[dict[str, Any]]:
    names = {gpu.pci.address: gpu_name(index) for index, gpu in enumerate(host.gpus)}
    return [_accelerator(device, names.get(device.pci.address)) for device in host.accelerators]


def _accelerator(device: Accelerator, name: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "kind": device.kind,
        "state": device.state,
        "vendor": device.vendor,
        "model": device.model.name if device.model else None,
        "product": device.product,
        "uuid": device.uuid,
        "minor": device.minor,
        "firmware": device.firmware,
        "memoryMib": device.memory,
        "compute": ".".join(map(str, device.compute)) if device.compute else None,
        "mig": {"capable": device.mig_capable, "enabled": device.mig, "instances": device.mig_instances},
        "nvlinks": device.nvlinks,
        "pci": _pci(device.pci),
    }


def _pci(device: PciDevice) -> dict[str, Any]:
    return {
        "address": device.address,
        "vendor": device.vendor,
        "device": device.device,
        "class": device.device_class,
        "driver": device.driver,
        "numaNode": device.numa_node,
        "localCpus": device.local_cpus or None,
        "path": "/".join(device.path) or None,
        "link": _link(device.link),
        "maxLink": _link(device.max_link),
        "sriovTotal": device.sriov_total,
        "sriovConfigured": device.sriov_configured,
        "virtualOf": device.virtual_of,
    }


def _link(link: PciLink) -> dict[str, Any]:
    return {"gtPerSecond": link.speed, "lanes": link.width}


def _adapter(adapter: Adapter) -> dict[str, Any]:
    device = adapter.rdma
    return {
        "name": device.name,
        "caType": device.hca_type or None,
        "nodeType": device.node_type or None,
        "firmwareVersion": device.firmware or None,
        "hardwareVersion": device.hardware or None,
        "nodeGuid": device.node_guid or None,
        "systemImageGuid": device.image_guid or None,
        "boardId": device.board or None,
        "netDevices": list(adapter.net_devices),
        "ports": [_port(adapter, port) for port in device.ports],
        "pci": _pci(adapter.pci) if adapter.pci else None,
    }


def _port(adapter: Adapter, port: Port) -> dict[str, Any]:
    return {
        "port": port.number,
        "fabric": adapter.fabric(port),
        "linkLayer": port.link_layer or None,
        "state": port.state or None,
        "physicalState": port.physical_state or None,
        "rate": port.rate,
        "speed": port.speed or None,
        "baseLid": port.lid,
        "smLid": port.sm_lid,
        "gids": [_gid(gid) for gid in port.gids],
    }


def _gid(gid: Gid) -> dict[str, Any]:
    return {
        "index": gid.index,
        "gid": gid.value,
        "type": gid.kind or None,
        "netDevice": gid.net_device or None,
    }


def _net_device(device: NetDevice) -> dict[str, Any]:
    return {
        "name": device.name,
        "address": device.address,
        "state": device.state,
        "speed": device.speed,
        "mtu": device.mtu,
        "linkType": device.link_type,
        "sriovTotal": device.sriov_total,
        "sriovConfigured": device.sriov_configured,
    }


def _pair(pair: Pair) -> dict[str, str]:
    return {"gpu": pair.gpu, "device": pair.device, "affinity": pair.affinity}


def _fabric(fabric: MainFabric | None) -> dict[str, Any] | None:
    if fabric is None:
        return None
    ports = [{"device": link.adapter.rdma.name, "port": link.port.number} for link in fabric.links]
    return {"kind": fabric.kind, "state": fabric.state, "rate": fabric.rate, "ports": ports}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "level": finding.level,
        "device": finding.device or None,
        "message": finding.message,
    }
