"""The rows of the README's table of exit codes that need a cluster (`tests/exit_codes.py` lists them)."""

from pathlib import Path

import pytest
import yaml

from tests.cluster.scripted_server import Answer, Seen
from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, config, custom, definition
from tests.on_cluster.faults import between

pytestmark = pytest.mark.controlplane


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page"))
    return cluster_app


def test_diff(web: AppOnCluster) -> None:
    assert web.run("diff", "dev").code == 1
    web.run("apply", "dev").ok()
    assert web.run("diff", "dev").code == 0
    web.component("web", config("page", b="2"))
    assert web.run("diff", "dev").code == 1


def test_diff_of_what_would_be_refused(web: AppOnCluster) -> None:
    web.kubectl("create", "-f", "-", body=config("page"))
    refused = web.run("diff", "dev")
    assert (refused.code, "refused" in refused.err) == (2, True)
    assert web.run("diff", "dev", "--adopt").code == 1
    web.component("web", custom("nobody.example.com", "first"))
    missing = web.run("diff", "dev")
    assert (missing.code, "1 kind missing" in missing.err) == (2, True)


def test_diff_and_status_go_on_beside_a_component_that_is_not_complete(web: AppOnCluster) -> None:
    """Its objects are neither shown nor taken for left over; an apply, and a plan in a file, are refused."""
    web.component("api", config("settings"))
    web.component("web", config("page"), config("old"))
    web.run("apply", "dev").ok()
    web.component("web", config("page", b="2"))
    declared = {"word": {"type": "string", "description": "a word"}}
    prototype = {"summary": "a", "description": "a", "params": declared, "required": ["word"]}
    web.project.write({"prototypes/api/api/prototype.yaml": yaml.safe_dump(prototype)})
    answer = web.run("diff", "dev", "--prune")
    assert (answer.code, "ConfigMap/page" in answer.out, "settings" in answer.out) == (2, True, False)
    assert ("1 to update" in answer.err, "parameter 'word' is required (component api" in answer.err) == (
        True,
        True,
    ), answer.err
    document = web.run("diff", "dev", "-o", "json").json
    assert [each["object"]["name"] for each in document["items"][0]["steps"]] == ["page"]
    ((left, state),) = ((each["object"]["name"], each["state"]) for each in document["items"][0]["leftovers"])
    assert (len(document["errors"]), left, state) == (1, "old", "stays"), "component api may render it now"
    assert web.run("diff", "dev", "--save", "dev.plan").code == 2
    assert not (web.project.root / "dev.plan").exists()
    web.component("other", config("third"))
    web.project.write({"prototypes/other/other/prototype.yaml": yaml.safe_dump(prototype)})
    refused = web.run("apply", "dev")
    assert refused.code == 1
    for name in ("api", "other"):
        assert f"parameter 'word' is required (component {name}, environment dev)" in refused.err
    assert web.get("configmap", "page")["data"] == {"a": "1"}

    status = web.run("status", "dev", "--all-objects")
    assert (status.code, "cm/page" in status.out, "cm/old" in status.out) == (1, True, True), status.out
    assert "settings" not in status.out, "component api may render it"
    assert status.err.count("parameter 'word' is required (component ") == 2
    document = web.run("status", "dev", "-o", "json").json
    assert len(document["errors"]) == 2
    assert [each["object"]["name"] for each in document["items"][0]["objects"]] == ["old", "page"]
    assert web.run("status", "dev", "--wait", "--timeout", "20s").code == 1
    drift = web.run("status", "dev", "--drift")
    assert (drift.code, ".data.b" in drift.out, drift.err.count("is required")) == (1, True, 2), drift.out


def test_diff_without_permission(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.context("first", control_plane, user="nobody")
    assert web.run("diff", "dev").code == 2


def test_missing_rights(web: AppOnCluster, control_plane: ControlPlane) -> None:
    assert web.run("preflight", "dev").code == 0
    web.context("first", control_plane, user="viewer")
    assert web.run("preflight", "dev").code == 1


def test_diff_of_another_cluster(web: AppOnCluster, second_control_plane: ControlPlane) -> None:
    web.context("first", second_control_plane)
    assert web.run("diff", "dev").code == 2


def test_status_of_objects_that_are_not_there(web: AppOnCluster) -> None:
    answer = web.run("status", "dev").ok()
    assert "NotFound" in answer.out


def test_objects_that_are_not_gone_in_time(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.kubectl("patch", "configmap", "page", "-p", '{"metadata": {"finalizers": ["example.com/held"]}}')
    assert web.run("delete", "dev", "--yes", "--timeout", "1s").code == 3
    web.kubectl("patch", "configmap", "page", "-p", '{"metadata": {"finalizers": null}}')


def test_a_kind_that_is_not_served_in_time(
    web: AppOnCluster, group: str, control_plane: ControlPlane, tmp_path: Path
) -> None:
    """The server is slow: as long as it is asked, it has not begun with the CRD."""
    name = f"widgets.{group}"

    def not_yet(seen: Seen) -> Answer | None:
        if seen.method != "GET" or not seen.path.endswith(f"customresourcedefinitions/{name}"):
            return None
        return Answer(200, {**control_plane.get("customresourcedefinition", name), "status": {}})

    web.component("web", definition(group), custom(group, "first"), config("page"))
    with between(control_plane, tmp_path, not_yet) as server:
        web.context("first", control_plane, cluster={"server": server.url})
        answer = web.run("apply", "dev", "--timeout", "4s")
    assert (answer.code, f"{name} was applied, but was not established in time" in answer.err) == (3, True)
    web.context("first", control_plane)
    web.run("apply", "dev").ok()
    assert web.names(f"widgets.{group}") == ["first"]


def test_pods_that_do_not_fit(web: AppOnCluster) -> None:
    containers = [{"name": "main", "image": "a", "resources": {"requests": {"cpu": "1000000"}}}]
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "big"}, "spec": {"containers": containers}}
    web.component("web", pod)
    assert web.run("node", "check", "dev").code == 1


@pytest.mark.parametrize(
    "words",
    [
        "job list",
        "job top",
        "job describe a",
        "job logs a",
        "job exec a -- true",
        "job port-forward a :80",
        "port-forward a :80",
        "job wait a",
        "job rerun a",
        "job diff a b",
        "node list",
        "node label -f rules.yaml",
        "node check",
        "cluster list --all",
        "env update",
        "cluster diff",
    ],
)
def test_some_clusters_that_cannot_be_read(
    web: AppOnCluster, control_plane: ControlPlane, words: str
) -> None:
    web.context("gone", control_plane, cluster={"server": "https://127.0.0.1:9"})
    web.environment("other", pin=control_plane, context="gone")
    rule = {"match": {"labels": "kubernetes.io/os=linux"}, "labels": {"example.com/a": "b"}}
    web.project.write({"rules.yaml": yaml.safe_dump([rule])})
    by_itself = "--all" in words or " a" in words
    names = [] if by_itself else ["dev", "other"]
    assert web.run(*words.split(), *names).code == 4
