"""Which PCI devices are GPUs and accelerators, and whether they can be used."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from dlctl.nodes.host.hardware.gpu_models import NVIDIA, GpuModel, gpu_model
from dlctl.nodes.host.hardware.vendors import ACCELERATORS, is_bmc, vendor_name
from dlctl.nodes.host.sources.nvidia import NvidiaDriver, NvidiaGpu
from dlctl.nodes.host.sources.nvml import NvmlGpu
from dlctl.nodes.host.sources.pci import PciDevice

_DISPLAYS = ("0300", "0302", "0380")
"""PCI classes of displays: VGA, 3D, other."""
_PROCESSING = "1200"
_GPU_CLASSES = {"nvidia": _DISPLAYS, "amd": ("0302", _PROCESSING), "intel": ("0302",)}
"""Classes in which a vendor's device is a GPU even where its ID is unknown.

In the other classes of displays AMD and Intel have graphics that are built into processors.
"""
_PASSED_THROUGH = ("vfio-pci", "pci-stub", "xen-pciback")


class Kind(StrEnum):
    """What a device is."""

    GPU = "gpu"
    ACCELERATOR = "accelerator"
    NVSWITCH = "nvswitch"
    DISPLAY = "display"
    BMC = "bmc"


class State(StrEnum):
    """Whether a device can be used on this host."""

    READY = "ready"
    NO_DRIVER = "no-driver"
    PASSED_THROUGH = "passed-through"
    VIRTUAL_FUNCTION = "virtual-function"
    EXCLUDED = "excluded"


class Accelerator(Struct, frozen=True):
    """A GPU, another accelerator, or what could be mistaken for one.

    `product` is the driver's name of the model, None without a driver. `memory` is in MiB.
    `nvlinks` are active NVLinks, None where NVML was not asked. `mig` is whether MIG mode is on, None where
    neither NVML nor a MIG instance shows it.
    """

    kind: Kind
    state: State
    vendor: str
    pci: PciDevice
    model: GpuModel | None = None
    product: str | None = None
    uuid: str | None = None
    minor: int | None = None
    firmware: str | None = None
    memory: int | None = None
    compute: tuple[int, int] | None = None
    mig_capable: bool = False
    mig: bool | None = None
    mig_instances: int = 0
    nvlinks: int | None = None

    @property
    def trains(self) -> bool:
        """Whether it is a GPU or accelerator that a job on this host can use."""
        return self.kind in (Kind.GPU, Kind.ACCELERATOR) and self.state is State.READY

    @property
    def name(self) -> str:
        """How people call it: the driver's name, else the table's, else the IDs."""
        return self.product or (self.model.full_name if self.model else self.pci.model_id)


def accelerators(
    devices: Sequence[PciDevice], driver: NvidiaDriver | None, measured: Sequence[NvmlGpu]
) -> tuple[Accelerator, ...]:
    """The accelerators among PCI devices, in the order of these."""
    driven = {gpu.address: gpu for gpu in driver.gpus} if driver else {}
    by_nvml = {gpu.address: gpu for gpu in measured}
    found = ((pci, _kind(pci)) for pci in devices)
    return tuple(
        _accelerator(pci, kind, driven.get(pci.address), by_nvml.get(pci.address))
        for pci, kind in found
        if kind
    )


def _kind(pci: PciDevice) -> Kind | None:
    """What a device is; None for one that is no accelerator and no display.

    A co-processor counts only by its ID: Intel's QuickAssist, which compresses and encrypts, has that class
    too.
    """
    class_ = pci.device_class[:4]
    if class_.startswith("03") and is_bmc(pci.vendor, pci.model_id):
        return Kind.BMC
    if pci.vendor == NVIDIA and class_ == "0680":
        return Kind.NVSWITCH
    maker = ACCELERATORS.get(pci.vendor, "")
    if gpu_model(pci.model_id):
        return Kind.GPU if maker in _GPU_CLASSES else Kind.ACCELERATOR
    if class_ in _GPU_CLASSES.get(maker, ()):
        return Kind.GPU
    if maker and (class_ == _PROCESSING or (class_ in _DISPLAYS[1:] and maker not in _GPU_CLASSES)):
        return Kind.ACCELERATOR
    return Kind.DISPLAY if class_.startswith("03") else None


def _accelerator(
    pci: PciDevice, kind: Kind, driven: NvidiaGpu | None, measured: NvmlGpu | None
) -> Accelerator:
    model = gpu_model(pci.model_id)
    return Accelerator(
        kind=kind,
        state=_state(pci, driven, measured),
        vendor=vendor_name(pci.vendor),
        pci=pci,
        model=model,
        product=(measured and measured.name) or (driven and driven.model) or None,
        uuid=(measured and measured.uuid) or (driven and driven.uuid) or None,
        minor=driven.minor if driven else None,
        firmware=driven.firmware if driven else None,
        memory=measured.memory if measured and measured.memory else (model.memory if model else None),
        compute=(measured and measured.compute) or (model.compute if model else None),
        mig_capable=measured.mig is not None if measured else bool(model and model.mig),
        mig=_mig(driven, measured),
        mig_instances=driven.mig_instances if driven else 0,
        nvlinks=measured.nvlinks if measured else None,
    )


def _state(pci: PciDevice, driven: NvidiaGpu | None, measured: NvmlGpu | None) -> State:
    if pci.driver in _PASSED_THROUGH:
        return State.PASSED_THROUGH
    if pci.virtual_of:
        return State.VIRTUAL_FUNCTION
    if pci.driver is None or (pci.vendor == NVIDIA and not _driven(pci, driven, measured)):
        return State.NO_DRIVER
    return State.EXCLUDED if driven and driven.excluded else State.READY


def _driven(pci: PciDevice, driven: NvidiaGpu | None, measured: NvmlGpu | None) -> bool:
    """Whether NVIDIA's own driver has taken the device and answers for it."""
    return pci.driver == "nvidia" and (driven is not None or measured is not None)


def _mig(driven: NvidiaGpu | None, measured: NvmlGpu | None) -> bool | None:
    if measured:
        return measured.mig
    return True if driven and driven.mig_instances else None
