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
