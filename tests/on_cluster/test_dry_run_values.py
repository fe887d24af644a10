"""`--dry-run`, `--dry-run=server` and `--dry-run=none` on a cluster: what is written, and what is not."""

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, config

pytestmark = pytest.mark.controlplane

DRY = ("--dry-run dev", "dev --dry-run", "--dry-run=server dev", "--dry-run -c x dev", "-c x --dry-run dev")
DRY_AT_LAST = "--dry-run=none dev --dry-run"
REAL = ("dev", "--dry-run=none dev", "dev --dry-run=none", "--dry-run dev --dry-run=none")


@pytest.fixture
def app(cluster_app: AppOnCluster) -> AppOnCluster:
    cluster_app.component("x", config("page"))
    return cluster_app


@pytest.mark.parametrize("words", [*DRY, DRY_AT_LAST])
def test_a_dry_run_shows_and_writes_nothing(app: AppOnCluster, words: str) -> None:
    answer = app.run("apply", *words.split()).ok()
    assert "+++ would be created" in answer.out
    assert app.names("configmap") == []
    app.run("apply", "dev").ok()
    answer = app.run("delete", *words.split()).ok()
    assert "ConfigMap/page" in answer.out
    assert "would be deleted" in answer.out
    assert app.names("configmap") == ["page"]


@pytest.mark.parametrize("words", REAL)
def test_none_is_as_if_left_out(app: AppOnCluster, words: str) -> None:
    app.run("apply", *words.split()).ok()
    assert app.names("configmap") == ["page"]
    app.run("delete", "--yes", *words.split()).ok()
    assert app.names("configmap") == []


def web(**spec: object) -> dict[str, object]:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [{"name": "c", "image": "i"}]}}
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template, **spec}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}, "spec": spec}


@pytest.mark.parametrize("words", ["apply dev --dry-run", "apply dev --dry-run=server", "diff dev --dry-run"])
def test_a_new_object_that_apply_would_refuse_fails_a_dry_run(cluster_app: AppOnCluster, words: str) -> None:
    cluster_app.component("x", config("first"), web(replica=3))
    answer = cluster_app.run(*words.split())
    assert answer.code != 0
    assert ".spec.replica: field not declared in schema" in answer.out
    assert "1 to create, 1 unknown" in answer.err, "the other object was checked"
    assert cluster_app.names("configmap") == []


def test_a_plain_diff_says_that_new_objects_are_not_checked(cluster_app: AppOnCluster) -> None:
    cluster_app.component("x", web(replica=3))
    answer = cluster_app.run("diff", "dev")
    assert answer.code == 1
    assert "dev: 1 to create (not checked by the server)" in answer.err
    (plan,) = cluster_app.run("diff", "dev", "-o", "json").json["items"]
    assert plan["steps"][0]["unchecked"]


def test_an_admission_refusal_of_a_new_object_fails_a_dry_run(cluster_app: AppOnCluster) -> None:
    cluster_app.kubectl("create", "quota", "none", "--hard=count/configmaps=0")
    cluster_app.component("x", config("first"))
    answer = cluster_app.run("apply", "dev", "--dry-run")
    assert answer.code == 1
    assert "exceeded quota" in answer.err
