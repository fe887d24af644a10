"""Field managers of server-side apply: who owns which field of an object.

Each target applies as a manager of its own, so that the API server itself refuses an object that another app
or environment owns (its labels differ), whatever happened between plan and apply.
"""

import hashlib
from functools import lru_cache

from msgspec import Struct

from dlctl.labels import environment_label

SHARED = "dlctl"
"""The manager of every target before targets had managers of their own."""
LONGEST = 128
"""The longest name that the API server accepts (meta/v1/validation, FieldManagerMaxLength)."""
_ID, _DIGEST = 8, 8
"""Characters of the app's id, and of a digest that replaces the end of a long name."""


class FieldManagers(Struct, frozen=True):
    """The field manager of a target, and the names under which its objects may have been applied before."""

    current: str
    earlier: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """The current name, then the earlier ones."""
        return (self.current, *self.earlier)


@lru_cache(maxsize=256)
def field_managers(app: str, environment: str, app_id: str = "") -> FieldManagers:
    """The managers of a target: `dlctl:APP/ENVIRONMENT:ID`, with the first characters of the app's id.

    An app that has no id applies as `dlctl:APP/ENVIRONMENT`; once it has one, its objects are taken over.
    """
    name = f"dlctl:{app}/{environment_label(environment)}"
    room = LONGEST - 1 - _ID
    if len(name) > room:
        digest = hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]
        name = f"{name[: room - 1 - _DIGEST]}~{digest}"
    if not app_id:
        return FieldManagers(name, (SHARED,))
    return FieldManagers(f"{name}:{app_id[:_ID]}", (name, SHARED))


def is_of_a_target(manager: str) -> bool:
    """Whether a manager applies for an environment of some app; labels of nodes have managers without `/`."""
    return manager == SHARED or (manager.startswith("dlctl:") and "/" in manager)
