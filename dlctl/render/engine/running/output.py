"""Collecting what a template yields, without ever holding too much of it."""

from collections.abc import Iterator
from itertools import islice

from dlctl.errors import RenderError

_BATCH = 512


def collect(pieces: Iterator[str], limit: int) -> list[str]:
    """All pieces; RenderError when they have more than `limit` characters together."""
    found: list[str] = []
    size = 0
    while batch := list(islice(pieces, _BATCH)):
        found += batch
        size += sum(map(len, batch))
        if size > limit:
            raise RenderError(
                f"more than {limit:,} characters of output", hint="look for a loop that writes too much"
            )
    return found
