"""Components and environments with another name, and objects that are released."""

import pytest
import yaml

from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment

pytestmark = pytest.mark.controlplane


def test_a_component_with_another_name_is_relabelled_in_place(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("page"), config("old"), deployment("web"))
    cluster_app.project.write({"environments/dev/params.yaml": "components:\n  web: {}  # ours\n"})
    cluster_app.run("apply", "dev").ok()
    before = cluster_app.get("deployment", "web")

    cluster_app.run("component", "mv", "web", "site").ok()
    assert cluster_app.project.read("environments/dev/params.yaml") == "components:\n  site: {}  # ours\n"
    written = yaml.safe_load(cluster_app.project.read("dlctl.yaml"))
    assert written["components"] == {"site": {"prototype": "web", "name": "web"}}
    assert written["moved"] == [{"from": "components/web", "to": "components/site"}]

    cluster_app.prototype("web", config("page"), deployment("web"))
    shown = cluster_app.run("diff", "dev", "-c", "site", "--prune")
    assert shown.code == 1
    assert "1 to delete, 2 to update" in shown.err or "2 to update, 1 to delete" in shown.err
    assert "+++ would be updated: moved from component web" in shown.out
    assert "ConfigMap/old" in shown.out
    cluster_app.run("apply", "dev", "-c", "site", "--prune").ok()
    after = cluster_app.get("deployment", "web")
    assert (after["metadata"]["uid"], after["spec"]) == (before["metadata"]["uid"], before["spec"])
    assert after["metadata"]["labels"]["dlctl.dev/component"] == "site"
    assert cluster_app.names("configmap") == ["page"]
    assert cluster_app.run("diff", "dev").code == 0

    cluster_app.run("component", "mv", "site", "web").ok()
    written = yaml.safe_load(cluster_app.project.read("dlctl.yaml"))
    assert written["components"] == {"web": {"prototype": "web"}}
    assert written["moved"] == [{"from": "components/site", "to": "components/web"}]


def test_a_released_object_stays_whatever_is_pruned_or_deleted(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", config("page"), config("data"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page"))
    text = cluster_app.project.read("dlctl.yaml")
    released = "released:\n- {kind: ConfigMap, name: data, component: web}\n"
    cluster_app.project.write({"dlctl.yaml": text + released})
    answer = cluster_app.run("apply", "dev", "--prune").ok()
    assert "ConfigMap/data" in answer.err
    assert "is released: it stays on the cluster, and nothing deletes it" in answer.err
    cluster_app.run("delete", "dev", "--yes").ok()
    assert cluster_app.names("configmap") == ["data"]


def test_wrong_entries_are_refused_with_their_place(cluster_app: AppOnCluster) -> None:
    text = cluster_app.project.read("dlctl.yaml")
    cluster_app.project.write({"dlctl.yaml": text + "moved:\n- {from: components/a, to: environments/b}\n"})
    answer = cluster_app.run("show", "dev")
    assert (answer.code, "both begin with 'components/'" in answer.err) == (1, True)
    assert "dlctl.yaml:" in answer.err
