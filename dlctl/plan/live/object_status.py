"""The status of one object of a target."""

from msgspec import Struct

from dlctl.manifest import ObjectRef
from dlctl.status import Verdict


class ObjectStatus(Struct, frozen=True):
    """One object of a target and its status; `extra` objects have our labels but are no longer rendered."""

    ref: ObjectRef
    component: str
    verdict: Verdict
    extra: bool = False
