"""Memory for libraries that end the process where they get none, instead of raising an error."""

import resource
from functools import lru_cache

_ROOM = 4 << 20
"""Bytes: more than it takes to compile one JSON Schema."""


@lru_cache(maxsize=1)
def _is_limited() -> bool:
    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def require_memory() -> None:
    """Raise MemoryError if the process may not have much more memory: call it before such a library."""
    if _is_limited():
        bytearray(_ROOM)
