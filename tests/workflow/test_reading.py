"""What is read while a cluster is identified: a wrong cluster is said first, and a plugin is asked once."""

import threading

import pytest

from dlctl.app.environments import load_target
from dlctl.app.load import load_app
from dlctl.app.model import Environment
from dlctl.cluster.protocol import Cluster, Identity
from dlctl.errors import Forbidden, PlanError
from dlctl.events import Emit, no_events
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import sources_of
from dlctl.workflow.approval import refuse_unsigned
from dlctl.workflow.session import Approve, Session
from tests.fakes.cluster.cluster import MemoryCluster
from tests.project import Project

LIMIT = 20.0
"""Seconds that a test waits for what must happen at once."""


class _Cluster(MemoryCluster):
    """A cluster whose identity is answered once something else was read, or at once with a plugin."""

    def __init__(self, *, plugin: bool = False) -> None:
        super().__init__()
        self.read = threading.Event()
        self.order: list[str] = []
        self._plugin = plugin

    @property
    def has_fixed_credentials(self) -> bool:
        return not self._plugin

    def identity(self, *, fresh: bool = False) -> Identity:
        assert self._plugin or self.read.wait(LIMIT), "nothing was read meanwhile"
        self.order.append("identity")
        return super().identity(fresh=fresh)

    def read_version(self) -> str:
        self.order.append("read")
        self.read.set()
        return self.version()


def _session(
    project: Project, cluster: Cluster, approve: Approve = refuse_unsigned
) -> tuple[Session, Environment]:
    class Connect:
        def __call__(self, environment: Environment, emit: Emit) -> Cluster:
            return cluster

        def forget(self) -> None:
            """Nothing is remembered."""

    app = load_app(project.root)
    catalogue = Catalogue(sources_of(project.root / "prototypes"))
    session = Session(
        app, catalogue, Connect(), lambda environment, objects: lambda event: None, approve=approve
    )
    return session, load_target(app, "dev").environment


def test_what_is_asked_first_does_not_wait_for_the_identity(app: Project) -> None:
    cluster = _Cluster()
    session, environment = _session(app, cluster)
    _, version = session.reading(environment, no_events, lambda _: cluster.read_version(), writing=False)
    assert version == cluster.version()
    assert cluster.order == ["read", "identity"]


def test_a_plugin_for_credentials_is_called_by_the_identity_check(app: Project) -> None:
    cluster = _Cluster(plugin=True)
    session, environment = _session(app, cluster)
    session.reading(environment, no_events, lambda _: cluster.read_version(), writing=False)
    assert cluster.order == ["identity", "read"]


@pytest.mark.parametrize("plugin", [False, True])
def test_whether_an_environment_takes_the_plan_is_asked_once_before_anything_is_read(
    app: Project, plugin: bool
) -> None:
    cluster = _Cluster(plugin=plugin)
    pin = MemoryCluster.identity(cluster).uid
    app.write({"environments/dev/environment.yaml": f"context: memory\nclusterId: {pin}\n"})
    session, environment = _session(app, cluster, lambda _: cluster.order.append("approve"))
    for _ in range(2):
        session.reading(environment, no_events, lambda _: cluster.read_version(), writing=True)
    assert cluster.order.count("approve") == 2, "once each time"
    assert cluster.order[0] == "approve"
    session.require_writable("dev")
    assert cluster.order.count("approve") == 3, "again before something is written"


def test_another_cluster_is_what_is_said_even_if_nothing_could_be_read_there(app: Project) -> None:
    app.write({"environments/dev/environment.yaml": _PINNED})
    cluster = _Cluster()
    session, environment = _session(app, cluster)

    def refused(_: Cluster) -> str:
        cluster.read.set()
        raise Forbidden("not for you")

    with pytest.raises(PlanError, match="is pinned to cluster 1234"):
        session.reading(environment, no_events, refused, writing=True)


_PINNED = """\
context: memory
clusterId: "1234"
"""
