"""Names of network adapters by PCI ID (pci-ids.ucw.cz), for people: nothing is decided by them."""

_MELLANOX = {
    "1003": "ConnectX-3",
    "1007": "ConnectX-3 Pro",
    "1011": "Connect-IB",
    "1013": "ConnectX-4",
    "1015": "ConnectX-4 Lx",
    "1017": "ConnectX-5",
    "1018": "ConnectX-5 VF",
    "1019": "ConnectX-5 Ex",
    "101a": "ConnectX-5 Ex VF",
    "101b": "ConnectX-6",
    "101c": "ConnectX-6 VF",
    "101d": "ConnectX-6 Dx",
    "101e": "ConnectX VF",
    "101f": "ConnectX-6 Lx",
    "1021": "ConnectX-7",
    "1023": "ConnectX-8",
    "1025": "ConnectX-9",
    "a2d6": "BlueField-2",
    "a2dc": "BlueField-3",
}
_NAMES = {
    **{f"15b3:{device}": name for device, name in _MELLANOX.items()},
    "14e4:16d7": "BCM57414",
    "14e4:16d8": "BCM57416",
    "14e4:1750": "BCM57508",
    "14e4:1751": "BCM57504",
    "14e4:1760": "BCM57608",
    "8086:1592": "E810-C",
    "8086:1593": "E810-C",
    "8086:159b": "E810-XXV",
    "8086:158b": "XXV710",
    "8086:1583": "XL710",
    "8086:1584": "XL710",
    "8086:1572": "X710",
    "8086:10fb": "82599ES",
    "8086:1563": "X550",
    "8086:1521": "I350",
    "8086:24f0": "Omni-Path 100",
    "1d0f:ec20": "ENA",
    "1d0f:efa0": "EFA",
    "1d0f:efa1": "EFA",
    "1d0f:efa2": "EFA",
    "1d0f:efa3": "EFA",
    "1d0f:efa4": "EFA",
    "1ded:107f": "eRDMA",
    "1af4:1000": "virtio",
    "1af4:1041": "virtio",
}


def nic_model(model_id: str) -> str:
    """The name of a `vendor:device`; the ID itself where it is not in the table."""
    return _NAMES.get(model_id, model_id)
