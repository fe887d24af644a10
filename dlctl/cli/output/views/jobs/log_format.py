"""The formats of logs."""

from enum import StrEnum


class LogFormat(StrEnum):
    """How lines are written: with the replica before them, as they are, or each as a JSON document."""

    TEXT = "text"
    RAW = "raw"
    JSONL = "jsonl"
