"""Read typed values from a document; errors name the location of an invalid value."""

from collections.abc import Iterator, Mapping
from typing import Any

from dlctl import API_VERSION
from dlctl.app.model import Block
from dlctl.errors import AppError, Location
from dlctl.text import listed, shown_name, type_name
from dlctl.yamlio.load import Document


class Reader:
    """A mapping in a document. Its methods raise AppError with file, line and column."""

    def __init__(self, document: Document, path: tuple[str | int, ...] = ()) -> None:
        self.document = document
        self.path = path
        value: Any = document.value
        for step in path:
            value = value[step]
        if value is None and not path:
            value = {}
        if not isinstance(value, Mapping):
            raise AppError(
                f"expected a mapping, found {type_name(value)}",
                location=self.place(),
                hint="write its keys on lines of their own, as 'KEY: VALUE'",
            )
        self.values: Mapping[str, Any] = value

    def place(self, *path: str | int) -> Location:
        """The location of a value below this mapping."""
        return self.document.location((*self.path, *path))

    def only(self, *known: str, misplaced: Mapping[str, str] | None = None, others: str = "") -> None:
        """Refuse unknown keys; `misplaced` says where some of them stand, `others` where any other may."""
        for key in self.values:
            if key not in known:
                from dlctl.suggest import did_you_mean

                elsewhere = f"; {others}" if others else ""
                near = did_you_mean(key, known, f"known fields: {listed(known)}{elsewhere}")
                raise AppError(
                    f"unknown field {shown_name(key)}",
                    location=self.document.key_location((*self.path, key)),
                    hint=(misplaced or {}).get(key) or near,
                )

    def header(self, kind: str, *, optional: bool = False) -> None:
        """Check `apiVersion` and `kind`; they can be missing if `optional`. Raises AppError."""
        written = f"write 'apiVersion: {API_VERSION}' and 'kind: {kind}'"
        if self.document.value is None and not optional:
            raise AppError("the file is empty", location=self.place(), hint=written)
        version = self.text("apiVersion", API_VERSION if optional else "")
        found = self.text("kind", kind if optional else "")
        if not (version and found):
            missing = "kind" if version else "apiVersion"
            raise AppError(f"'{missing}' is missing", location=self.place(), hint=written)
        if (version, found) != (API_VERSION, kind):
            raise AppError(
                f"unsupported kind '{found}'"
                if version == API_VERSION
                else f"unsupported apiVersion '{version}' and kind '{found}'",
                location=self.place("apiVersion" if version != API_VERSION else "kind"),
                hint=written,
            )

    def text(self, key: str, default: str = "") -> str:
        """A string; absent or null gives the default."""
        value = self.values.get(key)
        if value is None:
            return default
        if not isinstance(value, str):
            raise AppError(
                f"'{key}' must be a string, found {type_name(value)}",
                location=self.place(key),
                hint="write one string" if isinstance(value, Mapping | list) else "put it in quotes",
            )
        return value

    def required_text(self, key: str) -> str:
        """A string that must not be missing or empty."""
        found = self.text(key)
        if not found:
            raise AppError(f"'{key}' is missing", location=self.place(key), hint=f"add '{key}: …'")
        return found

    def number(self, key: str, default: int = 0) -> int:
        """An integer from 0 on; absent or null gives the default."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            found = value if isinstance(value, int) and not isinstance(value, bool) else type_name(value)
            raise AppError(f"'{key}' must be a number, 0 or greater, found {found}", location=self.place(key))
        return value

    def flag(self, key: str) -> bool:
        """A boolean; absent gives False."""
        value = self.values.get(key)
        if not isinstance(value, bool | None):
            raise AppError(
                f"'{key}' must be true or false, found {type_name(value)}",
                location=self.place(key),
                hint="write true or false, without quotes; "
                "in YAML 1.2 'yes', 'no', 'on' and 'off' are strings",
            )
        return bool(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; absent or null gives an empty one, a single string a list of one."""
        value = self.values.get(key)
        if isinstance(value, str):
            return (value,)
        items = self.items(key)
        for index, item in enumerate(items):
            if not isinstance(item, str):
                raise AppError(
                    f"'{key}' must list strings, found {type_name(item)}", location=self.place(key, index)
                )
        return tuple(items)

    def items(self, key: str, *, subject: str = "", example: str = "") -> list[Any]:
        """A list of any values; absent or null gives an empty one.

        An error is about `subject` (default: the key in quotes), and shows `example`, an item.
        """
        value = self.values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            shown = f", such as '{example}'" if example else ""
            raise AppError(
                f"{subject or repr(key)} must be a list, found {type_name(value)}",
                location=self.place(key),
                hint=f"begin each item on a line of its own with '- '{shown}",
            )
        return value

    def readers(self, key: str) -> "Iterator[Reader]":
        """A list of mappings; absent or null gives an empty one."""
        for index, _ in enumerate(self.items(key)):
            yield Reader(self.document, (*self.path, key, index))

    def block(self, key: str) -> Block:
        """A mapping of any values, with positions; absent or null gives an empty one."""
        value = self.values.get(key)
        if value is None:
            return Block({})
        self._require_mapping(key, value)
        return Block(value, self.document, (*self.path, key))

    def child(self, key: str, *, subject: str = "", example: str = "") -> "Reader | None":
        """The mapping at `key`; None if absent or null.

        An error is about `subject` (default: the key in quotes), and shows `example`, a key with its value.
        """
        if self.values.get(key) is None:
            return None
        self._require_mapping(key, self.values[key], subject, example)
        return Reader(self.document, (*self.path, key))

    def children(self, key: str, what: str, example: str = "") -> Iterator[tuple[str, "Reader"]]:
        """The mappings below `key` by name. A null one is an error: its content was probably lost.

        `example` is a key of one of them with its value.
        """
        parent = self.child(key, example=f"NAME: {{{example}}}" if example else "")
        for name in parent.values if parent else ():
            assert parent is not None
            if parent.values[name] is None:
                raise AppError(
                    f"{what} '{name}' is empty",
                    location=parent.document.key_location((*parent.path, name)),
                    hint=f"remove the line '{name}:', or write '{name}: {{}}' if it should be empty",
                )
            child = parent.child(name, subject=f"{what} '{name}'", example=example)
            assert child is not None
            yield name, child

    def _require_mapping(self, key: str, value: Any, subject: str = "", example: str = "") -> None:
        if not isinstance(value, Mapping):
            shown = f"such as '{example}'" if example else "as 'KEY: VALUE'"
            raise AppError(
                f"{subject or repr(key)} must be a mapping, found {type_name(value)}",
                location=self.place(key),
                hint=f"write its keys on lines of their own, {shown}, without '- ' before them",
            )
