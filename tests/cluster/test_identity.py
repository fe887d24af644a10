"""Which cluster this is, for those who may read it and for those who may not."""

from pathlib import Path

import pytest

from dlctl.cluster.client import ApiCluster
from dlctl.cluster.connect import ConnectOptions, connect
from dlctl.cluster.identity import identity_of
from dlctl.cluster.kubeconfig.load import load_kubeconfig
from dlctl.cluster.protocol import Identity
from dlctl.errors import Forbidden, Unauthorized
from dlctl.events import Event, WarningNote
from dlctl.manifest import JsonObject
from tests.cluster_cache import cache_in
from tests.controlplane import ControlPlane


def cluster_of(kubeconfig: Path, folder: Path, options: ConnectOptions | None = None) -> ApiCluster:
    found = load_kubeconfig(kubeconfig, {}, folder)
    return connect(
        found,
        None,
        cache=cache_in(folder / "cache"),
        options=options,
    )


@pytest.mark.controlplane
def test_identity_is_weak_without_permission(control_plane: ControlPlane, tmp_path: Path) -> None:
    strong = cluster_of(control_plane.kubeconfig, tmp_path)
    weak = cluster_of(control_plane.user_kubeconfig("nobody"), tmp_path)
    assert not strong.identity().weak
    assert weak.identity().weak
    assert weak.identity().uid.startswith("weak:")
    assert weak.identity().uid == cluster_of(control_plane.user_kubeconfig("nobody"), tmp_path).identity().uid
    strong.close()
    weak.close()


def _forbidden(name: str) -> JsonObject:
    raise Forbidden("no")


def test_weak_identities_differ_by_server_and_ca() -> None:
    pairs = [("https://a", b"x"), ("https://b", b"x"), ("https://a", b"y"), ("https://a", b"")]
    assert len({identity_of(_forbidden, *pair).uid for pair in pairs}) == 4


def test_other_errors_are_raised() -> None:
    def refused(name: str) -> JsonObject:
        raise Unauthorized("expired")

    with pytest.raises(Unauthorized):
        identity_of(refused, "https://a", b"")


def test_the_uid_is_the_namespaces() -> None:
    found = identity_of(lambda name: {"metadata": {"name": name, "uid": "u"}}, "https://a", b"")
    assert found == Identity("u", "https://a")


@pytest.mark.controlplane
def test_a_servers_warnings_are_passed_on_once(control_plane: ControlPlane, tmp_path: Path) -> None:
    events: list[Event] = []
    cluster = cluster_of(control_plane.kubeconfig, tmp_path, ConnectOptions(emit=events.append))
    endpoints = cluster.resource("v1", "Endpoints")
    body = {"apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "warned", "namespace": "default"}}
    for _ in range(2):
        cluster.apply(endpoints, body, dry_run=True, field_manager="shop")
    cluster.close()
    (warning,) = events
    assert isinstance(warning, WarningNote)
    assert "deprecated" in warning.text


@pytest.mark.controlplane
def test_forbidden_is_told_in_the_servers_words(control_plane: ControlPlane, tmp_path: Path) -> None:
    cluster = cluster_of(control_plane.user_kubeconfig("viewer"), tmp_path)
    with pytest.raises(Forbidden, match=r'"viewer" cannot list resource "secrets".*namespace "default"'):
        list(cluster.list(cluster.resource("v1", "Secret"), "default"))
    cluster.close()
