"""Decode a page of a list by its type: quicker than to decode all of it, and then to check what is read."""

from collections.abc import Callable
from typing import Any

import msgspec

from dlctl.manifest import JsonObject

ReadPage = Callable[[bytes], JsonObject | None]


def page_reader(page: type[Any]) -> ReadPage:
    """Reads pages with the fields of a type, a TypedDict; None for an answer of another shape."""
    decoder = msgspec.json.Decoder(page)

    def read(data: bytes) -> JsonObject | None:
        try:
            found: JsonObject = decoder.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return None
        return found

    return read
