"""What is read of a cluster to explain an object. What may not be read, or is not served, is left out."""

from collections.abc import Iterable

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.why.involved import Involved, last_time
from dlctl.errors import ClusterError
from dlctl.in_thread import in_thread
from dlctl.manifest import JsonObject
from dlctl.status.model import number_at, text_at

MOST_PODS = 1000
LAST_EVENTS = 3
LOG_LINES = 5
LOG_SECONDS = 10.0
"""How long a log may take: the API server asks the node, which may be gone."""


def list_pods(cluster: Cluster, namespace: str, labels: str) -> tuple[JsonObject, ...]:
    """The pods with these labels, the first ones of very many."""
    return _listed(cluster, "v1", "Pod", namespace, labels=labels)[:MOST_PODS]


def list_warnings(cluster: Cluster, namespace: str) -> tuple[JsonObject, ...]:
    """The warning events of a namespace, the oldest first."""
    found = _listed(cluster, "v1", "Event", namespace, fields="type=Warning")
    return tuple(sorted(found, key=last_time))


def warnings_about(events: Iterable[JsonObject], about: Involved) -> tuple[str, ...]:
    """The last warnings about an object, what its controllers made for it, and its pods, each once."""
    texts: dict[str, None] = {}
    for event in events:
        if about.is_in(event):
            line = f"{text_at(event, 'reason')}: {text_at(event, 'message').strip()}"
            times = number_at(event, "count")
            texts.pop(line, None)
            texts[line if times <= 1 else f"{line} (x{times})"] = None
    return tuple(texts)[-LAST_EVENTS:]


def end_of_log(
    cluster: Cluster, pod: JsonObject, container: str, *, restarted: bool, lines: int = LOG_LINES
) -> tuple[str, ...]:
    """The last lines of a container's log: of the run that ended, and of the present one if there is one."""
    found = _log(cluster, pod, container, lines, previous=False)
    if not restarted:
        return found
    before = _log(cluster, pod, container, lines, previous=True)
    return (*before, *(line for line in found if line not in before))[-2 * lines :]


def _log(cluster: Cluster, pod: JsonObject, container: str, lines: int, *, previous: bool) -> tuple[str, ...]:
    namespace, name = text_at(pod, "metadata", "namespace"), text_at(pod, "metadata", "name")

    def read() -> str:
        return cluster.logs(namespace, name, container=container, tail=lines, previous=previous)

    try:
        text = in_thread(read, LOG_SECONDS)
    except (ClusterError, TimeoutError):
        return ()
    return tuple(line.rpartition("\r")[2][:300] for line in text.splitlines() if line.strip())[-lines:]


def _listed(
    cluster: Cluster, api_version: str, kind: str, namespace: str, *, labels: str = "", fields: str = ""
) -> tuple[JsonObject, ...]:
    try:
        resource = cluster.resource(api_version, kind)
        return tuple(cluster.list(resource, namespace, labels=labels, fields=fields))
    except ClusterError:
        return ()
