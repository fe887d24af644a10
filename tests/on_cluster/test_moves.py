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


def test_a_released_object_stays_and_is_nobodys(cluster_app: AppOnCluster) -> None:
    """Nothing of it is this app's any more: no label by which kubectl would prune it, and no field."""
    cluster_app.component("web", config("page"), config("data"), config("late"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.kubectl("label", "configmap", "data", "theirs=1")
    cluster_app.component("web", config("page"))
    text = cluster_app.project.read("dlctl.yaml")
    released = "released:\n- {kind: ConfigMap, name: data, component: web}\n"
    cluster_app.project.write({"dlctl.yaml": text + released})
    note = "is released: it stays on the cluster, and nothing deletes it; this app's labels and field manager"
    assert note in cluster_app.run("diff", "dev").ok().err
    answer = cluster_app.run("apply", "dev", "--prune").ok()
    assert "ConfigMap/data" in answer.err
    assert (note in answer.err, "1 deleted" in answer.err) == (True, True)
    place = ("--namespace", cluster_app.namespace, "configmap", "data", "--show-managed-fields")
    live = cluster_app.control_plane.get(*place)
    common = {f"app.kubernetes.io/{key}" for key in ("name", "instance", "part-of")}
    assert live["metadata"]["labels"].keys() == {"theirs", *common}
    assert (live["metadata"].get("annotations", {}), live["data"]) == ({}, {"a": "1"})
    assert {each["manager"] for each in live["metadata"]["managedFields"]} == {"kubectl-label"}
    assert "released" not in cluster_app.run("diff", "dev").ok().err

    cluster_app.component("web", config("page"), config("late"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.component("web", config("page"))
    cluster_app.project.write({"dlctl.yaml": text + released.replace("data", "late")})
    assert "is kept (dlctl.yaml releases it" in cluster_app.run("delete", "dev", "--yes").ok().err
    assert cluster_app.names("configmap") == ["data", "late"]
    assert "dlctl.dev/app" not in cluster_app.get("configmap", "late")["metadata"]["labels"]
    assert parents_of(cluster_app) == set()


def test_wrong_entries_are_refused_with_their_place(cluster_app: AppOnCluster) -> None:
    text = cluster_app.project.read("dlctl.yaml")
    cluster_app.project.write({"dlctl.yaml": text + "moved:\n- {from: components/a, to: environments/b}\n"})
    answer = cluster_app.run("show", "dev")
    assert (answer.code, "both begin with 'components/'" in answer.err) == (1, True)
    assert "dlctl.yaml:" in answer.err


def test_an_environment_with_another_name_keeps_its_objects(cluster_app: AppOnCluster) -> None:
    """The new parent comes first, the old one goes last; nothing is deleted, created or restarted."""
    cluster_app.environment("dev", pin=cluster_app.control_plane, labels={"team": "ml"})
    cluster_app.environment("tests", pin=cluster_app.control_plane, extends="dev")
    cluster_app.component("web", config("page"), config("old"), deployment("web"))
    cluster_app.run("apply", "dev").ok()
    before = cluster_app.get("deployment", "web")

    cluster_app.run("env", "mv", "dev", "us/prod").ok()
    root = cluster_app.project.root
    files = {path.relative_to(root).as_posix() for path in root.rglob("*")}
    assert "environments/us/prod/environment.yaml" in files
    assert "environments/dev" not in files
    extends = yaml.safe_load(cluster_app.project.read("environments/tests/environment.yaml"))["extends"]
    assert extends == "us/prod"

    cluster_app.prototype("web", config("page"), deployment("web"))
    assert "2 update" not in cluster_app.run("status", "us/prod").ok().err
    shown = cluster_app.run("diff", "us/prod")
    assert (shown.code, "2 to update, 1 left over" in shown.err) == (1, True)
    assert "dlctl.dev/app-id" not in shown.out, "the annotation stays"
    cluster_app.run("apply", "us/prod").ok()
    parents = {"dlctl.X.dev", "dlctl.X.us.prod"}
    assert parents_of(cluster_app) == parents, "an object with the old labels is left over"
    answer = cluster_app.run("apply", "us/prod", "--prune").ok()
    assert "1 deleted, 2 unchanged" in answer.err
    assert parents_of(cluster_app) == {"dlctl.X.us.prod"}
    leases = cluster_app.control_plane.get("--namespace", cluster_app.namespace, "leases")["items"]
    locks = [item["metadata"]["name"].replace(cluster_app.namespace, "X") for item in leases]
    assert locks == ["dlctl.X.us.prod"], "the lock of the old name is gone, too"

    after = cluster_app.get("deployment", "web")
    assert (after["metadata"]["uid"], after["spec"]) == (before["metadata"]["uid"], before["spec"])
    assert after["metadata"]["labels"]["dlctl.dev/environment"] == "us.prod"
    place = ("--namespace", cluster_app.namespace, "deployment", "web", "--show-managed-fields")
    owners = cluster_app.control_plane.get(*place)["metadata"]["managedFields"]
    ours = {entry["manager"] for entry in owners if entry["manager"].startswith("dlctl")}
    assert ours == {f"dlctl:{cluster_app.namespace}/us.prod:{cluster_app.app_id[:8]}"}
    assert cluster_app.names("configmap") == ["page"]
    assert cluster_app.run("diff", "us/prod").code == 0
    cluster_app.run("delete", "us/prod", "--yes").ok()
    assert (cluster_app.names("configmap"), parents_of(cluster_app)) == ([], set())


def parents_of(app: AppOnCluster) -> set[str]:
    """The names of the ApplySet parents in the app's namespace, with X for the app."""
    items = app.control_plane.get("--namespace", app.namespace, "configmap")["items"]
    names = {item["metadata"]["name"] for item in items}
    return {name.replace(app.namespace, "X") for name in names if name.startswith("dlctl.")}
