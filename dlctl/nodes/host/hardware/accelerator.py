"""Which PCI devices are GPUs and accelerators, and whether they can be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dlctl.nodes.host.hardware.gpu_models import NVIDIA, GpuModel, gpu_model
from dlctl.nodes.host.hardware.vendors import ACCELERATORS, is_bmc, vendor_name
from dlctl.nodes.host.sources.nvidia import NvidiaDriver, NvidiaGpu
from dlctl.nodes.host.sources.nvml import NvmlGpu
from dlctl.nodes.host.sources.pci import PciDevice

_VGA, _THREE_D, _OTHER_DISPLAY, _PROCESSING, _CO_PROCESSOR = "0300", "0302", "0380", "1200", "0b40"
_GPU_CLASSES = (_VGA, _THREE_D, _OTHER_DISPLAY, _PROCESSING)
_PASSED_THROUGH = ("vfio-pci", "pci-stub", "xen-pciback")
_GPU_VENDORS = ("nvidia", "amd", "intel")


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


@dataclass(frozen=True, slots=True)
class Accelerator:
    """A GPU, another accelerator, or what could be mistaken for one.

    `product` is the driver's name of the model, None where no driver tells it. `memory` is in MiB.
    `nvlinks` are active NVLinks, None where NVML was not asked. `mig` is whether MIG mode is on, None where
    neither NVML nor a MIG instance tells it.
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
    class_, known = pci.device_class[:4], gpu_model(pci.model_id) is not None
    if class_.startswith("03") and is_bmc(pci.vendor, pci.model_id):
        return Kind.BMC
    if pci.vendor == NVIDIA and class_ == "0680":
        return Kind.NVSWITCH
    if class_ in _GPU_CLASSES and ACCELERATORS.get(pci.vendor) in _GPU_VENDORS:
        return Kind.GPU if known or not _is_display(pci) else Kind.DISPLAY
    if class_.startswith("03"):
        return Kind.ACCELERATOR if pci.vendor in ACCELERATORS and class_ != _VGA else Kind.DISPLAY
    if known or (class_[:2] == "12" and pci.vendor in ACCELERATORS):
        return Kind.ACCELERATOR
    return Kind.ACCELERATOR if class_ == _CO_PROCESSOR and pci.vendor in ACCELERATORS else None


def _is_display(pci: PciDevice) -> bool:
    """A VGA adapter of a vendor whose processors have one built in; NVIDIA's with a monitor are GPUs too."""
    return pci.device_class.startswith(_VGA) and pci.vendor != NVIDIA


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
