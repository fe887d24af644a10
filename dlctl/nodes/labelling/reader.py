"""Read the parts of a file of rules; an error names file, line and column."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from dlctl.errors import Location, RuleError
from dlctl.suggest import did_you_mean
from dlctl.text import listed, type_name
from dlctl.yamlio.load import Document

_Path = tuple[str | int, ...]


class Part(Struct, frozen=True):
    """A value in a document, and what it is called in messages. Its methods raise RuleError."""

    document: Document
    value: Any
    name: str
    path: _Path = ()

    @property
    def location(self) -> Location:
        """The place of the value."""
        return self.document.location(self.path)

    def problem(self, message: str, hint: str | None = None) -> RuleError:
        """An error about the value."""
        return RuleError(message, location=self.location, hint=hint)

    def key_problem(self, key: str, message: str, hint: str | None = None) -> RuleError:
        """An error about a key of the mapping."""
        return RuleError(message, location=self.document.key_location((*self.path, key)), hint=hint)

    def items(self) -> "Iterator[Part]":
        """The items of a list."""
        if not isinstance(self.value, list):
            raise self.problem(f"{self.name} must be a list, found {type_name(self.value)}")
        for index, value in enumerate(self.value):
            yield Part(self.document, value, f"item {index + 1} of {self.name}", (*self.path, index))

    def mapping(self) -> Mapping[str, "Part"]:
        """The values of a mapping by key."""
        if not isinstance(self.value, Mapping):
            raise self.problem(f"{self.name} must be a mapping, found {type_name(self.value)}")
        return {
            key: Part(self.document, value, f"'{key}'", (*self.path, key))
            for key, value in self.value.items()
        }

    def fields(self, *known: str, required: tuple[str, ...] = ()) -> Mapping[str, "Part"]:
        """The values of a mapping that has no other keys than `known`, and all that are `required`."""
        found = self.mapping()
        for key in found:
            if key not in known:
                hint = did_you_mean(key, known, f"known fields: {listed(known)}")
                raise self.key_problem(key, f"unknown field '{key}'", hint)
        for key in required:
            if key not in found:
                raise self.problem(f"{self.name} has no '{key}'", f"add '{key}:'")
        return found

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            hint = None if isinstance(self.value, list | Mapping) else "put it in quotes"
            raise self.problem(f"{self.name} must be a string, found {type_name(self.value)}", hint)
        return self.value
