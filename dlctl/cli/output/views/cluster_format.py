"""The formats of `cluster list`."""

from enum import StrEnum


class ClusterFormat(StrEnum):
    """The formats of `cluster list`."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    NAME = "name"
