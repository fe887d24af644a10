"""`dlctl node detect --publish`: apply the host's NodeFeature, once or again and again."""

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dlctl.cli.commands.node.detect import Detection, feature_object, log_warnings, read_host
from dlctl.cli.connect import ClusterFlags, Connector
from dlctl.cli.output.errors import report_failure
from dlctl.cli.output.notes import log_event
from dlctl.cli.output.streams import data
from dlctl.cli.runtime import Runtime
from dlctl.errors import ClusterError

if TYPE_CHECKING:
    from dlctl.cluster.protocol import Cluster


class Publication(Struct, frozen=True):
    """The cluster, seconds between two times (0: once), and the DaemonSet that owns the object."""

    flags: ClusterFlags
    every: float = 0
    owner: str = ""


def publish_host(runtime: Runtime, detection: Detection, publication: Publication) -> None:
    """Detect the host and apply its NodeFeature. Raises FileError, UsageError and ClusterError.

    With `every` it goes on until SIGTERM; what the API server refuses is reported, and tried again next time.
    """
    publisher = _Publisher(runtime, detection, publication)
    if not publication.every:
        publisher.publish()
        return
    stopped = _stop_signal()
    while not stopped.is_set():
        try:
            publisher.publish()
        except ClusterError as error:
            report_failure(error)
        stopped.wait(publication.every)


def _stop_signal() -> threading.Event:
    """An event for SIGTERM, which the first process of a container would ignore otherwise."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    signal.signal(signal.SIGTERM, stop)
    return stopped


class _Publisher:
    """Publishes to one cluster. The last text is remembered, so that only changes are printed."""

    def __init__(self, runtime: Runtime, detection: Detection, publication: Publication) -> None:
        connector = Connector(runtime, publication.flags)
        context = connector.chosen_context("")
        self._runtime = runtime
        self._detection = detection
        self._owner_name = publication.owner
        self._namespace = detection.namespace or context.namespace or "default"
        self._cluster: Cluster = connector.context(context, log_event)
        self._owner: dict[str, Any] | None = None
        self._last: dict[str, Any] = {}

    def publish(self) -> None:
        """Detect and apply."""
        from dlctl.deploy.node_feature import apply_node_feature

        host = read_host(self._detection)
        body = feature_object(self._runtime, host, self._detection, self._namespace, self._read_owner())
        apply_node_feature(self._cluster, body)
        if body != self._last:
            log_warnings(host)
            data(f"nodefeature.nfd.k8s-sigs.io/{body['metadata']['name']} applied\n")
        self._last = body

    def _read_owner(self) -> dict[str, Any] | None:
        from dlctl.deploy.node_feature import daemon_set_owner

        if self._owner_name and self._owner is None:
            self._owner = daemon_set_owner(self._cluster, self._owner_name, self._namespace)
        return self._owner
