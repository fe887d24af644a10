"""Collect the output of a template up to a limit."""

from collections.abc import Iterator
from itertools import islice

from dlctl.errors import RenderError

_BATCH = 512


def collect(pieces: Iterator[str], limit: int) -> list[str]:
    """All pieces. Raises RenderError if they have more than `limit` characters in total."""
    found: list[str] = []
    size = 0
    while batch := list(islice(pieces, _BATCH)):
        found += batch
        size += sum(map(len, batch))
        if size > limit:
            raise RenderError(
                f"output has more than {limit:,} characters", hint="check for a loop that writes too much"
            )
    return found
