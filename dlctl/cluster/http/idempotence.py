"""Which requests can be sent twice without harm."""

from collections.abc import Mapping
from typing import Any


def is_idempotent(method: str, body: Any) -> bool:
    """Whether a request can be sent again: not a POST, but for one that creates an object of this very name.

    The second answer to that one is a conflict.
    """
    if method != "POST":
        return True
    return isinstance(body, Mapping) and bool((body.get("metadata") or {}).get("name"))
