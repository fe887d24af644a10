"""`dlctl adopt`: objects of kubectl, Helm, Flux, ksonnet and another environment of the app."""

import json

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, config, deployment

pytestmark = pytest.mark.controlplane

WAYS = {
    "applied": ("apply", "-f", "-"),
    "created": ("create", "-f", "-"),
    "server": ("apply", "--server-side", "-f", "-"),
    "helm": ("apply", "--server-side", "--field-manager=helm", "-f", "-"),
    "flux": ("apply", "--server-side", "--field-manager=kustomize-controller", "-f", "-"),
    "flux-helm": ("apply", "--server-side", "--field-manager=helm-controller", "-f", "-"),
    "ksonnet": ("create", "--field-manager=ks", "-f", "-"),
}


def test_what_others_made_is_taken_over_as_it_is(cluster_app: AppOnCluster) -> None:
    """Refused by default; then labels and owners change, and what leaves the app leaves the cluster."""
    for name, words in WAYS.items():
        cluster_app.kubectl(*words, body={**config(name, a="1", b="2")})
    web = deployment("web", replicas=1)
    marks = {"labels": {"heritage": "Helm", "app": "web"}, "annotations": {"meta.helm.sh/release-name": "w"}}
    web["metadata"] = {**web["metadata"], **marks}
    cluster_app.kubectl("apply", "-f", "-", body=web)
    objects = [config(name, a="1", b="2") for name in WAYS]
    cluster_app.component("web", *objects, config("lost"), deployment("web", replicas=1))
    refused = cluster_app.run("apply", "dev")
    assert (refused.code, "pass --adopt to take it over" in refused.err) == (1, True)
    before = cluster_app.get("deployment", "web")

    shown = cluster_app.run("adopt", "dev", "--dry-run").ok()
    assert "+++ would be updated: takes over the fields of kubectl-client-side-apply" in shown.out
    assert "8 to update" in shown.err
    unknown = cluster_app.run("adopt", "dev", "cm/appleid")
    assert (unknown.code, "did you mean 'cm/applied'?" in unknown.err) == (1, True)
    for words, message in {
        ("web",): "'web' is not the name of an object: it has no kind",
        ("cm/lost",): "ConfigMap/lost in namespace {} is not on the cluster",
        ("cm/nowhere",): "'cm/nowhere' is not an object of the selected components",
        ("-c", "other"): "component 'other' not found",
    }.items():
        refused = cluster_app.run("adopt", "dev", *words)
        assert (refused.code, message.format(cluster_app.namespace) in refused.err) == (1, True), refused.err
    assert "1 configured" in cluster_app.run("adopt", "dev", "-c", "web", "cm/applied").ok().err
    again = cluster_app.run("adopt", "dev", "cm/applied").err
    assert "already belongs to this app and environment" in again
    adopted = cluster_app.run("adopt", "dev").ok().err
    lost = (
        "loses label app, label heritage, annotation kubectl.kubernetes.io/last-applied-configuration, annot"
    )
    assert ("7 configured" in adopted, lost in adopted) == (True, True), adopted
    after = cluster_app.get("deployment", "web")
    assert (after["metadata"]["uid"], after["spec"]) == (before["metadata"]["uid"], before["spec"])
    assert "nothing to do" in cluster_app.run("adopt", "dev").ok().err

    objects = [config(name, a="1") for name in WAYS]
    cluster_app.component("web", *objects, deployment("web", replicas=1))
    cluster_app.run("apply", "dev").ok()
    for name in WAYS:
        assert cluster_app.get("configmap", name)["data"] == {"a": "1"}, name


def test_an_object_that_would_change_is_refused(cluster_app: AppOnCluster) -> None:
    cluster_app.kubectl("apply", "-f", "-", body=config("page", a="1", b="2"))
    cluster_app.component("web", config("page", a="9"), config("new"))
    refused = cluster_app.run("adopt", "dev")
    assert refused.code == 1
    assert "would change /data/a, /data/b" in refused.err
    assert cluster_app.names("configmap") == ["page"], "what does not exist is not created"
    answer = json.loads(cluster_app.run("adopt", "dev", "-o", "json").out)
    assert answer["kind"] == "Error"


def test_an_object_of_another_environment_of_the_app_is_taken_over(cluster_app: AppOnCluster) -> None:
    """Where the app's id tells that it is the same app."""
    cluster_app.environment("prod", pin=cluster_app.control_plane)
    cluster_app.component("web", config("page"))
    text = cluster_app.project.read("dlctl.yaml")
    app_id = "id: 3d8d9f0c-7f0b-4d5c-9a53-5a0c0b6f3f11\n"
    cluster_app.project.write({"dlctl.yaml": text + app_id})
    cluster_app.run("apply", "prod").ok()
    refused = cluster_app.run("apply", "dev")
    assert refused.code == 1
    assert "environment prod" in refused.err
    assert "pass --adopt to take it over" in refused.err
    assert "1 configured" in cluster_app.run("adopt", "dev").ok().err
    assert cluster_app.get("configmap", "page")["metadata"]["labels"]["dlctl.dev/environment"] == "dev"
    assert cluster_app.run("diff", "dev").code == 0
    cluster_app.without("web")
    cluster_app.project.write({"dlctl.yaml": cluster_app.project.read("dlctl.yaml") + app_id})
    cluster_app.run("apply", "prod", "--prune", "--prune-all").ok()
    assert cluster_app.names("configmap") == ["page"], "the other environment has lost it"
