"""The output formats of commands that make runs."""

from enum import StrEnum


class SubmitFormat(StrEnum):
    """The output formats of a run; `name` is its name alone."""

    TEXT = "text"
    JSON = "json"
    NAME = "name"
