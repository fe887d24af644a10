"""The formats of `node check`."""

from enum import StrEnum


class FitFormat(StrEnum):
    """The formats of `node check`."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
