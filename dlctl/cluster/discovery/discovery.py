"""Map kinds to REST resources: from memory, then the cache file, then the server."""

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
    """The resources of one server; safe to use from several threads."""

    def __init__(self, transport: Transport, cache: DiscoveryCache) -> None:
        self._transport = transport
        self._cache = cache
        self._lock = threading.RLock()
        self._known: dict[Key, Resource] = {}
        self._complete = False

    def resource(self, api_version: str, kind: str) -> Resource:
        """The resource of a kind in this version. Raises UnknownKind if it is not served.

        A kind that is not in the cache is looked up on the server, in its group and version only: its CRD
        may be new, and the aggregated list is updated later.
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
        """All resources that the server serves now, sorted by group, version and kind."""
        with self._lock:
            self._fetch()
            return _ordered(self._known.values())

    def forget(self) -> None:
        """Clear the memory and the cache file, because they are outdated."""
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
        """Fetch one group and version; failures of other groups do not matter."""
        try:
            found = self._listed(api_version)
        except NotFound:
            return
        if any(each.api_key not in self._known for each in found):
            self._remember(found)
            self._cache.write(self._known.values())

    def _served(self) -> list[Resource]:
        """All served resources. Raises ClusterError if the server is not an API server."""
        try:
            return self._read_roots()
        except (AttributeError, LookupError, TypeError) as error:
            raise ClusterError(
                f"{self._transport.endpoint.server} is not a Kubernetes API server",
                hint="check the server URL in the kubeconfig",
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
        """The resources of each group, for servers before 1.26; a group that fails is skipped."""
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
            # Subresources such as scale have kinds of other groups: the first resource is the kind's own.
            self._known.setdefault(each.api_key, each)


def _ordered(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    return tuple(sorted(resources, key=lambda each: (each.group, each.version, each.kind)))


def _unknown(api_version: str, kind: str, known: Iterable[Key]) -> UnknownKind:
    versions = sorted(version for version, name in known if name == kind)
    if versions:
        hint = f"it serves {kind} in {', '.join(versions)}"
    else:
        hint = "check that its CRD is installed; 'kubectl api-resources' lists the served kinds"
    return UnknownKind(f"the cluster does not serve {kind} in {api_version}", hint=hint)
