"""Fields of other managers, and fields that cannot be changed in place."""

import json
import re
from collections.abc import Mapping

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, Body, config, deployment, secret

pytestmark = pytest.mark.controlplane


def annotated(body: Body, annotations: Mapping[str, str]) -> Body:
    return {**body, "metadata": {**body["metadata"], "annotations": dict(annotations)}}


def test_a_conflict_shows_both_values_and_an_annotation_answers_it(cluster_app: AppOnCluster) -> None:
    cluster_app.component("web", deployment("web", replicas=1), secret("login", password="hunter2-hunter2"))
    cluster_app.run("apply", "dev").ok()
    patches = {
        "deployment/web": '{"spec":{"replicas":5}}',
        "secret/login": '{"data":{"password":"b3RoZXJz"}}',
    }
    for name, patch in patches.items():
        cluster_app.kubectl("patch", name, "--type=merge", "-p", patch, "--field-manager=ops")
    changed = secret("login", password="hunter3-hunter3")
    cluster_app.component("web", deployment("web", replicas=3), changed)

    shown = cluster_app.run("diff", "dev")
    assert shown.code == 2
    lines = [re.sub(r" since [-0-9T:]+Z", " since TIME", line) for line in shown.out.splitlines()]
    assert "! .spec.replicas: ops has 5 since TIME, this app has 3" in lines
    assert '! .data.password: ops has "*** (before)" since TIME, this app has "*** (after)"' in lines
    assert (
        "pass --force-conflicts to take them over, remove them from the manifest to leave them" in shown.out
    )
    document = cluster_app.run("diff", "dev", "-o", "json").json
    found = {step["object"]["name"]: step["conflicts"] for step in document["items"][0]["steps"]}
    (conflict,) = found["web"]
    assert conflict.pop("since")
    assert conflict == {"field": ".spec.replicas", "manager": "ops", "theirs": 5, "ours": 3}

    leave, take = {"dlctl.dev/conflicts": "leave"}, {"dlctl.dev/conflicts": "take"}
    left = annotated(deployment("web", replicas=3), leave)
    cluster_app.component("web", left, annotated(changed, take))
    cluster_app.run("apply", "dev").ok()
    assert cluster_app.get("deployment", "web")["spec"]["replicas"] == 5
    assert cluster_app.get("secret", "login")["data"]["password"] == "aHVudGVyMy1odW50ZXIz"
    assert cluster_app.run("diff", "dev").code == 0
    cluster_app.component("web", annotated(deployment("web"), {"dlctl.dev/conflicts": "ours"}))
    wrong = cluster_app.run("diff", "dev")
    assert wrong.code == 2
    assert "annotation dlctl.dev/conflicts is 'ours'" in wrong.err
    assert "it must be take or leave" in wrong.err


SERVER_SIDE = ("apply", "--server-side", "--force-conflicts", "-f", "-")
WAYS = {
    "kubectl-client-side-apply": ("apply", "-f", "-"),
    "kubectl": SERVER_SIDE,
    "kubectl-patch": ("patch",),
    "helm": (*SERVER_SIDE, "--field-manager=helm"),
    "helm-controller": (*SERVER_SIDE, "--field-manager=helm-controller"),
    "kustomize-controller": (*SERVER_SIDE, "--field-manager=kustomize-controller"),
}


def test_conflicts_with_the_managers_of_other_tools(cluster_app: AppOnCluster) -> None:
    """Each is named with its value, nothing is written, and --force-conflicts takes the fields from all."""
    names = {manager: f"of-{manager}" for manager in WAYS}
    cluster_app.component("web", *(config(name, a="1") for name in names.values()))
    cluster_app.run("apply", "dev").ok()
    for manager, words in WAYS.items():
        if words == ("patch",):
            patch = ("--type=merge", "-p", '{"data": {"a": "theirs"}}')
            cluster_app.kubectl("patch", "configmap", names[manager], *patch)
        else:
            cluster_app.kubectl(*words, body=config(names[manager], a="theirs"))
    cluster_app.component("web", *(config(name, a="ours") for name in names.values()))
    shown = cluster_app.run("diff", "dev")
    assert (shown.code, "6 refused" in shown.err) == (2, True)
    lines = {re.sub(r" since [-0-9T:]+Z", "", line) for line in shown.out.splitlines()}
    for manager in WAYS:
        assert f'! .data.a: {manager} has "theirs", this app has "ours"' in lines, shown.out
    assert cluster_app.run("apply", "dev").code == 1
    values = {cluster_app.get("configmap", name)["data"]["a"] for name in names.values()}
    assert values == {"theirs"}
    assert "6 configured" in cluster_app.run("apply", "dev", "--force-conflicts").ok().err
    values = {cluster_app.get("configmap", name)["data"]["a"] for name in names.values()}
    assert values == {"ours"}


def test_a_port_whose_number_others_changed_is_named_with_what_changes_it_back(
    cluster_app: AppOnCluster,
) -> None:
    """Ports are joined by number: an apply would keep theirs beside ours, with the same name."""
    names = ("named", "unnamed")
    for name in names:
        port = {"port": 80, **({"name": "http"} if name == "named" else {})}
        spec = {"selector": {"app": name}, "ports": [port]}
        cluster_app.component(
            name, {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}
        )
    cluster_app.run("apply", "dev").ok()
    patch = '[{"op": "replace", "path": "/spec/ports/0/port", "value": 8080}]'
    for name in names:
        cluster_app.kubectl("patch", "service", name, "--type=json", "-p", patch, "--field-manager=ops")
    refused = cluster_app.run("apply", "dev", "--force-conflicts")
    assert refused.code == 1
    for name in names:
        assert f"Service/{name}" in refused.err
    shown = cluster_app.run("diff", "dev")
    assert (shown.code, "2 refused" in shown.err) == (2, True)
    assert shown.out.count('! .spec.ports[port=8080,protocol="TCP"]: ops has {') == 2, shown.out
    for words in re.findall(r"kubectl patch (\S+) -n (\S+) --type=json -p '(.+?)'", shown.out):
        assert words[1] == cluster_app.namespace
        cluster_app.kubectl("patch", words[0], "--type=json", "-p", json.dumps(json.loads(words[2])))
    cluster_app.run("apply", "dev").ok()
    for name in names:
        assert [each["port"] for each in cluster_app.get("service", name)["spec"]["ports"]] == [80]


def test_an_object_that_allows_it_is_replaced_where_a_field_cannot_change(cluster_app: AppOnCluster) -> None:
    body = deployment("web", "one", replicas=1)
    cluster_app.component("web", body)
    cluster_app.run("apply", "dev").ok()
    cluster_app.kubectl("wait", "deployment/web", "--for=jsonpath={.status.replicas}=1", "--timeout=60s")
    before = cluster_app.get("deployment", "web")["metadata"]["uid"]
    changed = deployment("web", "two", replicas=1)
    cluster_app.component("web", changed)
    refused = cluster_app.run("diff", "dev")
    assert refused.code == 2
    assert "spec.selector cannot be changed in place (pass --replace" in refused.out
    cluster_app.component("web", annotated(changed, {"dlctl.dev/replace": "allow"}))
    shown = cluster_app.run("diff", "dev")
    assert shown.code == 1
    assert (
        "spec.selector cannot be changed in place: delete and recreate; pods restart: 1 pod stops"
        in shown.out
    )
    cluster_app.run("apply", "dev").ok()
    assert cluster_app.get("deployment", "web")["metadata"]["uid"] != before
