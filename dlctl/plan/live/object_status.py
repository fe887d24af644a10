"""The status of one object of a target."""

from msgspec import Struct

from dlctl.manifest import ObjectRef
from dlctl.status import Verdict


class ObjectStatus(Struct, frozen=True):
    """One object of a target and its status; `extra` objects have our labels but are no longer rendered.

    `uid` and `created` are those of the live object; empty where there is none, or it could not be read.
    """

    ref: ObjectRef
    component: str
    verdict: Verdict
    extra: bool = False
    uid: str = ""
    created: str = ""
