"""The requests that read which kinds a server serves."""

from collections.abc import Iterable

from msgspec import Struct

from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import Request, Transport
from dlctl.cluster.protocol import Resource
from dlctl.errors import ClusterError, Unauthorized

_SUBJECT = Subject("read which kinds the server serves")


class DiscoveryRequests(Struct, frozen=True):
    """Discovery requests to one server; nothing is cached here."""

    transport: Transport

    def everything(self) -> list[Resource]:
        """All served resources. Raises ClusterError, also if the server is not an API server."""
        from dlctl.cluster.discovery.document import (
            AGGREGATED,
            aggregated_resources,
            group_versions,
            is_aggregated,
        )

        found: list[Resource] = []
        for root in ("/api", "/apis"):
            answer = self.transport.json(Request(_SUBJECT, root, accept=AGGREGATED))
            if is_aggregated(answer):
                found += aggregated_resources(answer)
            else:
                found += self._one_by_one(group_versions(answer))
        return found

    def one(self, api_version: str) -> list[Resource]:
        """The resources of one group and version. Raises NotFound if it is not served."""
        from dlctl.cluster.discovery.document import listed_resources

        path = f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
        subject = Subject(f"read which kinds {api_version} has")
        return list(listed_resources(self.transport.json(Request(subject, path))))

    def _one_by_one(self, names: Iterable[str]) -> list[Resource]:
        """The resources of each group, for servers before 1.26; a group that fails is skipped."""
        found: list[Resource] = []
        for name in names:
            try:
                found += self.one(name)
            except Unauthorized:
                raise
            except ClusterError:
                continue
        return found
