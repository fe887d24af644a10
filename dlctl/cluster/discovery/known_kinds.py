"""The kinds of one server: from memory, then the cache file, then the server."""

import threading
from collections.abc import Iterable, Mapping

from dlctl.cluster.discovery.cache import DiscoveryCache
from dlctl.cluster.discovery.requests import DiscoveryRequests
from dlctl.cluster.protocol import Resource
from dlctl.cluster.shared_answer import SharedAnswer
from dlctl.errors import NotFound

Key = tuple[str, str]
"""`(apiVersion, kind)`."""


class KnownKinds:
    """The kinds of one server, shared by several threads; no lock is held during a request."""

    def __init__(self, requests: DiscoveryRequests, cache: DiscoveryCache) -> None:
        self._requests = requests
        self._cache = cache
        self._lock = threading.Lock()
        self._kinds: Mapping[Key, Resource] = {}
        self._loaded = SharedAnswer(self._load)
        self._fetched = SharedAnswer(self._fetch)
        self._look_ups: dict[str, SharedAnswer[None]] = {}

    @property
    def kinds(self) -> Mapping[Key, Resource]:
        """The kinds that are in memory."""
        return self._kinds

    def load(self) -> None:
        """Read the cache file, or all kinds from the server if the file has none: once until `forget`."""
        self._loaded.once()

    def fetch(self, seen: int = 0) -> tuple[int, tuple[Resource, ...]]:
        """The number of an answer, which is higher than `seen`, and all served resources.

        An answer that another thread got is used if its number is higher.
        """
        return self._fetched.newer_than(seen)

    def look_up(self, api_version: str) -> None:
        """Read one group and version; failures of other groups do not matter."""
        with self._lock:
            look_up = self._look_ups.setdefault(api_version, SharedAnswer(lambda: self._ask_for(api_version)))
        look_up.again()

    def forget(self) -> None:
        """Clear the memory and the cache file, because they are outdated."""
        with self._lock:
            self._kinds = {}
            self._loaded = SharedAnswer(self._load)
            self._cache.forget()

    def _load(self) -> None:
        if not self._kinds:
            self._replace(self._cache.read())
        if not self._kinds:
            self._fetch()

    def _fetch(self) -> tuple[Resource, ...]:
        self._replace(self._requests.everything())
        found = tuple(self._kinds.values())
        self._cache.write(found)
        return found

    def _ask_for(self, api_version: str) -> None:
        try:
            found = self._requests.one(api_version)
        except NotFound:
            return
        if any(each.api_key not in self._kinds for each in found):
            with self._lock:
                self._kinds = {**_by_key(found), **self._kinds}
            self._cache.write(self._kinds.values())

    def _replace(self, resources: Iterable[Resource]) -> None:
        with self._lock:
            self._kinds = _by_key(resources)


def _by_key(resources: Iterable[Resource]) -> dict[Key, Resource]:
    found: dict[Key, Resource] = {}
    for each in resources:
        # Subresources such as scale have kinds of other groups: the first resource is the kind's own.
        found.setdefault(each.api_key, each)
    return found
