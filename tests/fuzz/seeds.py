"""How many cases a search has: enough for the suite, or as many times more as DLCTL_TORTURE says."""

import os

TORTURE = bool(os.environ.get("DLCTL_TORTURE"))
"""Whether searches are long (`make torture`)."""

CASES = 150 * int(os.environ.get("DLCTL_TORTURE") or 1)
BLOCK = 50


def blocks() -> list[range]:
    """The seeds, in blocks of which each is one test."""
    return [range(start, start + BLOCK) for start in range(0, CASES, BLOCK)]


def name_of(block: range) -> str:
    """The name of a block's test."""
    return f"{block.start}-{block.stop - 1}"
