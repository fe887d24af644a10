"""What is somebody else's is left alone, and said to be theirs."""

import pytest

from tests.controlplane import ControlPlane
from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment

pytestmark = pytest.mark.controlplane


@pytest.fixture
def web(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("web", config("page", text="ours"))
    return cluster_app


def apply_as(manager: str, cluster_app: AppOnCluster, body: Body) -> None:
    cluster_app.kubectl(
        "apply", "--server-side", "--force-conflicts", "--field-manager", manager, "-f", "-", body=body
    )


def test_apply_refuses_object_of_another_app(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.write_app("other-shop")
    for words in (("apply", "dev"), ("apply", "dev", "--adopt", "--force-conflicts", "--replace")):
        answer = web.run(*words)
        assert answer.code == 1
        assert f"ConfigMap/page in namespace {web.namespace}" in answer.err
        assert f"belongs to app {web.namespace}, environment dev" in answer.err
    labels = web.get("configmap", "page")["metadata"]["labels"]
    assert labels["dlctl.dev/app"] == web.namespace


def test_apply_refuses_object_of_another_environment(web: AppOnCluster, control_plane: ControlPlane) -> None:
    web.run("apply", "dev").ok()
    web.environment("prod", pin=control_plane)
    answer = web.run("apply", "prod")
    assert answer.code == 1
    assert "environment dev" in answer.err


def test_unmanaged_object_needs_adopt(web: AppOnCluster) -> None:
    web.kubectl("create", "configmap", "page", "--from-literal=text=theirs")
    refused = web.run("apply", "dev")
    assert refused.code == 1
    assert "--adopt" in refused.err
    assert web.get("configmap", "page")["data"] == {"text": "theirs"}
    seen = web.run("diff", "dev", "--adopt", "--force-conflicts")
    assert "-  text: theirs" in seen.out
    assert "+  text: ours" in seen.out
    web.run("apply", "dev", "--adopt", "--force-conflicts").ok()
    assert web.get("configmap", "page")["data"] == {"text": "ours"}


def test_dry_run_fails_if_apply_would_be_refused(web: AppOnCluster) -> None:
    web.kubectl("create", "configmap", "page", "--from-literal=text=theirs")
    rehearsed = web.run("apply", "dev", "--dry-run")
    assert rehearsed.code == 1
    assert "ConfigMap/page" in rehearsed.out
    assert rehearsed.err.splitlines()[-2:] == web.run("apply", "dev").err.splitlines()
    web.run("apply", "dev", "--dry-run", "--adopt", "--force-conflicts").ok()


def test_one_refused_object_stops_the_whole_apply(web: AppOnCluster) -> None:
    web.component("web", config("page"), config("another"))
    web.kubectl("create", "configmap", "page")
    answer = web.run("apply", "dev")
    assert answer.code == 1
    assert "nothing was applied" in answer.err
    assert web.names("configmap") == ["page"]


def test_field_owned_by_another_manager(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    apply_as("other", web, config("page", text="theirs"))
    for words, code in ((("diff", "dev"), 2), (("apply", "dev"), 1)):
        answer = web.run(*words)
        assert answer.code == code
        said = answer.out + answer.err
        assert "other owns .data.text" in said
        assert "--force-conflicts" in said
    assert web.get("configmap", "page")["data"] == {"text": "theirs"}
    web.run("apply", "dev", "--force-conflicts").ok()
    assert web.get("configmap", "page")["data"] == {"text": "ours"}


def test_immutable_field_is_named(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", deployment("web", label="a"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", deployment("web", label="b"))
    before = cluster_app.get("deployment", "web")["metadata"]["uid"]
    refused = cluster_app.run("apply", "dev")
    assert refused.code == 1
    assert "spec.selector" in refused.err
    assert "--replace" in refused.err
    assert cluster_app.get("deployment", "web")["metadata"]["uid"] == before

    done = cluster_app.run("apply", "dev", "--replace").ok()
    assert "replaced" in done.out
    assert cluster_app.get("deployment", "web")["metadata"]["uid"] != before


def test_labels_and_fields_of_others_are_kept(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.kubectl("label", "configmap", "page", "team=blue")
    apply_as("other", web, config("page", theirs="2"))
    web.component("web", config("page", text="new"))
    web.run("apply", "dev").ok()
    live = web.get("configmap", "page")
    assert live["metadata"]["labels"]["team"] == "blue"
    assert live["data"] == {"text": "new", "theirs": "2"}


def test_status_names_the_owner_of_an_object(web: AppOnCluster) -> None:
    web.run("apply", "dev").ok()
    web.write_app("other-shop")
    answer = web.run("status", "dev").ok()
    assert "NotFound" in answer.out
    assert f"belongs to app {web.namespace}, environment dev" in answer.out
