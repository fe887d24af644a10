"""GPU and accelerator models by PCI ID.

IDs and names: pci-ids.ucw.cz and the device table of NVIDIA/open-gpu-kernel-modules. Compute capabilities:
developer.nvidia.com/cuda-gpus. Short names are those that the parameter `gpu_model` of prototypes takes.
Memory is what NVML reports where that is known (nvidia-smi, MiB), else the nominal size. MIG: the profiles
of NVIDIA's mig-parted configuration.
"""

from msgspec import Struct

NVIDIA, AMD, INTEL = "10de", "1002", "8086"
_GIB = 1024


class GpuModel(Struct, frozen=True):
    """A model: its short name, the form of the board, compute capability or architecture, memory in MiB."""

    name: str
    form: str
    architecture: str
    memory: int | None
    mig: bool = False

    @property
    def full_name(self) -> str:
        """Short name and form."""
        return f"{self.name} {self.form}".rstrip()

    @property
    def compute(self) -> tuple[int, int] | None:
        """CUDA compute capability; None for other vendors' models."""
        major, dot, minor = self.architecture.partition(".")
        return (int(major), int(minor)) if dot and major.isdecimal() and minor.isdecimal() else None


def gpu_model(model_id: str) -> GpuModel | None:
    """The model of a `vendor:device`; None for one that is not in the tables."""
    vendor, _, device = model_id.partition(":")
    return _TABLES.get(vendor, {}).get(device)


def _models(*rows: tuple[str, str, str, str, float | None]) -> dict[str, GpuModel]:
    """Rows of IDs, short name, form, architecture (`mig` behind it: can have MIG devices) and GiB."""
    found: dict[str, GpuModel] = {}
    for ids, name, form, architecture, gib in rows:
        arch, _, mig = architecture.partition(" ")
        memory = None if gib is None else round(gib * _GIB)
        found |= {each: GpuModel(name, form, arch, memory, bool(mig)) for each in ids.split()}
    return found


def _mib(amount: int) -> float:
    """GiB of an amount that NVML reports in MiB."""
    return amount / _GIB


_NVIDIA = _models(
    ("1028", "K20", "m", "3.5", 5),
    ("1020 101e", "K20X", "", "3.5", 6),
    ("1023", "K40", "m", "3.5", 12),
    ("1024", "K40", "c", "3.5", 12),
    ("1029", "K40", "s", "3.5", 12),
    ("102a", "K40", "t", "3.5", 12),
    ("102e", "K40", "d", "3.5", 12),
    ("102d", "K80", "", "3.7", 12),
    ("17fd", "M40", "", "5.2", None),
    ("13f2", "M60", "", "5.2", 8),
    ("1bb3", "P4", "", "6.1", 8),
    ("1b38", "P40", "", "6.1", 24),
    ("15f7", "P100", "PCIe 12GB", "6.0", 12),
    ("15f8", "P100", "PCIe 16GB", "6.0", 16),
    ("15f9", "P100", "SXM2 16GB", "6.0", 16),
    ("1db1 1df5", "V100", "SXM2 16GB", "7.0", 16),
    ("1db5", "V100", "SXM2 32GB", "7.0", 32),
    ("1db8", "V100", "SXM3 32GB", "7.0", 32),
    ("1db4", "V100", "PCIe 16GB", "7.0", 16),
    ("1db6", "V100", "PCIe 32GB", "7.0", 32),
    ("1db3", "V100", "FHHL 16GB", "7.0", 16),
    ("1db2", "V100", "DGXS 16GB", "7.0", 16),
    ("1db7", "V100", "DGXS 32GB", "7.0", 32),
    ("1df6", "V100", "S PCIe 32GB", "7.0", 32),
    ("1d81", "TITAN-V", "", "7.0", 12),
    ("1eb8", "T4", "", "7.5", _mib(15360)),
    ("1e30", "RTX-6000", "", "7.5", None),
    ("20b0", "A100", "SXM4 40GB", "8.0 mig", 40),
    ("20b2", "A100", "SXM4 80GB", "8.0 mig", 80),
    ("20b1 20f1", "A100", "PCIe 40GB", "8.0 mig", 40),
    ("20b3", "A100", "SXM 64GB", "8.0 mig", 64),
    ("20b5", "A100", "PCIe 80GB", "8.0 mig", 80),
    ("20bd", "A800", "SXM4 40GB", "8.0 mig", 40),
    ("20f3", "A800", "SXM4 80GB", "8.0 mig", 80),
    ("20f6", "A800", "PCIe 40GB", "8.0 mig", 40),
    ("20f5", "A800", "PCIe 80GB", "8.0 mig", 80),
    ("20b7", "A30", "", "8.0 mig", 24),
    ("20b8", "A100X", "", "8.0 mig", 80),
    ("2235", "A40", "", "8.6", 48),
    ("2236", "A10", "", "8.6", 24),
    ("2237", "A10G", "", "8.6", 24),
    ("25b6", "A2/A16", "", "8.6", 16),
    ("2230", "A6000", "", "8.6", 48),
    ("26b1", "RTX-6000-Ada", "", "8.9", 48),
    ("26b5", "L40", "", "8.9", 48),
    ("26b9", "L40S", "", "8.9", 48),
    ("26b8", "L40G", "", "8.9", 24),
    ("26b7 26ba", "L20", "", "8.9", 48),
    ("27b8", "L4", "", "8.9", 24),
    ("27b6", "L2", "", "8.9", 24),
    ("2330", "H100", "SXM5 80GB", "9.0 mig", _mib(81559)),
    ("2331", "H100", "PCIe 80GB", "9.0 mig", _mib(81559)),
    ("2321", "H100", "NVL 94GB", "9.0 mig", 94),
    ("2337", "H100", "SXM5 64GB", "9.0 mig", 64),
    ("2338", "H100", "SXM5 96GB", "9.0 mig", 96),
    ("2339", "H100", "SXM5 94GB", "9.0 mig", 94),
    ("2335", "H200", "SXM 141GB", "9.0 mig", _mib(143771)),
    ("233b", "H200", "NVL 141GB", "9.0 mig", _mib(143771)),
    ("2329", "H20", "96GB", "9.0 mig", 96),
    ("232c", "H20", "141GB", "9.0 mig", 141),
    ("2324", "H800", "SXM 80GB", "9.0 mig", _mib(81559)),
    ("2322", "H800", "PCIe 80GB", "9.0 mig", _mib(81559)),
    ("2342", "GH200", "96GB", "9.0 mig", 96),
    ("2348", "GH200", "144GB", "9.0 mig", 144),
    ("2901", "B200", "180GB", "10.0 mig", 180),
    ("2909", "B200", "168GB", "10.0 mig", 168),
    ("29bc 2920", "B100", "", "10.0 mig", None),
    ("2941", "GB200", "", "10.0 mig", 186),
    ("3182", "B300", "SXM6 269GB", "10.3 mig", 269),
    ("31c2 31c3", "GB300", "", "10.3 mig", 278),
    ("2bb5", "RTX-PRO-6000", "Blackwell 96GB", "12.0 mig", 96),
)
_AMD = _models(
    ("6860", "MI25", "", "gfx900", 16),
    ("66a1", "MI50", "", "gfx906", None),
    ("738c 738e", "MI100", "", "gfx908", 32),
    ("740f", "MI210", "", "gfx90a", 64),
    ("7408", "MI250X", "", "gfx90a", 128),
    ("740c", "MI250", "", "gfx90a", 128),
    ("74a0", "MI300A", "", "gfx942", 128),
    ("74a1 74b5", "MI300X", "", "gfx942", 192),
    ("74a2", "MI308X", "", "gfx942", 192),
    ("74a5 74b9", "MI325X", "", "gfx942", 256),
    ("75a0", "MI350X", "", "gfx950", 288),
    ("75a3", "MI355X", "", "gfx950", 288),
)
_INTEL = _models(
    ("56c0", "Flex-170", "", "", 16),
    ("56c1", "Flex-140", "", "", 6),
    ("0bd5 0bd6", "Max-1550", "", "", 128),
    ("0bd7", "Max-1350", "", "", 96),
    ("0bd9 0bda 0bdb", "Max-1100", "", "", 48),
)
_HABANA = _models(
    ("0001", "Goya", "", "", None),
    ("1000", "Gaudi", "", "", 32),
    ("1020", "Gaudi2", "", "", 96),
    ("1060", "Gaudi3", "", "", 128),
)
_AMAZON = _models(
    ("7064", "Inferentia", "", "", None),
    ("7164", "Trainium", "", "", None),
    ("7264", "Inferentia2", "", "", None),
    ("7364", "Trainium2", "", "", None),
)
_CAMBRICON = _models(("0270", "MLU270-S4", "", "", None), ("0370", "MLU370-S4", "", "", None))
_MOORE_THREADS = _models(("0323", "MTT-S4000", "", "", 48))
_TABLES = {
    NVIDIA: _NVIDIA,
    AMD: _AMD,
    INTEL: _INTEL,
    "1da3": _HABANA,
    "1d0f": _AMAZON,
    "cabc": _CAMBRICON,
    "1ed5": _MOORE_THREADS,
}
