"""Fields that others changed or added: listed, and decided by rules."""

import pytest
import yaml

from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment
from tests.output_schemas import checked

pytestmark = pytest.mark.controlplane


def test_drift_is_listed_and_rules_decide_about_it(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", deployment("web", replicas=1), config("page", a="1", b="1", c="1", d="1"))
    cluster_app.run("apply", "dev").ok()
    assert "CHANGED" not in cluster_app.run("status", "dev", "--suggest").ok().out
    patches = {
        "deployment/web": '{"spec":{"replicas":2,"paused":true}}',
        "configmap/page": '{"data":{"a":"2","b":"2","c":"2","d":null,"theirs":"2"}}',
    }
    scaled = '{"spec":{"minReadySeconds":1}}'
    controller = ("--type=merge", "-p", scaled, "--field-manager=kube-controller-manager")
    cluster_app.kubectl("patch", "deployment/web", *controller)
    for name, patch in patches.items():
        cluster_app.kubectl("patch", name, "--type=merge", "-p", patch, "--field-manager=ops")

    document = checked(cluster_app.run("status", "dev", "--drift", "-o", "json").ok().out, "DriftList")
    fields = document["items"][0]["fields"]
    by_ops = {each["field"]: each["state"] for each in fields if each["manager"] == "ops"}
    assert by_ops == {
        ".spec.replicas": "changed",
        ".spec.paused": "added",
        ".data.a": "changed",
        ".data.b": "changed",
        ".data.c": "changed",
        ".data.theirs": "added",
    }
    removed = [(each["field"], each["state"], each["since"]) for each in fields if not each["manager"]]
    assert removed == [(".data.d", "missing", None)]
    assert all(each["since"] for each in fields if each["manager"])
    by_right = [each["field"] for each in fields if each["controller"]]
    assert by_right == [".spec.minReadySeconds"]
    shown = cluster_app.run("status", "dev", "--drift").ok().out
    rows = [line.split()[1:5] for line in shown.splitlines()]
    assert ["web", "deploy/web", "changed", ".spec.replicas"] in rows, shown
    assert ["web", "cm/page", "missing", ".data.d"] in rows, shown

    suggested = yaml.safe_load(cluster_app.run("status", "dev", "--suggest").ok().out)["drift"]
    expected = {"kind": "apps/Deployment", "fields": ["/spec/replicas"], "managers": ["ops"]}
    assert {**expected, "rule": "ours"} in suggested
    assert cluster_app.run("diff", "dev").code == 2

    rules = [
        {"kind": "apps/Deployment", "fields": ["/spec/replicas"], "managers": ["ops"], "rule": "ignore"},
        {"kind": "ConfigMap", "fields": ["/data/a"], "rule": "ours"},
        {"kind": "ConfigMap", "fields": ["/data/b"], "rule": "adopt"},
        {"kind": "ConfigMap", "fields": ["/data/*"], "managers": ["ops"], "rule": "ignore"},
    ]
    cluster_app.environment("dev", pin=cluster_app.control_plane, drift=rules[:1])
    text = cluster_app.project.read("dlctl.yaml")
    cluster_app.project.write({"dlctl.yaml": text + yaml.safe_dump({"drift": rules[1:]})})
    cluster_app.run("apply", "dev").ok()
    data = cluster_app.get("configmap", "page")["data"]
    assert data == {"a": "1", "b": "2", "c": "2", "d": "1", "theirs": "2"}
    assert cluster_app.get("deployment", "web")["spec"]["replicas"] == 2
    assert cluster_app.run("diff", "dev").code == 0
    wrong = [{"kind": "ConfigMap", "rule": "mine"}]
    cluster_app.environment("dev", pin=cluster_app.control_plane, drift=wrong)
    refused = cluster_app.run("diff", "dev")
    assert "'mine' is not a rule" in refused.err
    assert "rules: ours, adopt, ignore" in refused.err


def test_an_object_that_was_deleted_is_missing_as_a_whole(cluster_app: AppOnCluster) -> None:
    """One that another made, or that is as it was applied, is not."""
    cluster_app.component("web", config("page"), config("gone"))
    cluster_app.run("apply", "dev").ok()
    cluster_app.kubectl("delete", "configmap", "gone")
    cluster_app.kubectl("create", "-f", "-", body=config("theirs"))
    cluster_app.component("web", config("page"), config("gone"), config("theirs"))
    shown = cluster_app.run("status", "dev", "--drift").ok()
    assert [line.split() for line in shown.out.splitlines()[1:]] == [
        ["dev", "web", "cm/gone", "missing", "(the", "object)", "-", "-"]
    ]
    assert "the cluster does not have it" in shown.err
    document = checked(cluster_app.run("status", "dev", "--drift", "-o", "json").ok().out, "DriftList")
    (found,) = document["items"][0]["fields"]
    assert (found["object"]["name"], found["state"], found["field"]) == ("gone", "missing", "")
    assert "no rules" in cluster_app.run("status", "dev", "--suggest").ok().err
