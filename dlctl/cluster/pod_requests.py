"""Requests about one pod that go on to its node: logs, commands, ports."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import Request, Transport
from dlctl.cluster.protocol import ExecQuery, LogQuery

if TYPE_CHECKING:
    from dlctl.cluster.http.websocket import PodChannels


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
        from dlctl.cluster.http.log_request import log_request

        query = LogQuery(container, previous=previous, tail=tail)
        request = log_request(namespace, pod, query, timestamps=False)
        return self._transport.data(request).decode("utf-8", "replace")

    def stream_log(
        self, namespace: str, pod: str, query: LogQuery
    ) -> AbstractContextManager[Iterator[bytes]]:
        """A container's log, part by part."""
        from dlctl.cluster.http.log_request import LOG_SECONDS, log_request

        return self._transport.stream(log_request(namespace, pod, query), LOG_SECONDS)

    def execute(self, namespace: str, pod: str, query: ExecQuery) -> "PodChannels":
        """Run a command in a container."""
        from dlctl.cluster.http.websocket import PROTOCOLS

        pairs = [("command", word) for word in query.command]
        flags = {"stdin": query.stdin, "stdout": True, "stderr": not query.tty, "tty": query.tty}
        pairs += [("container", query.container), *((name, str(flags[name]).lower()) for name in flags)]
        request = _request("run a command in", namespace, pod, "exec")
        return self._transport.channels(request, pairs, PROTOCOLS)

    def forward(self, namespace: str, pod: str, port: int) -> "PodChannels":
        """Connect to a port of a pod."""
        from dlctl.cluster.http.websocket import PORT_PROTOCOLS

        request = _request("forward a port of", namespace, pod, "portforward")
        return self._transport.channels(request, [("ports", str(port))], PORT_PROTOCOLS)


def _request(verb: str, namespace: str, pod: str, part: str) -> Request:
    path = f"/api/v1/namespaces/{namespace}/pods/{pod}/{part}"
    return Request(Subject(verb, "Pod", pod, namespace), path, accept="*/*")
