"""Vendors of accelerators and network adapters by PCI ID (pci-ids.ucw.cz)."""

ACCELERATORS = {
    "10de": "nvidia",
    "1002": "amd",
    "8086": "intel",
    "19e5": "huawei",
    "1da3": "habana",
    "1d0f": "amazon",
    "1ed5": "moore-threads",
    "1e36": "enflame",
    "cabc": "cambricon",
    "1d94": "hygon",
    "1d95": "graphcore",
    "1de0": "groq",
    "1e52": "tenstorrent",
    "1e60": "hailo",
    "1ed2": "furiosa",
    "1eff": "rebellions",
    "1e3e": "iluvatar",
    "9999": "metax",
    "1d22": "baidu",
    "17cb": "qualcomm",
}
"""Those that make GPUs or accelerators."""

MELLANOX = "15b3"
BMCS = frozenset({"1a03", "102b", "19e5:1711"})
"""Display adapters of management controllers: ASPEED, Matrox, Huawei's iBMC; by vendor or `vendor:device`."""


def vendor_name(vendor: str) -> str:
    """The name of a vendor of accelerators; its ID where it is not one of those."""
    return ACCELERATORS.get(vendor, vendor)


def is_bmc(vendor: str, model_id: str) -> bool:
    """Whether a display adapter belongs to a management controller."""
    return vendor in BMCS or model_id in BMCS
