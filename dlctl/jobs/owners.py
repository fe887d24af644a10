"""Which job an object belongs to, by the chain of its owners: a pod, its Job, the JobSet, the TrainJob."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dlctl.manifest import JsonObject
from dlctl.status.model import mapping_at, text_at, value_at


def controller_of(body: JsonObject) -> Mapping[str, Any]:
    """The reference to the controller of an object, else to its first owner; empty if it has none."""
    owners = value_at(body, "metadata", "ownerReferences")
    found = [each for each in owners if isinstance(each, Mapping)] if isinstance(owners, list) else []
    return next((each for each in found if each.get("controller")), found[0] if found else {})


class Owners:
    """The jobs of a cluster by UID, with the job that owns each."""

    def __init__(self, jobs: Iterable[JsonObject]) -> None:
        self._jobs = {text_at(body, "metadata", "uid"): body for body in jobs}
        self._known: dict[str, str] = {}

    def outermost(self) -> Iterator[JsonObject]:
        """The jobs that no other job owns."""
        return (body for uid, body in self._jobs.items() if self._outermost(uid) == uid)

    def by_job(self, objects: Iterable[JsonObject]) -> dict[str, list[JsonObject]]:
        """Objects by the UID of the outermost job that owns them; those without one are left out."""
        found: dict[str, list[JsonObject]] = {}
        for body in objects:
            owner = self._owner(body)
            if owner:
                found.setdefault(self._outermost(owner), []).append(body)
        return found

    def _outermost(self, uid: str) -> str:
        """The UID of the job that owns a job by the chain of owners, else its own; looked up once."""
        if uid not in self._known:
            seen, last = {uid}, uid
            while (owner := self._owner(self._jobs[last])) and owner not in seen:
                seen.add(owner)
                last = owner
            self._known[uid] = last
        return self._known[uid]

    def _owner(self, body: JsonObject) -> str:
        """The UID of the job that owns an object, the controller before other owners; else empty."""
        owners = mapping_at(body, "metadata").get("ownerReferences")
        known = [
            each for each in (owners if isinstance(owners, list) else ()) if each.get("uid") in self._jobs
        ]
        if len(known) > 1:
            known.sort(key=lambda each: not each.get("controller"))
        return text_at(known[0], "uid") if known else ""
