"""Read again where what is known of the served kinds was outdated."""

from collections.abc import Callable
from typing import TypeVar

from dlctl.errors import UnknownKind

Result = TypeVar("Result")


def with_fresh_kinds(read: Callable[[], Result]) -> Result:
    """The result of `read`, which looks up kinds and requests their objects.

    If a kind is not served any more, the client has forgotten what it knew: `read` is called once more.
    """
    try:
        return read()
    except UnknownKind:
        return read()
