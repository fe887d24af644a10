"""The summary of `dlctl diff`, by component."""

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, config

COLUMNS = ("CREATE", "CHANGE", "REPLACE", "DELETE", "LEFTOVER", "CONFLICT", "UNKNOWN", "UNCHANGED")

pytestmark = pytest.mark.controlplane


@pytest.fixture
def changed(cluster_app: AppOnCluster) -> AppOnCluster:
    """One component with a change and a leftover, one with a new object, one as it was."""
    cluster_app.component("web", config("page"), config("old"))
    cluster_app.component("api", config("settings"))
    cluster_app.component("same", config("same"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page", b="2"))
    cluster_app.component("api", config("settings"), config("more"))
    return cluster_app


def test_a_line_for_each_component_with_changes(changed: AppOnCluster) -> None:
    answer = changed.run("diff", "dev")
    assert answer.code == 1
    assert answer.err.splitlines()[-3:] == [
        "dev: api: 1 to create, 1 unchanged",
        "dev: web: 1 to update, 1 left over",
        "dev: 1 to create (not checked by the server), 1 to update, 2 unchanged, 1 left over",
    ]


def test_only_the_summary(changed: AppOnCluster) -> None:
    answer = changed.run("diff", "dev", "--summary")
    assert answer.code == 1
    assert [line.split() for line in sorted(answer.out.splitlines())] == [
        ["ENV", "COMPONENT", *COLUMNS],
        ["dev", "api", "1", "-", "-", "-", "-", "-", "-", "1"],
        ["dev", "same", "-", "-", "-", "-", "-", "-", "-", "1"],
        ["dev", "web", "-", "1", "-", "-", "1", "-", "-", "-"],
    ]
    pruned = changed.run("diff", "dev", "--prune", "--summary")
    assert ["dev", "web", "-", "1", "-", "1", "-", "-", "-", "-"] in [
        line.split() for line in pruned.out.splitlines()
    ]
    total = "dev: 1 to create (not checked by the server), 1 to update, 2 unchanged, 1 left over"
    assert answer.err.splitlines()[-1] == total
    assert changed.run("diff", "dev", "--summary", "-o", "json").code == 2


def test_conflicts_are_counted(changed: AppOnCluster) -> None:
    changed.kubectl("create", "-f", "-", body=config("taken"))
    changed.component("same", config("same"), config("taken"))
    answer = changed.run("diff", "dev", "-c", "same", "--summary")
    assert answer.code == 2
    assert answer.out.splitlines()[1].split() == ["dev", "same", "-", "-", "-", "-", "-", "1", "-", "1"]
    unsaved = changed.run("diff", "dev", "-c", "same", "--save", "a.plan")
    assert unsaved.code == 2
    assert "no plan of dev was saved, as an apply would be refused: ConfigMap/taken" in unsaved.err
    assert "nothing was applied" not in unsaved.err


def test_no_table_where_nothing_was_planned(changed: AppOnCluster) -> None:
    (changed.project.root / "prototypes/web/web/templates/objects.yaml").write_text("{{ broken")
    answer = changed.run("diff", "dev", "-c", "web", "--summary")
    assert (answer.code, answer.out) == (2, "")


def test_leftovers_of_kinds_that_nothing_renders_any_more(cluster_app: AppOnCluster) -> None:
    """A PersistentVolume, which has no namespace, and the objects of a component that left the app."""
    volume = {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": cluster_app.namespace},
        "spec": {
            "capacity": {"storage": "1Gi"},
            "accessModes": ["ReadWriteOnce"],
            "hostPath": {"path": "/data"},
            "claimRef": {"namespace": cluster_app.namespace, "name": "data"},
        },
    }
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "old"}}
    cluster_app.component("web", config("page"), volume)
    cluster_app.component("gone", account)
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page"))
    cluster_app.without("gone")
    answer = cluster_app.run("diff", "dev", "--summary").ok()
    assert [line.split()[1:] for line in answer.out.splitlines()[1:]] == [
        ["web", "-", "-", "-", "-", "1", "-", "-", "1"],
        ["gone", "-", "-", "-", "-", "1", "-", "-", "-"],
    ]
    left = f"PersistentVolume/{cluster_app.namespace} is no longer rendered by component web and stays"
    assert left in answer.err
    assert answer.err.splitlines()[-1] == "dev: 1 unchanged, 2 left over"
