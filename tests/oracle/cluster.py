"""What the oracle does with a cluster: create objects, list and remove them, over one connection pool."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import ConnectOptions, connect
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.errors import ClusterError
from tests.cluster_cache import cache_in
from tests.oracle.case import Body

THREADS = 8
NOW = {"gracePeriodSeconds": "0", "propagationPolicy": "Background"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster."""

    api: ApiCluster

    def path(self, body: Body) -> str:
        """The path of the collection of an object."""
        resource = self.api.resource(body["apiVersion"], body["kind"])
        group = f"/apis/{resource.api_version}" if resource.group else f"/api/{resource.version}"
        namespace = body["metadata"].get("namespace")
        return (
            f"{group}/namespaces/{namespace}/{resource.plural}" if namespace else f"{group}/{resource.plural}"
        )

    def create(self, bodies: Iterable[Body]) -> None:
        """Create objects; all must be accepted."""
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self._create, bodies))

    def _create(self, body: Body) -> None:
        self.api.raw("POST", self.path(body), body=body)

    def offer(self, body: Body) -> str:
        """Create an object that may be refused; the message of the refusal, or an empty text."""
        try:
            self._create(body)
        except ClusterError as error:
            return str(error)
        return ""

    def remove(self, bodies: Iterable[Body]) -> None:
        """Delete objects at once; those that are gone already do not matter."""
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(self._remove, bodies))

    def _remove(self, body: Body) -> None:
        try:
            self.api.raw("DELETE", f"{self.path(body)}/{body['metadata']['name']}", query=NOW)
        except ClusterError:
            return  # preemption or a controller was first

    def items(self, path: str, labels: str = "") -> list[Body]:
        """The objects of a collection."""
        found: list[Body] = self.api.raw("GET", path, query={"labelSelector": labels} if labels else None)[
            "items"
        ]
        return found

    def update(self, path: str, patch: Body | list[Body]) -> None:
        """Change an object: JSON of the whole object, as it was read and changed."""
        self.api.raw("PUT", path, body=patch)


def until(found: Callable[[], bool], limit: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + limit
    while not found():
        assert time.monotonic() < end, "the sandbox took too long"
        time.sleep(0.05)


def keep_alive(cluster: Cluster) -> None:
    """What kubelets do from time to time, so that the node controller does not take their nodes for dead."""
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def beat(node: Body) -> None:
        for each in node["status"]["conditions"]:
            each["lastHeartbeatTime"] = now
        with suppress(ClusterError):  # another change was first: it counts as well
            cluster.update(f"/api/v1/nodes/{node['metadata']['name']}/status", node)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(beat, cluster.items("/api/v1/nodes")))


def cluster_of(kubeconfig: Path, cache: Path) -> Cluster:
    """The cluster of a kubeconfig's current context."""
    config = load_kubeconfig(kubeconfig, {}, Path.home())
    options = ConnectOptions(environ={}, timeout=60, interactive=False)
    return Cluster(connect(config, None, cache=cache_in(cache), options=options))
