"""The cluster is identified while an environment is rendered; what fails then is reported afterwards."""

import threading
from collections.abc import Sequence

import pytest

from dlctl.app.load import load_app
from dlctl.app.model import Environment
from dlctl.cluster.protocol import Cluster, Identity
from dlctl.errors import Unreachable
from dlctl.events import Emit, no_events
from dlctl.registry.prototypes.catalogue import Catalogue
from dlctl.registry.prototypes.source import Source, sources_of
from dlctl.workflow.render import Selection
from dlctl.workflow.session import Session
from tests.fakes.cluster.cluster import MemoryCluster
from tests.project import Project

LIMIT = 20.0
"""Seconds that a test waits for what must happen at once."""


class _Cluster(MemoryCluster):
    """A cluster that says when it was identified."""

    def __init__(self) -> None:
        super().__init__()
        self.identified = threading.Event()

    def identity(self, *, fresh: bool = False) -> Identity:
        self.identified.set()
        return super().identity(fresh=fresh)


class _Patient(Catalogue):
    """A catalogue in which nothing is found before a cluster was identified."""

    def __init__(self, sources: Sequence[Source], identified: threading.Event) -> None:
        super().__init__(sources)
        self._identified = identified

    def within(self, environment: Environment) -> Catalogue:
        assert self._identified.wait(LIMIT)
        return super().within(environment)


class _Connect:
    """Connects to one cluster, or fails; counts its calls."""

    def __init__(self, cluster: Cluster | None) -> None:
        self.cluster = cluster
        self.called = threading.Event()

    def __call__(self, environment: Environment, emit: Emit) -> Cluster:
        self.called.set()
        if self.cluster is None:
            raise Unreachable("the server does not answer")
        return self.cluster

    def forget(self) -> None:
        """Nothing is remembered."""


def _session(project: Project, connect: _Connect, identified: threading.Event) -> Session:
    app = load_app(project.root)
    catalogue = _Patient(sources_of(project.root / "prototypes"), identified)
    return Session(app, catalogue, connect, lambda environment, objects: lambda event: None)


def test_a_cluster_is_identified_while_files_are_rendered(app: Project) -> None:
    cluster = _Cluster()
    session = _session(app, _Connect(cluster), cluster.identified)
    rendering = session.render("dev", Selection(), connecting=True)
    assert rendering.manifests
    environment = rendering.target.environment
    assert session.cluster(environment, no_events, writing=False).identity() == cluster.identity()


def test_a_failure_to_connect_is_reported_after_rendering(app: Project) -> None:
    connect = _Connect(None)
    session = _session(app, connect, connect.called)
    rendering = session.render("dev", Selection(), connecting=True)
    assert rendering.manifests
    with pytest.raises(Unreachable):
        session.cluster(rendering.target.environment, no_events, writing=False)
