"""The request for a container's log."""

from dlctl.cluster.http.subject import Subject
from dlctl.cluster.http.transport import Request
from dlctl.cluster.protocol import LogQuery

LOG_SECONDS = 600.0
"""Seconds of one stream. Then its reader asks again: no connection that has died is waited for longer."""


def log_request(namespace: str, pod: str, query: LogQuery, *, timestamps: bool = True) -> Request:
    """The request, by the names of PodLogOptions (core/v1)."""
    stated = {
        "container": query.container,
        "follow": "true" if query.follow else "",
        "previous": "true" if query.previous else "",
        "tailLines": "" if query.tail is None else str(query.tail),
        "sinceSeconds": "" if query.since_seconds is None else str(query.since_seconds),
        "sinceTime": query.since_time,
        "timestamps": "true" if timestamps else "",
    }
    path = f"/api/v1/namespaces/{namespace}/pods/{pod}/log"
    subject = Subject("read the log of", "Pod", pod, namespace)
    return Request(subject, path, query={key: value for key, value in stated.items() if value}, accept="*/*")
