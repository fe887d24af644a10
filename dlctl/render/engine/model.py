"""The engine's output, and references between template files."""

from typing import Any

from msgspec import Struct

from dlctl.errors import Location


class Rendered(Struct, frozen=True, gc=False):
    """One rendered YAML document as a JSON value, and the location of its start.

    While scalars are marked as secret, `secret_fields` is empty; it has their places when they no longer are.
    """

    value: Any
    location: Location
    secret_fields: tuple[tuple[str, ...], ...] = ()


class Reference(Struct, frozen=True):
    """A template's reference to another file: `kind` is include, fragment or text."""

    kind: str
    name: str
    location: Location
