"""From a kind to its REST resource: memory, then the cache file, then the server."""

import threading
from collections.abc import Iterable

from dlctl.cluster.discovery.cache import DiscoveryCache
from dlctl.cluster.discovery.document import (
    AGGREGATED,
    aggregated_resources,
    group_versions,
    is_aggregated,
    listed_resources,
)
from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import Request, Transport
from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError, NotFound, Unauthorized, UnknownKind

_SUBJECT = Subject("read which kinds the server serves")
Key = tuple[str, str]
"""`(apiVersion, kind)`."""


class Discovery:
    """What one server serves; safe to use from several threads."""

    def __init__(self, transport: Transport, cache: DiscoveryCache) -> None:
        self._transport = transport
        self._cache = cache
        self._lock = threading.RLock()
        self._known: dict[Key, Resource] = {}
        self._complete = False

    def resource(self, api_version: str, kind: str) -> Resource:
        """The resource of a kind in that version; UnknownKind where it is not served.

        What neither memory nor file knows is asked of the server, that group and version alone: a
        CRD may be new, and the list of everything lags behind it.
        """
        key = (api_version, kind)
        with self._lock:
            if key not in self._known:
                self._load()
            if key not in self._known:
                self._look_up(api_version)
            found = self._known.get(key)
        if found is None:
            raise _unknown(api_version, kind, self._known)
        return found

    def resources(self) -> tuple[Resource, ...]:
        """All that the server serves now, in the order of group, version and kind."""
        with self._lock:
            self._fetch()
            return _ordered(self._known.values())

    def forget(self) -> None:
        """Drop what is known: the server does not agree with it any more."""
        with self._lock:
            self._known.clear()
            self._complete = False
            self._cache.forget()

    def _load(self) -> None:
        if self._complete:
            return
        self._remember(self._cache.read())
        if not self._known:
            self._fetch()
        self._complete = True

    def _fetch(self) -> None:
        self._known.clear()
        self._remember(self._served())
        self._complete = True
        self._cache.write(self._known.values())

    def _look_up(self, api_version: str) -> None:
        """Ask for one group and version; other groups' troubles do not matter here."""
        try:
            found = self._listed(api_version)
        except NotFound:
            return
        if any((each.api_version, each.kind) not in self._known for each in found):
            self._remember(found)
            self._cache.write(self._known.values())

    def _served(self) -> list[Resource]:
        """All of it; ClusterError where what answers is no API server."""
        try:
            return self._read_roots()
        except (AttributeError, LookupError, TypeError) as error:
            raise ClusterError(
                f"{self._transport.endpoint.server} does not answer as an API server does",
                hint="is the server's URL in the kubeconfig right?",
            ) from error

    def _read_roots(self) -> list[Resource]:
        found: list[Resource] = []
        for root in ("/api", "/apis"):
            document = self._transport.json(Request(_SUBJECT, root, accept=AGGREGATED))
            if is_aggregated(document):
                found += aggregated_resources(document)
            else:
                found += self._listed_all(group_versions(document))
        return found

    def _listed_all(self, names: Iterable[str]) -> list[Resource]:
        """Group by group, as servers before 1.26 have it; one that does not answer hides no other."""
        found: list[Resource] = []
        for name in names:
            try:
                found += self._listed(name)
            except Unauthorized:
                raise
            except ClusterError:
                continue
        return found

    def _listed(self, api_version: str) -> list[Resource]:
        path = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        return list(listed_resources(self._transport.json(Request(_SUBJECT, path))))

    def _remember(self, resources: Iterable[Resource]) -> None:
        for each in resources:
            # Scale and the like answer with kinds of other groups: the first resource is the kind's own.
            self._known.setdefault((each.api_version, each.kind), each)


def _ordered(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(sorted(resources, key=lambda each: (each.group, each.version, each.kind)))


def _unknown(api_version: str, kind: str, known: Iterable[Key]) -> UnknownKind:
    versions = sorted(version for version, name in known if name == kind)
    if versions:
        hint = f"it serves {kind} in {', '.join(versions)}"
    else:
        hint = "is its CRD installed? 'kubectl api-resources' lists what there is"
    return UnknownKind(f"the cluster does not serve {kind} in {api_version}", hint=hint)
