"""Secrets by reference: read when a plan is made, never by `show`, and masked everywhere."""

import json

import pytest

from tests.on_cluster.app_on_cluster import AppOnCluster

pytestmark = pytest.mark.controlplane

CANARY = "canary-7f3a-of-a-reference"
TEMPLATE = """\
apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {token: {{ params.token }}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c}
data: {url: {{ "https://u:" ~ params.token ~ "@host" }}}
"""


@pytest.fixture
def app(cluster_app: AppOnCluster) -> AppOnCluster:
    """A component with a secret string of at least eight characters."""
    token = {"type": "string", "minLength": 8, "writeOnly": True, "description": "token"}
    cluster_app.component("web", {}, token=token)
    cluster_app.template("web", TEMPLATE)
    return cluster_app


def live(app: AppOnCluster) -> str:
    return json.dumps(app.get("configmap", "c")["data"])


def test_a_variable_is_read_by_plans_alone(app: AppOnCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run("param", "set", "web", "token", "{fromEnv: WEB_TOKEN}").ok()
    assert "fromEnv: WEB_TOKEN" in (app.project.root / "dlctl.yaml").read_text()
    app.run("show", "dev").ok()
    app.run("validate", "dev", "--ignore-missing-schemas")
    refused = app.run("diff", "dev")
    assert refused.code == 2
    assert "environment variable WEB_TOKEN is not set" in refused.err
    assert "dlctl.yaml:" in refused.err
    monkeypatch.setenv("WEB_TOKEN", CANARY)
    outcomes = [
        app.run("diff", "dev"),
        app.run("show", "dev", "--reveal-secrets"),
        app.run("apply", "dev").ok(),
        app.run("diff", "dev", "-o", "json"),
    ]
    assert outcomes[-1].code == 0
    assert f"https://u:{CANARY}@host" in live(app)
    monkeypatch.setenv("WEB_TOKEN", CANARY.replace("7f3a", "9b1c"))
    outcomes += [app.run("diff", "dev"), app.run("apply", "dev", "-o", "jsonl")]
    assert outcomes[-2].code == 1  # an equal secret is no difference, another one is
    assert "9b1c" in live(app)
    monkeypatch.setenv("WEB_TOKEN", "sh0rt")
    outcomes.append(app.run("diff", "dev"))
    assert outcomes[-1].code == 2
    for each in outcomes:
        assert not any(text in each.out + each.err for text in ("7f3a", "9b1c", "sh0rt"))
    kept = [path for path in app.project.root.parent.rglob("*") if path.is_file()]
    assert not [path for path in kept if b"7f3a" in path.read_bytes() or b"9b1c" in path.read_bytes()]


def test_a_file_is_read_inside_the_app_or_by_an_absolute_path(app: AppOnCluster) -> None:
    app.project.write({"secrets/token": CANARY + "\n"})
    app.run("param", "set", "web", "token", "{fromFile: secrets/token}", "--env", "dev").ok()
    app.run("apply", "dev").ok()
    assert f"https://u:{CANARY}@host" in live(app)
    outside = app.project.root.parent / "token"
    outside.write_text(CANARY)
    app.run("param", "set", "web", "token", "{fromFile: ../token}", "--env", "dev").ok()
    refused = app.run("apply", "dev")
    assert refused.code == 1
    assert "file ../token is outside of the app" in refused.err
    app.run("param", "set", "web", "token", f"{{fromFile: {outside}}}", "--env", "dev").ok()
    assert app.run("diff", "dev").code == 0
