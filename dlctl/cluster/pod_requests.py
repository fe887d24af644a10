"""Requests about one pod that go on to its node: logs."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

from dlctl.cluster.http.log_request import LOG_SECONDS, log_request
from dlctl.cluster.http.transport import Transport
from dlctl.cluster.protocol import LogQuery


class PodRequests:
    """A part of `ApiCluster`; see the `Cluster` protocol."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def logs(
        self,
        namespace: str,
        pod: str,
        *,
        container: str = "",
        tail: int | None = None,
        previous: bool = False,
    ) -> str:
        """A container's log."""
        query = LogQuery(container, previous=previous, tail=tail)
        return self._transport.text(log_request(namespace, pod, query, timestamps=False))

    def stream_log(
        self, namespace: str, pod: str, query: LogQuery
    ) -> AbstractContextManager[Iterator[bytes]]:
        """A container's log, part by part."""
        return self._transport.stream(log_request(namespace, pod, query), LOG_SECONDS)
