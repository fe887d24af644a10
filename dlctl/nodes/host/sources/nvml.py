"""What NVIDIA's management library reports, where the extra `dlctl[nvidia]` (nvidia-ml-py) is installed.

It asks the driver of the machine that runs dlctl, so it is asked for the root folder `/` alone. Functions:
NVML API reference; nvidia-ml-py has them under the same names.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from msgspec import Struct

from dlctl.nodes.host.sources.pci import normal_address

_MAX_LINKS = 18
"""NVML_NVLINK_MAX_LINKS."""
_MIB = 1024 * 1024


class NvmlGpu(Struct, frozen=True):
    """A GPU as NVML sees it; memory in MiB. `mig` is None for a GPU that cannot have MIG devices."""

    address: str
    name: str
    uuid: str
    memory: int
    compute: tuple[int, int] | None
    mig: bool | None
    nvlinks: int


class Nvml(Struct, frozen=True):
    """The GPUs by index, and the CUDA version that the driver supports."""

    cuda: tuple[int, int] | None = None
    gpus: tuple[NvmlGpu, ...] = ()


def read_nvml() -> Nvml:
    """What NVML reports; nothing where it is not installed or the driver does not answer."""
    try:
        import pynvml
    except ImportError:
        return Nvml()
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return Nvml()
    try:
        return _Library(pynvml).read()
    except pynvml.NVMLError:
        return Nvml()
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


class _Library:
    """NVML's functions; what a GPU does not support is None."""

    def __init__(self, nvml: Any) -> None:
        self._nvml = nvml

    def read(self) -> Nvml:
        cuda = self._asked(self._nvml.nvmlSystemGetCudaDriverVersion_v2)
        version = None if cuda is None else (cuda // 1000, cuda % 1000 // 10)
        return Nvml(version, tuple(self._gpus()))

    def _gpus(self) -> Iterator[NvmlGpu]:
        for index in range(self._nvml.nvmlDeviceGetCount()):
            handle = self._asked(self._nvml.nvmlDeviceGetHandleByIndex, index)
            if handle is not None:
                yield self._gpu(handle)

    def _gpu(self, handle: Any) -> NvmlGpu:
        nvml = self._nvml
        memory = self._asked(nvml.nvmlDeviceGetMemoryInfo, handle)
        compute = self._asked(nvml.nvmlDeviceGetCudaComputeCapability, handle)
        mig = self._asked(nvml.nvmlDeviceGetMigMode, handle)
        states = (self._asked(nvml.nvmlDeviceGetNvLinkState, handle, link) for link in range(_MAX_LINKS))
        return NvmlGpu(
            address=normal_address(_text(nvml.nvmlDeviceGetPciInfo(handle).busId)),
            name=_text(self._asked(nvml.nvmlDeviceGetName, handle) or ""),
            uuid=_text(self._asked(nvml.nvmlDeviceGetUUID, handle) or ""),
            memory=0 if memory is None else memory.total // _MIB,
            compute=None if compute is None else (int(compute[0]), int(compute[1])),
            mig=None if mig is None else bool(mig[0]),
            nvlinks=sum(state == 1 for state in states),
        )

    def _asked(self, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except self._nvml.NVMLError:
            return None


def _text(value: str | bytes) -> str:
    """Old versions of nvidia-ml-py answer with bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value
