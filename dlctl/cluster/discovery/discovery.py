"""Map kinds to REST resources, for one user of a cluster."""

import threading
from collections.abc import Iterable

from dlctl.cluster.discovery.known_kinds import Key, KnownKinds
from dlctl.cluster.protocol import Resource
from dlctl.errors import UnknownKind


class Discovery:
    """The resources of one server; safe to use from several threads, which share each request.

    Several users share one KnownKinds: what one of them has read is not requested by the others.
    """

    def __init__(self, known: KnownKinds) -> None:
        self._known = known
        self._lock = threading.Lock()
        self._seen = 0

    def shared(self) -> "Discovery":
        """The discovery of another user of the same server."""
        return Discovery(self._known)

    def resource(self, api_version: str, kind: str) -> Resource:
        """The resource of a kind in this version. Raises UnknownKind if it is not served.

        A kind that is not in the cache is looked up on the server, in its group and version only: its CRD
        may be new, and the aggregated list is updated later.
        """
        key = (api_version, kind)
        if key not in self._known.kinds:
            self._known.load()
        if key not in self._known.kinds:
            self._known.look_up(api_version)
        found = self._known.kinds.get(key)
        if found is None:
            raise _unknown(api_version, kind, self._known.kinds)
        return found

    def resources(self) -> tuple[Resource, ...]:
        """All resources that the server serves now, sorted by group, version and kind.

        Each call sends requests, unless another user got an answer after our last call.
        """
        number, found = self._known.fetch(self._seen)
        with self._lock:
            self._seen = max(self._seen, number)
        return tuple(sorted(found, key=lambda each: (each.group, each.version, each.kind)))

    def forget(self) -> None:
        """Clear the memory and the cache file, because they are outdated."""
        self._known.forget()


def _unknown(api_version: str, kind: str, known: Iterable[Key]) -> UnknownKind:
    versions = sorted(version for version, name in known if name == kind)
    if versions:
        hint = f"it serves {kind} in {', '.join(versions)}"
    else:
        hint = "check that its CRD is installed; 'kubectl api-resources' lists the served kinds"
    return UnknownKind(f"the cluster does not serve {kind} in {api_version}", hint=hint)
