"""Which events are about an object: not those about others of the same name that were deleted."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from dlctl.manifest import JsonObject, ObjectRef
from dlctl.status.model import text_at, time_of
from dlctl.status.run import POD


class Involved(Struct, frozen=True):
    """An object as it is, and the UIDs of its present pods; `uid` is empty where it is not known."""

    ref: ObjectRef
    uid: str
    created: datetime | None
    pods: frozenset[str]

    def is_in(self, event: JsonObject) -> bool:
        """Whether an event is about the object, its pods, or what its controllers made for it.

        What its controllers made is known by the start of its name: then older events are about that of an
        earlier object. So are events about pods where the object has none.
        """
        kind, name, uid = (text_at(event, "involvedObject", key) for key in ("kind", "name", "uid"))
        if uid and uid in (self.uid, *self.pods):
            return True
        if name != self.ref.name and not name.startswith(f"{self.ref.name}-"):
            return False
        if not uid or not self.uid:
            return True
        itself = (kind, name) == (self.ref.kind, self.ref.name)
        other_pod = kind == POD.kind and bool(self.pods)
        return not itself and not other_pod and not self._is_earlier(event)

    def _is_earlier(self, event: JsonObject) -> bool:
        seen = time_of(last_time(event))
        return seen is not None and self.created is not None and seen < self.created


def involved(ref: ObjectRef, live: JsonObject, pods: Iterable[JsonObject]) -> Involved:
    """What events about an object are known by; `live` is empty where it could not be read."""
    uids = (text_at(pod, "metadata", "uid") for pod in pods)
    uid, created = (text_at(live, "metadata", key) for key in ("uid", "creationTimestamp"))
    return Involved(ref, uid, time_of(created), frozenset(filter(None, uids)))


def last_time(event: JsonObject) -> str:
    """When an event was last seen."""
    return (
        text_at(event, "lastTimestamp")
        or text_at(event, "eventTime")
        or text_at(event, "metadata", "creationTimestamp")
    )
