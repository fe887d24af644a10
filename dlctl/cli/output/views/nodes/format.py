"""The formats of `node list`."""

from enum import StrEnum


class NodeFormat(StrEnum):
    """The formats of `node list`."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    CSV = "csv"
    NAME = "name"
