"""Kinds are looked up once per server, kept in a file, and looked up again when that is not enough."""

import itertools
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dlctl.cluster.connect import ConnectOptions
from dlctl.cluster.discovery.cache import cache_name
from dlctl.cluster.protocol import Resource
from dlctl.errors import Unauthorized, UnknownKind, Unreachable
from dlctl.files.signed_files import SignedFiles
from tests.cluster.scripted_cluster import Waits, made_cluster
from tests.cluster.scripted_server import Answer, ScriptedServer, Seen, scripted, status
from tests.cluster_cache import cache_in

VERBS = ["get", "list"]
GONE = status(404, "NotFound", "the server could not find the requested resource")


def aggregated(*groups: tuple[str, str, list[tuple[str, str, str]]]) -> Answer:
    items = [
        {
            "metadata": {"name": group} if group else {},
            "versions": [
                {
                    "version": version,
                    "resources": [
                        {"resource": plural, "scope": scope, "responseKind": {"kind": kind}, "verbs": VERBS}
                        for plural, kind, scope in resources
                    ],
                }
            ],
        }
        for group, version, resources in groups
    ]
    return Answer(
        200, {"kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2", "items": items}
    )


def listed(group_version: str, *resources: tuple[str, str, bool]) -> Answer:
    rows = [
        {"name": name, "kind": kind, "namespaced": namespaced, "verbs": VERBS}
        for name, kind, namespaced in resources
    ]
    return Answer(200, {"kind": "APIResourceList", "groupVersion": group_version, "resources": rows})


CORE = aggregated(("", "v1", [("pods", "Pod", "Namespaced"), ("nodes", "Node", "Cluster")]))
GROUPS = aggregated(("apps", "v1", [("deployments", "Deployment", "Namespaced")]))
NEW: dict[str, Answer] = {"/api": CORE, "/apis": GROUPS}


def serving(paths: dict[str, Answer]) -> Callable[[Seen], Answer]:
    return lambda seen: paths.get(seen.path, GONE)


def paths(server: ScriptedServer) -> list[str]:
    return [seen.path for seen in server.seen]


def test_discovery_needs_two_requests(tmp_path: Path) -> None:
    with scripted(serving(NEW)) as server:
        cluster = made_cluster(tmp_path, server.url)
        verbs = frozenset(VERBS)
        assert cluster.resource("v1", "Pod") == Resource("", "v1", "Pod", "pods", True, verbs)
        assert cluster.resource("v1", "Node") == Resource("", "v1", "Node", "nodes", False, verbs)
        assert cluster.resource("apps/v1", "Deployment").plural == "deployments"
        cluster.close()
    assert paths(server) == ["/api", "/apis"]


def test_the_next_process_reads_the_file(tmp_path: Path) -> None:
    with scripted(serving(NEW)) as server:
        for _ in range(2):
            cluster = made_cluster(tmp_path, server.url)
            assert cluster.resource("apps/v1", "Deployment").namespaced
            cluster.close()
    assert paths(server) == ["/api", "/apis"]
    (file,) = (tmp_path / "cache" / "discovery").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_old_file_is_not_read(tmp_path: Path) -> None:
    with scripted(serving(NEW)) as server:
        for now in (1000.0, 1000.0 + 6 * 3600 + 1):
            cluster = made_cluster(tmp_path, server.url, options=ConnectOptions(now=lambda at=now: at))  # type: ignore[misc]  # binds now
            cluster.resource("v1", "Pod")
            cluster.close()
    assert paths(server) == ["/api", "/apis"] * 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "\0",
        "[" * 100_000,
        '{"format": 2}',
        '{"format": 2, "time": NOW, "resources": [[1]]}',
        '{"format": 2, "time": NOW, "resources": [{"version": "v1", "kind": "Pod"}]}',
        '{"format": 2, "time": NOW, "resources": [{"version": "v1", "kind": "Pod", "plural": 1}]}',
        '{"format": 2, "time": NOW, "resources": '
        '[{"version": "v1", "kind": "Pod", "plural": "p", "verbs": [1]}]}',
        '{"format": 2, "time": "NOW", "resources": []}',
        '{"format": 2, "time": 1e999, "resources": []}',
    ],
)
def test_damaged_cache_file_is_ignored(tmp_path: Path, content: str) -> None:
    content = content.replace("NOW", str(int(time.time())))
    with scripted(serving(NEW)) as server:
        SignedFiles(cache_in(tmp_path / "cache")).write(
            cache_name(server.url, b""), "discovery", content.encode()
        )
        cluster = made_cluster(tmp_path, server.url)
        assert cluster.resource("v1", "Pod")
        cluster.close()


def test_a_file_of_somebody_else_is_ignored(tmp_path: Path) -> None:
    """Other kinds than the server has, with other plurals, would lead requests to other URLs."""
    with scripted(serving(NEW)) as server:
        made_cluster(tmp_path, server.url).resource("v1", "Pod")
        file = cache_in(tmp_path / "cache").path / cache_name(server.url, b"")
        forged = file.read_bytes().replace(b'"pods"', b'"jobs"')
        assert forged != file.read_bytes()
        file.write_bytes(forged)
        cluster = made_cluster(tmp_path, server.url)
        assert cluster.resource("v1", "Pod").plural == "pods"
        cluster.close()


def test_invalid_cache_folder_is_ignored(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with scripted(serving(NEW)) as server:
        cluster = made_cluster(tmp_path, server.url)
        assert cluster.resource("v1", "Pod")
        cluster.close()


def test_a_new_kind_is_found_although_the_file_does_not_know_it(tmp_path: Path) -> None:
    served = dict(NEW)
    with scripted(serving(served)) as server:
        cluster = made_cluster(tmp_path, server.url)
        with pytest.raises(UnknownKind):
            cluster.resource("kubeflow.org/v1", "TFJob")
        served["/apis/kubeflow.org/v1"] = listed(
            "kubeflow.org/v1", ("tfjobs", "TFJob", True), ("tfjobs/status", "TFJob", True)
        )
        assert cluster.resource("kubeflow.org/v1", "TFJob").plural == "tfjobs"
        cluster.close()
        again = made_cluster(tmp_path, server.url)
        assert again.resource("kubeflow.org/v1", "TFJob").plural == "tfjobs"
        again.close()
    assert paths(server) == ["/api", "/apis", "/apis/kubeflow.org/v1", "/apis/kubeflow.org/v1"]


def test_unknown_kind_error_lists_versions(tmp_path: Path) -> None:
    with scripted(serving(NEW)) as server:
        cluster = made_cluster(tmp_path, server.url)
        with pytest.raises(UnknownKind, match="does not serve Deployment in apps/v1beta1") as caught:
            cluster.resource("apps/v1beta1", "Deployment")
        assert caught.value.hint == "it serves Deployment in apps/v1"
        cluster.close()


def test_a_kind_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    served = {**NEW, "/apis": aggregated(("x.dev", "v1", [("foos", "Foo", "Namespaced")]))}
    with scripted(serving(served)) as server:
        cluster = made_cluster(tmp_path, server.url)
        foos = cluster.resource("x.dev/v1", "Foo")
        served["/apis"] = aggregated()
        with pytest.raises(UnknownKind):
            list(cluster.list(foos, "n"))
        with pytest.raises(UnknownKind):
            cluster.resource("x.dev/v1", "Foo")
        cluster.close()


OLD: dict[str, Any] = {
    "/api": Answer(200, {"kind": "APIVersions", "versions": ["v1"]}),
    "/api/v1": listed("v1", ("pods", "Pod", True), ("pods/log", "Pod", True)),
    "/apis": Answer(
        200,
        {
            "kind": "APIGroupList",
            "groups": [
                {"name": "metrics.k8s.io", "versions": [{"groupVersion": "metrics.k8s.io/v1beta1"}]},
                {"name": "apps", "versions": [{"groupVersion": "apps/v1"}]},
            ],
        },
    ),
    "/apis/apps/v1": listed("apps/v1", ("deployments", "Deployment", True)),
    "/apis/metrics.k8s.io/v1beta1": status(503, "ServiceUnavailable"),
}


def test_an_old_server_and_a_group_that_is_down(tmp_path: Path) -> None:
    with scripted(serving(OLD)) as server:
        cluster = made_cluster(tmp_path, server.url, options=ConnectOptions(retry=Waits().retry()))
        assert cluster.resource("apps/v1", "Deployment").plural == "deployments"
        assert [each.kind for each in cluster.resources()] == ["Pod", "Deployment"]
        with pytest.raises(Unreachable):
            cluster.resource("metrics.k8s.io/v1beta1", "NodeMetrics")
        cluster.close()


def test_wrong_credentials_are_reported(tmp_path: Path) -> None:
    with scripted(lambda seen: status(401)) as server:
        cluster = made_cluster(tmp_path, server.url)
        with pytest.raises(Unauthorized):
            cluster.resource("v1", "Pod")
        cluster.close()


def test_servers_share_a_file_only_with_the_same_url_and_ca() -> None:
    places = [
        cache_name(server, authority)
        for server, authority in itertools.product(
            ("https://127.0.0.1:6443", "https://127.0.0.1:6444"), (b"one", b"two")
        )
    ]
    assert len(set(places)) == 4
