"""The formats of `node detect`."""

from enum import StrEnum


class HostFormat(StrEnum):
    """How a host is printed."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    LABELS = "labels"
    NFD = "nfd"
    NODE_FEATURE = "nodefeature"
