"""Try an object again that is refused because one that was just created is not found yet.

Webhooks and admission plugins look objects up in caches, which are a moment behind the API server.
"""

import re
from collections.abc import Callable, Set
from typing import TypeVar

from msgspec.structs import replace

from dlctl.deploy.options import DeployOptions
from dlctl.deploy.wait import Deadline
from dlctl.errors import ClusterError, Forbidden, Invalid, NotFound
from dlctl.pattern import pattern

LAG = 10.0
"""Seconds in which a cache has seen a new object, on a busy machine too."""

_NOT_FOUND = pattern(r"not found|was found|not exist", re.IGNORECASE)
_WORDS = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?")

Answer = TypeVar("Answer")


def until_found(send: Callable[[], Answer], created: Set[str], options: DeployOptions) -> Answer:
    """The answer to a request; it is sent again while it is refused because one of `created` is not found.

    `created` are the names of objects that the same run has created.
    """
    deadline = Deadline(replace(options, timeout=min(options.timeout, LAG)))
    while True:
        try:
            return send()
        except (Forbidden, Invalid, NotFound) as error:
            if not _misses(error, created) or not deadline.pause():
                raise


def _misses(error: ClusterError, created: Set[str]) -> bool:
    """Whether the message says that an object is not found, and names one of these."""
    text = error.whole or error.message
    return bool(_NOT_FOUND.search(text)) and not created.isdisjoint(_WORDS.findall(text))
