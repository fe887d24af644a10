"""`restart_on_secret_change`: new pods when a Secret or ConfigMap that they use has changed."""

import json

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster, config
from tests.project import Project

pytestmark = pytest.mark.controlplane

DIGEST = "dlctl.dev/secrets-digest"
TEMPLATE = """\
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {token: {{ params.token }}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata:
      labels: {app: web}
      annotations: {dlctl.dev/restart-on-secret-change: "true"}
    spec:
      containers:
      - name: main
        image: nginx:1.27
        envFrom: [{secretRef: {name: s}}]
      volumes:
      - {name: outside, configMap: {name: outside, optional: true}}
"""


def digest(app: AppOnCluster) -> str:
    """The digest after an apply, which leaves no difference."""
    app.run("apply", "dev").ok()
    app.run("diff", "dev").ok()
    template = app.get("deployment", "web")["spec"]["template"]
    return str(template["metadata"]["annotations"][DIGEST])


def test_pods_are_replaced_when_a_value_that_they_use_has_changed(cluster_app: AppOnCluster) -> None:
    token = {"type": "string", "writeOnly": True, "default": "first-token", "description": "token"}
    cluster_app.component("web", {}, token=token)
    cluster_app.template("web", TEMPLATE)
    rendered = cluster_app.run("show", "dev").ok().out
    assert DIGEST not in rendered
    absent = digest(cluster_app)
    key = cluster_app.get("secret", "web-restart-key")["data"]["key"]

    cluster_app.kubectl("apply", "-f", "-", body=config("outside", a="1"))
    first = cluster_app.run("diff", "dev", "-o", "json")
    assert first.code == 1
    one = digest(cluster_app)
    cluster_app.kubectl("apply", "-f", "-", body=config("outside", a="2"))
    two = digest(cluster_app)
    cluster_app.kubectl("apply", "-f", "-", body=config("outside", a="1"))
    assert digest(cluster_app) == one
    cluster_app.run("param", "set", "web", "token", "second-token", "--env", "dev").ok()
    # A plan in a file is refused where only what the app does not render has changed meanwhile.
    assert cluster_app.run("diff", "dev", "--save", "dev.plan").code == 1
    cluster_app.kubectl("apply", "-f", "-", body=config("outside", a="3"))
    refused = cluster_app.run("apply", "--plan", "dev.plan")
    used = f"ConfigMap/outside in namespace {cluster_app.namespace}, which pods use"
    assert (refused.code, used in refused.err) == (1, True)
    cluster_app.kubectl("apply", "-f", "-", body=config("outside", a="1"))
    cluster_app.run("apply", "--plan", "dev.plan").ok()
    rotated = digest(cluster_app)
    assert len({absent, one, two, rotated}) == 4

    status = cluster_app.run("status", "dev", "-o", "json").ok()
    assert not any(each["extra"] for each in json.loads(status.out)["items"][0]["objects"])
    assert not any(key in each.out + each.err for each in (first, status))
    cluster_app.kubectl("delete", "secret", "web-restart-key")
    assert digest(cluster_app) != rotated  # another key
    cluster_app.run("delete", "dev", "--yes").ok()
    assert cluster_app.names("secret") == []


@pytest.mark.parametrize(
    ("prototype", "params"),
    [
        ("tf-serving", {"model_path": "gs://m/m"}),
        ("paddle-serving", {"runtime": "deployment", "image": "i", "own_command": True}),
        ("dapr-service", {"runtime": "knative", "image": "i"}),
        ("knative-service", {"image": "i"}),
        ("core", {"tf_job_operator": False, "jupyter_hub_secret": "s"}),
        ("notebook", {"api": "statefulset"}),
        ("kserve-inference", {"image": "i"}),
        ("openfunction", {"image": "i"}),
        ("object-store-inference", {"source": "push", "receiver_image": "i"}),
    ],
)
def test_services_have_the_parameter(project: Project, prototype: str, params: dict[str, object]) -> None:
    for wanted in (False, True):
        own = {**params, "restart_on_secret_change": wanted}
        app = {"apiVersion": "dlctl.dev/v1", "kind": "App", "name": "a"}
        text = json.dumps({**app, "components": {"web": {"prototype": prototype, "params": own}}})
        project.write({"dlctl.yaml": text, "environments/dev/environment.yaml": "namespace: x\n"})
        shown = project.run("show", "dev").ok().out
        assert (shown.count("restart-on-secret-change"), shown.count("name: web-restart-key")) == (
            wanted,
        ) * 2
