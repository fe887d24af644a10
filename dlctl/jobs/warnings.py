"""The warnings of the namespaces where a job waits and lacks pods: why they are not made."""

import time
from collections.abc import Iterable, Mapping
from datetime import datetime

from dlctl.cluster.protocol import Cluster
from dlctl.deploy.why.reading import list_warnings
from dlctl.jobs.live import LiveJob
from dlctl.jobs.phase import phase_of
from dlctl.jobs.replicas import lacks_pods
from dlctl.manifest import JsonObject
from dlctl.status import Rules
from dlctl.status.model import text_at

READ_AGAIN = 10.0
"""Seconds for which what was read is taken as it is: events are written after what they tell of."""

Warnings = Mapping[str, tuple[JsonObject, ...]]


class Warned:
    """The warnings of a cluster by namespace, each read at most once in some seconds."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._read: dict[str, tuple[float, tuple[JsonObject, ...]]] = {}

    def about(self, jobs: Iterable[LiveJob], rules: Rules, now: datetime) -> Warnings:
        """The warnings by namespace. Raises RegistryError for data that is not valid."""
        waiting = {
            text_at(each.body, "metadata", "namespace")
            for each in jobs
            if phase_of(each, rules, now).may_lack_pods and lacks_pods(each)
        }
        return {namespace: self._of(namespace) for namespace in sorted(waiting)}

    def _of(self, namespace: str) -> tuple[JsonObject, ...]:
        read, found = self._read.get(namespace, (0.0, ()))
        if not read or time.monotonic() - read >= READ_AGAIN:
            read, found = time.monotonic(), list_warnings(self._cluster, namespace)
            self._read[namespace] = read, found
        return found
